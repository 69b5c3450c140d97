"""Development only: how the local stack gives the app a world. Answers 404 everywhere else."""

import azure.functions as func

from core.bootstrap import App, current_app
from core.domain.job_kind import JobKind
from core.errors import RoomSyncError
from functions.answers import json_answer, refusal
from functions.failures import failing_plainly

bp = func.Blueprint()


@bp.function_name("dev_world")
@bp.route(route="dev/world", methods=["PUT"])
@failing_plainly
async def dev_world(req: func.HttpRequest) -> func.HttpResponse:
    """Take over persons, resources, switches and policies of a world file."""
    return await handle_world(req, current_app())


async def handle_world(req: func.HttpRequest, app: App) -> func.HttpResponse:
    """Replace all settings, forget what was cached, and ask for subscriptions and a first look."""
    if not app.settings.dev_routes:
        return json_answer({"error": "not found"}, 404)
    from core.adapters.tables.provision import create_tables  # noqa: PLC0415 - late
    from core.app.job_requests import request_job  # noqa: PLC0415 - late
    from core.app.settings_file import read_settings  # noqa: PLC0415 - late
    from core.app.subscription_care import request_subscription_care  # noqa: PLC0415 - late

    try:
        settings = read_settings(req.get_json())
        await create_tables(app.tables)
        services = await app.services()
        await services.settings.replace(settings)
        app.forget_settings()
        services = await app.services()
        await request_subscription_care(app.callbacks, services)
        await request_job(JobKind.POLL_ROOMS, services)
    except ValueError as error:
        return json_answer({"error": f"the world is not JSON: {error}"}, 400)
    except RoomSyncError as error:
        return refusal(error)
    return json_answer({"mailboxes": len((await services.roster.directory()).synced_places())})


@bp.function_name("dev_full_pass")
@bp.route(route="dev/full-pass", methods=["POST"])
@failing_plainly
async def dev_full_pass(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - trigger
    """Look at everything again, whatever the timers do."""
    from core.app.job_requests import request_full_pass  # noqa: PLC0415 - late

    app = current_app()
    if not app.settings.dev_routes:
        return json_answer({"error": "not found"}, 404)
    await request_full_pass(await app.services())
    return json_answer({"ok": True})


@bp.function_name("dev_counters")
@bp.route(route="dev/counters", methods=["GET"])
@failing_plainly
async def dev_counters(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - trigger
    """Answer how many calls this process made so far: to tables by deed, to queues by name."""
    app = current_app()
    if not app.settings.dev_routes:
        return json_answer({"error": "not found"}, 404)
    tables, queues = getattr(app.tables, "calls", {}), getattr(app.bus, "calls", {})
    return json_answer({"tables": dict(tables), "queues": dict(queues)})
