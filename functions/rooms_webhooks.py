"""ROOMS' booking changes, and the document that tells others how to send them (design 8)."""

from pathlib import Path

import azure.functions as func

from core.bootstrap import App, current_app
from core.errors import RoomSyncError
from functions import told
from functions.answers import SAFE, refusal, text_answer
from functions.failures import failing_plainly

bp = func.Blueprint()

DOCUMENT = Path(__file__).with_name("rooms_webhook.openapi.json")


@bp.function_name("rooms_webhook")
@bp.route(route="webhooks/rooms", methods=["POST"])
@failing_plainly
async def rooms_webhook(req: func.HttpRequest) -> func.HttpResponse:
    """Take one signed booking change."""
    return await told.webhook("rooms", handle_rooms_webhook(req, current_app()))


@bp.function_name("rooms_webhook_document")
@bp.route(route="webhooks/rooms/openapi.json", methods=["GET"])
@failing_plainly
async def rooms_webhook_document(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - trigger
    """Publish the contract of the call above."""
    return func.HttpResponse(DOCUMENT.read_bytes(), mimetype="application/json", headers=SAFE)


async def handle_rooms_webhook(req: func.HttpRequest, app: App) -> func.HttpResponse:
    """Answer 202 when the look is safely queued; 4xx says what was wrong with the call."""
    from core.app.ingest_rooms import ingest_booking_change  # noqa: PLC0415 - not on Graph's path

    try:
        await ingest_booking_change(
            req.get_body(), req.headers, app.rooms_webhook, app.queue, app.clock
        )
    except RoomSyncError as error:
        return refusal(error)
    return text_answer("", 202)
