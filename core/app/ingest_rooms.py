"""From a ROOMS webhook call to a look: signature first, over the raw bytes (design 8).

The signature is that of Standard Webhooks. The library signs; tolerance and comparison are done
here, because it knows only the wall clock and lets other errors through on hostile input (B1).
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks import Webhook

from core.domain.ids import BookingId
from core.domain.stamps import change_stamp
from core.domain.work import BookingKey, Source, WorkItem
from core.errors import MessageRejectedError
from core.ports.clock import Clock
from core.ports.queues import WorkQueue
from core.telemetry.metrics import count
from core.telemetry.tracing import annotate
from core.telemetry.vocabulary import NOTIFICATIONS

MOST_BYTES = 64 * 1024
TOLERANCE_S = 300
LARGEST_ID = 2**31 - 1
STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RoomsWebhook:
    """What a genuine call is known by: one of these secrets, and our own mandator."""

    secrets: Sequence[str]
    mandator: str


async def ingest_booking_change(
    body: bytes, headers: Mapping[str, str], webhook: RoomsWebhook, queue: WorkQueue, clock: Clock
) -> None:
    """Queue a look at the booking named; MessageRejectedError for anything that is not genuine."""
    if len(body) > MOST_BYTES:
        raise _rejected(f"a webhook body has at most {MOST_BYTES} bytes", 413, "too_large")
    verify(body, headers, webhook.secrets, clock.now())
    key, version = _read(body, webhook.mandator)
    await queue.send(
        [WorkItem(key=key, source=Source.PUSH, version=version, first_seen=clock.now())]
    )
    count(NOTIFICATIONS, webhook="rooms", outcome="accepted")
    annotate("roomsync.items", 1)


def verify(body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime) -> None:
    """Check a Standard Webhooks signature against any of our secrets; else 401."""
    given = {name.lower(): value for name, value in headers.items()}
    call_id, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not call_id or not STAMP.fullmatch(stamp):
        raise _rejected("webhook-id and webhook-timestamp (Unix time) are needed", 401, "unsigned")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE_S:
        raise _rejected("the call is too old or from the future", 401, "old_signature")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _rejected("the body is not UTF-8", 401, "wrong_signature") from error
    sent = datetime.fromtimestamp(int(stamp), UTC)
    told = given.get("webhook-signature", "").split()
    for secret in secrets:
        ours = Webhook(secret).sign(call_id, sent, text)
        if any(hmac.compare_digest(ours.encode(), theirs.encode()) for theirs in told):
            return
    raise _rejected("the signature does not match", 401, "wrong_signature")


def _read(body: bytes, mandator: str) -> tuple[BookingKey, str]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _rejected("the body is not JSON", 400, "malformed") from error
    data = content.get("data") if isinstance(content, dict) else None
    if not isinstance(data, dict) or content.get("type") != "booking.changed":
        raise _rejected(
            "only type booking.changed with an object `data` is known", 400, "malformed"
        )
    if data.get("mandator") != mandator:
        raise _rejected(f"this service keeps mandator {mandator}", 400, "other_mandator")
    booking_id, modified_on = data.get("bookingId"), data.get("modifiedOn")
    if type(booking_id) is not int or not 0 < booking_id <= LARGEST_ID:
        raise _rejected("data.bookingId must be a positive number", 400, "malformed")
    if not isinstance(modified_on, str | None):
        raise _rejected("data.modifiedOn must be a time or left out", 400, "malformed")
    return BookingKey(mandator, BookingId(booking_id)), change_stamp(modified_on or "")


def _rejected(message: str, status: int, reason: str) -> MessageRejectedError:
    count(NOTIFICATIONS, webhook="rooms", outcome="rejected", reason=reason)
    return MessageRejectedError(message, status)
