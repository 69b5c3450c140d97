"""Graph's change and lifecycle notifications: checked, queued, answered; nothing else."""

import azure.functions as func

from core.app.ingest_graph import echoed_token, ingest_lifecycle, ingest_notifications
from core.bootstrap import App, current_app
from core.errors import RoomSyncError
from functions import told
from functions.answers import refusal, text_answer
from functions.failures import failing_plainly

bp = func.Blueprint()


@bp.function_name("graph_notifications")
@bp.route(route="webhooks/graph", methods=["POST"])
@failing_plainly
async def graph_notifications(req: func.HttpRequest) -> func.HttpResponse:
    """Take a batch of change notifications (graph-calendar 1.5)."""
    return await told.webhook("graph", handle_notifications(req, current_app()))


@bp.function_name("graph_lifecycle")
@bp.route(route="webhooks/graph/lifecycle", methods=["POST"])
@failing_plainly
async def graph_lifecycle(req: func.HttpRequest) -> func.HttpResponse:
    """Take a batch of lifecycle notifications (graph-calendar 1.7)."""
    return await told.webhook("graph_lifecycle", handle_lifecycle(req, current_app()))


async def handle_notifications(req: func.HttpRequest, app: App) -> func.HttpResponse:
    """Answer 202 when all genuine items are safely queued, 503 when they could not be."""
    try:
        if "validationToken" in req.params:
            return text_answer(echoed_token(req.params["validationToken"]))
        await ingest_notifications(req.get_body(), app.subscription_book, app.queue, app.clock)
    except RoomSyncError as error:
        return refusal(error)
    return text_answer("", 202)


async def handle_lifecycle(req: func.HttpRequest, app: App) -> func.HttpResponse:
    """Answer like `handle_notifications`, for lifecycle events."""
    try:
        if "validationToken" in req.params:
            return text_answer(echoed_token(req.params["validationToken"]))
        await ingest_lifecycle(req.get_body(), app.subscription_book, app.queue, app.clock)
    except RoomSyncError as error:
        return refusal(error)
    return text_answer("", 202)
