"""The Service Bus workers: one batch of one session at a time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, List  # noqa: UP035 - the worker reads only this spelling

import azure.functions as func

from core.bootstrap import App, current_app
from core.errors import TransientError
from functions import told
from functions.failures import failing_plainly

if TYPE_CHECKING:
    from core.domain.work import WorkItem

bp = func.Blueprint()


@bp.function_name("sync_items")
@bp.service_bus_queue_trigger(
    arg_name="messages",
    queue_name="sync-items",
    connection="ServiceBusConnection",
    is_sessions_enabled=True,
    cardinality=func.Cardinality.MANY,
)
@failing_plainly
async def sync_items(messages: List[func.ServiceBusMessage]) -> None:  # noqa: UP006 - as above
    """Take the looks of one mailbox."""
    app = current_app()
    told.waited("sync-items", messages, app)
    bodies = [message.get_body() for message in messages]
    await handle_sync_items(bodies, app, [message.delivery_count or 1 for message in messages])


@bp.function_name("mailbox_jobs")
@bp.service_bus_queue_trigger(
    arg_name="messages",
    queue_name="mailbox-jobs",
    connection="ServiceBusConnection",
    is_sessions_enabled=True,
    cardinality=func.Cardinality.MANY,
)
@failing_plainly
async def mailbox_jobs(messages: List[func.ServiceBusMessage]) -> None:  # noqa: UP006 - as above
    """Do the jobs of one mailbox."""
    app = current_app()
    told.waited("mailbox-jobs", messages, app)
    await handle_mailbox_jobs([message.get_body() for message in messages], app)


async def handle_sync_items(bodies: list[bytes], app: App, deliveries: Sequence[int] = ()) -> None:
    """Take all looks; a message that cannot be read is given up, the others go on.

    Without tables all of them wait (`core.app.put_off`).
    `deliveries` says how often each message came; without it, all come for the first time.
    """
    from core.adapters.servicebus.bus import SYNC_ITEMS  # noqa: PLC0415 - late
    from core.adapters.servicebus.messages import decode_item  # noqa: PLC0415 - late
    from core.app.put_off import put_off  # noqa: PLC0415 - late
    from core.app.work_batch import read_batch, work_batch  # noqa: PLC0415 - late

    app.in_flight += len(bodies)
    try:
        counts = dict(zip(bodies, deliveries, strict=False))
        read: list[int] = []

        def decode(body: bytes) -> "WorkItem":
            item = decode_item(body)
            read.append(counts.get(body, 1))
            return item

        try:
            services = await app.services()
        except TransientError as error:
            unread = app.services_unread
            await put_off(await read_batch(bodies, decode_item, unread, SYNC_ITEMS), error, unread)
            return
        await work_batch(await read_batch(bodies, decode, services, SYNC_ITEMS), services, read)
    finally:
        app.in_flight -= len(bodies)


async def handle_mailbox_jobs(bodies: list[bytes], app: App) -> None:
    """Do all jobs; a message that cannot be read is given up, the others go on."""
    from core.adapters.servicebus.bus import MAILBOX_JOBS  # noqa: PLC0415 - late
    from core.adapters.servicebus.messages import decode_job  # noqa: PLC0415 - late
    from core.app.put_off import put_off  # noqa: PLC0415 - late
    from core.app.work_batch import do_jobs, read_batch  # noqa: PLC0415 - late

    app.in_flight += len(bodies)
    try:
        try:
            services = await app.services()
        except TransientError as error:
            unread = app.services_unread
            await put_off(await read_batch(bodies, decode_job, unread, MAILBOX_JOBS), error, unread)
            return
        jobs = await read_batch(bodies, decode_job, services, MAILBOX_JOBS)
        await do_jobs(jobs, app.callbacks, services)
    finally:
        app.in_flight -= len(bodies)
