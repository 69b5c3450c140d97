"""Looks, jobs and mails as spans: where each belongs, and what came of it (docs/telemetry.md)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.app.report import Report
from core.domain.ids import MappingId
from core.domain.notice import Notice
from core.domain.work import ItemKey, MailboxJob, Source, WorkItem, home_of
from core.telemetry.metrics import count
from core.telemetry.tracing import Noted, annotate, became_action, span
from core.telemetry.vocabulary import JOB, LOOK, LOOKS, MAIL


def traces_by_key(items: Iterable[WorkItem]) -> dict[ItemKey, list[str]]:
    """Return the traceparents of all looks at each key, before they are merged."""
    found: dict[ItemKey, list[str]] = {}
    for item in items:
        found.setdefault(item.key, []).append(item.traceparent)
    return found


def look_span(item: WorkItem, traces: Sequence[str], now: datetime) -> Noted:
    """Return the span of a look; `traces` are those of all that were merged into it."""
    home = home_of(item.key)
    others = dict.fromkeys(trace for trace in traces if trace and trace != item.traceparent)
    return span(
        LOOK,
        item.source,
        {
            "roomsync.environment": None if home is None else home.environment,
            "roomsync.mailbox": None if home is None else home.mailbox,
            "roomsync.attempt": item.attempt,
            "roomsync.merged": len(traces) - 1,
            "roomsync.wait_ms": _ms_since(item.first_seen, now),
        },
        parent=item.traceparent,
        links=tuple(others),
        is_round=item.source is Source.SWEEP,
    )


def job_span(job: MailboxJob, now: datetime) -> Noted:
    """Return the span of a job."""
    place = job.place
    return span(
        JOB,
        job.kind,
        {
            "roomsync.environment": None if place is None else place.environment,
            "roomsync.mailbox": None if place is None else place.mailbox,
            "roomsync.attempt": job.attempt,
            "roomsync.wait_ms": _ms_since(job.requested_at, now),
        },
        parent=job.traceparent,
        is_round=True,
    )


def mail_span(notice: Notice, now: datetime) -> Noted:
    """Return the span of a mail."""
    return span(
        MAIL,
        notice.kind,
        {
            "roomsync.link": notice.mapping_id,
            "roomsync.attempt": notice.attempt,
            "roomsync.wait_ms": _ms_since(notice.at, now),
        },
        parent=notice.traceparent,
    )


def note_outcome(source: Source, outcome: str, link: MappingId | None = None) -> None:
    """Note what came of the look that is open here."""
    count(LOOKS, source=source, outcome=outcome)
    annotate("roomsync.outcome", outcome)
    annotate("roomsync.link", link)


def note_report(source: Source, report: Report) -> None:
    """Note what a look has found and done; one that did something is never only a round."""
    note_outcome(source, report.outcome, report.mapping_id)
    if report.steps:
        annotate("roomsync.steps", " ".join(name.partition(" ")[0] for name, _ in report.steps))
        became_action()


def _ms_since(moment: datetime, now: datetime) -> int:
    return max(0, round((now - moment).total_seconds() * 1000))
