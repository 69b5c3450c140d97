"""WorkQueue on a bus: which message goes into which queue and session."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from core.adapters.servicebus.bus import (
    FAILED_ITEMS,
    MAILBOX_JOBS,
    NOTICES,
    SYNC_ITEMS,
    Bus,
    Outgoing,
)
from core.adapters.servicebus.messages import encode_given_up, encode_item, encode_job
from core.adapters.servicebus.notice_forms import encode_notice
from core.domain.interval import utc
from core.domain.job_kind import JobKind
from core.domain.notice import Notice
from core.domain.work import (
    GivenUp,
    MailboxJob,
    Source,
    WorkItem,
    mailbox_session,
    session_of,
)
from core.telemetry.tracing import Noted, carried, span
from core.telemetry.vocabulary import SEND

ROOMS_SESSION = "rooms"
"""The session of jobs that concern ROOMS as a whole."""
OTHER_SESSIONS: dict[str, str] = {
    JobKind.CARE_FOR_PARKED: "parked",
    JobKind.SWEEP_PART: "sweep",
}
"""Jobs without a mailbox that must not wait for ROOMS."""
LATER_SESSION = "later-version"
"""That of messages which a later version has sent; it forwards what belongs elsewhere."""
SESSION_LIMIT = 128
"""Characters that Service Bus takes for a session id, and for a message id."""


class BusWorkQueue:
    """WorkQueue; every message has a random id: a look must never be dropped as a duplicate."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def send(self, items: Sequence[WorkItem]) -> None:
        """Queue looks, all in one send if they fit."""
        if items:
            with _sending(SYNC_ITEMS, len(items)):
                await self._bus.send(SYNC_ITEMS, [_look(item, None) for item in items])

    async def schedule(self, item: WorkItem, due: datetime) -> None:
        """Queue a look that becomes visible at `due`; a moment in the past means now."""
        with _sending(SYNC_ITEMS, 1):
            await self._bus.send(SYNC_ITEMS, [_look(item, utc(due))])

    async def send_jobs(self, jobs: Sequence[MailboxJob], due: datetime | None = None) -> None:
        """Queue mailbox jobs, visible at `due`, all in one send if they fit."""
        if jobs:
            moment = None if due is None else utc(due)
            with _sending(MAILBOX_JOBS, len(jobs)):
                await self._bus.send(MAILBOX_JOBS, [_job(job, moment) for job in jobs])

    async def send_notice(self, notice: Notice, due: datetime | None = None) -> None:
        """Queue a mail under its own id, so that the queue drops the same one sent again.

        A later try is another message, and so is one that was held: the id counts both.
        """
        with _sending(NOTICES, 1):
            traceparent = carried(notice.traceparent, "", is_routine=True)
            message = Outgoing(
                body=encode_notice(replace(notice, traceparent=traceparent)),
                message_id=_short_id(f"{notice.id}.{notice.attempt + notice.held}"),
                due=None if due is None else utc(due),
                properties={
                    "kind": notice.kind.value,
                    "attempt": notice.attempt,
                    **_traced(traceparent),
                },
            )
            await self._bus.send(NOTICES, [message])

    async def put_back(self, queue: str, body: bytes, due: datetime) -> None:
        """Queue a message as it is: in a session of its own kind, as nobody knows which it had."""
        message = Outgoing(
            body=body,
            message_id=uuid4().hex,
            session=LATER_SESSION if queue in (SYNC_ITEMS, MAILBOX_JOBS) else "",
            due=utc(due),
        )
        await self._bus.send(queue, [message])

    async def give_up(self, given_up: GivenUp) -> None:
        """Put something into `failed-items`; `reason` is a property too, for a quick look."""
        trace = given_up.item.trace_id if given_up.item else ""
        failed = Outgoing(
            body=encode_given_up(given_up),
            message_id=uuid4().hex,
            correlation_id=trace,
            properties={"reason": given_up.reason, "mapping_id": given_up.mapping_id or ""},
        )
        with _sending(FAILED_ITEMS, 1):
            await self._bus.send(FAILED_ITEMS, [failed])


def _sending(queue: str, number: int) -> Noted:
    return span(
        SEND,
        queue,
        {
            "messaging.system": "servicebus",
            "peer.service": "servicebus",
            "roomsync.items": number,
        },
    )


def _traced(traceparent: str) -> dict[str, str]:
    """Return what others than our own worker find a message's trace by."""
    return {"traceparent": traceparent} if traceparent else {}


def _look(item: WorkItem, due: datetime | None) -> Outgoing:
    traceparent = carried(item.traceparent, item.source, is_routine=item.source is Source.SWEEP)
    if traceparent != item.traceparent:
        item = replace(item, traceparent=traceparent)
    return Outgoing(
        body=encode_item(item),
        message_id=uuid4().hex,
        session=_fitting(session_of(item.key)),
        correlation_id=item.trace_id,
        due=due,
        properties={
            "trace_id": item.trace_id,
            "source": item.source.value,
            "attempt": item.attempt,
            **_traced(traceparent),
        },
    )


def _job(job: MailboxJob, due: datetime | None) -> Outgoing:
    of_all = OTHER_SESSIONS.get(job.kind, ROOMS_SESSION)
    session = of_all if job.place is None else mailbox_session(job.place)
    traceparent = carried(job.traceparent, "", is_routine=True)
    if traceparent != job.traceparent:
        job = replace(job, traceparent=traceparent)
    return Outgoing(
        body=encode_job(job),
        message_id=uuid4().hex,
        session=_fitting(session),
        due=due,
        properties={"kind": str(job.kind), **_traced(traceparent)},
    )


def _short_id(message_id: str) -> str:
    """Return a message id that Service Bus takes: at most 128 characters, the same for the same."""
    if len(message_id) <= SESSION_LIMIT:
        return message_id
    return f"~{sha256(message_id.encode()).hexdigest()}"


def _fitting(session: str) -> str:
    """Return a session id that Service Bus takes, the same for the same session."""
    if len(session) <= SESSION_LIMIT:
        return session
    return f"~{sha256(session.encode()).hexdigest()}"
