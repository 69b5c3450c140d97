"""Timers: they only queue jobs, so that no run ever takes long (design 6)."""

import azure.functions as func

from core.app.job_requests import (
    request_for_all,
    request_job,
    request_policies,
    request_scheduled_scan,
)
from core.app.subscription_care import request_subscription_care
from core.bootstrap import current_app
from core.domain.job_kind import JobKind
from functions import told
from functions.failures import failing_plainly

bp = func.Blueprint()


@bp.function_name("rooms_poll")
@bp.timer_trigger(arg_name="timer", schedule="0 * * * * *")
@failing_plainly
async def rooms_poll(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Ask ROOMS every minute what changed (design 8)."""
    with told.timer("rooms_poll"):
        await request_job(JobKind.POLL_ROOMS, await current_app().services())


@bp.function_name("outbox_sweep")
@bp.timer_trigger(arg_name="timer", schedule="40 */2 * * * *")
@failing_plainly
async def outbox_sweep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Queue every two minutes what a worker that died has stored and not queued (design 6)."""
    with told.timer("outbox_sweep"):
        await request_job(JobKind.SEND_OUTBOX, await current_app().services())


@bp.function_name("retention")
@bp.timer_trigger(arg_name="timer", schedule="10 10 2 * * *")
@failing_plainly
async def retention(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Remove once a day what is over for good (docs/state.md)."""
    with told.timer("retention"):
        await request_job(JobKind.REMOVE_WHAT_IS_OVER, await current_app().services())


@bp.function_name("delta_catch_up")
@bp.timer_trigger(arg_name="timer", schedule="30 */5 * * * *")
@failing_plainly
async def delta_catch_up(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Ask every mailbox every five minutes what changed (design 7)."""
    with told.timer("delta_catch_up"):
        await request_for_all(JobKind.CATCH_UP, await current_app().services())


@bp.function_name("subscription_care")
@bp.timer_trigger(arg_name="timer", schedule="15 */15 * * * *")
@failing_plainly
async def subscription_care(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Renew, replace and end subscriptions (R-860)."""
    with told.timer("subscription_care"):
        app = current_app()
        await request_subscription_care(app.callbacks, await app.services())


@bp.function_name("room_policies")
@bp.timer_trigger(arg_name="timer", schedule="50 40 */6 * * *")
@failing_plainly
async def room_policies(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Read the booking policies of resource mailboxes that are a day old (R-901)."""
    with told.timer("room_policies"):
        await request_policies(await current_app().services())


@bp.function_name("full_sweep")
@bp.timer_trigger(arg_name="timer", schedule="50 */2 * * * *")
@failing_plainly
async def full_sweep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Look at everything once an hour, whatever the triggers said: a part every two minutes."""
    with told.timer("full_sweep"):
        await request_job(JobKind.SWEEP_PART, await current_app().services())


@bp.function_name("measure")
@bp.timer_trigger(arg_name="timer", schedule="20 */5 * * * *")
@failing_plainly
async def measure(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Measure how the sync does, here and now: so that a dead worker shows, too."""
    from core.app.measuring import take_measure  # noqa: PLC0415 - late

    with told.timer("measure"):
        app = current_app()
        await take_measure(await app.services(), app.counts)


@bp.function_name("differences_scan")
@bp.timer_trigger(arg_name="timer", schedule="20 40 1 * * *")
@failing_plainly
async def differences_scan(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Compare both sides of every mailbox each night (R-844)."""
    with told.timer("differences_scan"):
        app = current_app()
        how = app.settings.differences_scan
        if how != "off":
            await request_scheduled_scan(await app.services(), is_full=how == "full")


@bp.function_name("parked_care")
@bp.timer_trigger(arg_name="timer", schedule="40 */5 * * * *")
@failing_plainly
async def parked_care(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Ask what is parked whether it answers, should nothing else have asked (docs/parking.md)."""
    with told.timer("parked_care"):
        await request_job(JobKind.CARE_FOR_PARKED, await current_app().services())


@bp.function_name("secret_watch")
@bp.timer_trigger(arg_name="timer", schedule="30 50 5 * * *")
@failing_plainly
async def secret_watch(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger needs it
    """Look once a day whether a secret in the vault ends soon."""
    with told.timer("secret_watch"):
        app = current_app()
        if app.vault is not None:
            from core.app.secret_watch import watch_secrets  # noqa: PLC0415 - late

            await watch_secrets(app.vault, app.clock.now())
