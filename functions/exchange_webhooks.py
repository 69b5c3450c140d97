"""Notifications of Exchange on premises: read, queued, answered as its server wants it."""

import azure.functions as func

from core.app.ingest_exchange import Networks, Verdict, ingest_notices
from core.bootstrap import App, current_app
from core.domain.ids import EnvironmentId
from core.errors import InvalidPayloadError, RoomSyncError
from functions import told
from functions.answers import SAFE, refusal, text_answer
from functions.failures import failing_plainly

bp = func.Blueprint()


@bp.function_name("exchange_notifications")
@bp.route(route="webhooks/exchange", methods=["POST"])
@failing_plainly
async def exchange_notifications(req: func.HttpRequest) -> func.HttpResponse:
    """Take one SendNotification (R-862)."""
    return await told.webhook("exchange", handle_exchange_notifications(req, current_app()))


async def handle_exchange_notifications(req: func.HttpRequest, app: App) -> func.HttpResponse:
    """Answer with SOAP when it is ours and safely queued; anything else is tried again."""
    known = app.settings.ews_environments
    if not known:
        return text_answer("", 404)
    from core.adapters.ews.notifications import answer, read_notices  # noqa: PLC0415 - ADR 0022

    def callers_of(environment: EnvironmentId) -> Networks:
        return known[environment].callers if environment in known else ()

    try:
        verdict = await ingest_notices(
            read_notices(req.get_body()),
            req.params.get("key", ""),
            caller_of(req),
            callers_of,
            book=app.subscription_book,
            queue=app.queue,
            clock=app.clock,
        )
    except InvalidPayloadError as error:
        return text_answer(str(error), 400)
    except RoomSyncError as error:
        return refusal(error)
    if verdict is Verdict.UNKNOWN:
        return text_answer("", 404)
    content = answer(goes_on=verdict is Verdict.GOES_ON)
    return func.HttpResponse(content, mimetype="text/xml", charset="utf-8", headers=SAFE)


def caller_of(req: func.HttpRequest) -> str:
    """Return the address that the platform saw: it writes it last, what is before may be forged."""
    last = str(req.headers.get("X-Forwarded-For", "")).rpartition(",")[2].strip()
    if last.startswith("["):
        return last[1:].partition("]")[0]
    host, _, port = last.rpartition(":")
    return host if host and ":" not in host and port.isdecimal() else last
