"""Health: whether the app and all it depends on are up."""

import azure.functions as func

from core.bootstrap import App, current_app
from functions.answers import json_answer
from functions.failures import failing_plainly

bp = func.Blueprint()


@bp.function_name("health")
@bp.route(route="health", methods=["GET"])
@failing_plainly
async def health(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - the trigger needs it
    """Answer 200 or 503, each dependency pinged."""
    return await handle_health(current_app())


async def handle_health(app: App) -> func.HttpResponse:
    """Answer 200 while the app can do its work at all, 503 without tables or queues."""
    from core.app.health import check_health  # noqa: PLC0415 - late
    from core.errors import RoomSyncError  # noqa: PLC0415 - late

    try:
        found = await check_health(await app.services(), app.counts, await app.post_room())
    except RoomSyncError as error:
        detail = {"status": "down", "detail": type(error).__name__}
        return json_answer({"status": "down", "checks": {"app": detail}}, 503)
    checks = {
        name: {"status": check.status, "detail": check.detail}
        for name, check in found.checks.items()
    }
    return json_answer(
        {"status": found.status, "checks": checks}, 503 if found.status == "down" else 200
    )
