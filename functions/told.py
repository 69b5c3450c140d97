"""What triggers tell of themselves: a webhook's answer, a timer, how long messages have waited."""

from collections.abc import Awaitable, Iterable
from datetime import UTC

import azure.functions as func

from core.bootstrap import App
from core.telemetry.metrics import is_on, measure
from core.telemetry.tracing import Noted, span
from core.telemetry.vocabulary import CONSOLE, QUEUE_WAIT, TIMER, WEBHOOK


async def webhook(name: str, answering: Awaitable[func.HttpResponse]) -> func.HttpResponse:
    """Return the answer of a webhook, told as a span."""
    with span(WEBHOOK, name) as told:
        answer = await answering
        told.put("roomsync.status", answer.status_code)
        return answer


async def console(method: str, answering: Awaitable[func.HttpResponse]) -> func.HttpResponse:
    """Return the answer of the console; pages that refresh themselves are a round, no action."""
    with span(CONSOLE, method, is_round=method in {"GET", "HEAD"}) as told:
        answer = await answering
        told.put("roomsync.status", answer.status_code)
        return answer


def timer(name: str) -> Noted:
    """Return the span of a timer."""
    return span(TIMER, name, is_round=True)


def waited(queue: str, messages: Iterable[func.ServiceBusMessage], app: App) -> None:
    """Measure how long messages lay in their queue."""
    if not is_on():
        return
    now = app.clock.now()
    for message in messages:
        queued_at = message.enqueued_time_utc
        if queued_at is None:
            continue
        if queued_at.tzinfo is None:
            queued_at = queued_at.replace(tzinfo=UTC)
        measure(QUEUE_WAIT, max(0.0, (now - queued_at).total_seconds() * 1000), queue=queue)
