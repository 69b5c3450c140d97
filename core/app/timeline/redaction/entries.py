"""What happened, as it may be told: passes, answers, what was given up or parked, mails."""

from core.app.rule_words import rules_of_reason
from core.app.timeline.redaction.words import (
    CHANGE,
    KINDS,
    OUTCOMES,
    REASONS,
    SOURCES,
    known,
    opaque,
    step_told,
    text_told,
)
from core.app.timeline.values import (
    Entry,
    EntryKind,
    Latency,
)
from core.domain.directory import Directory
from core.domain.drift import Drift
from core.domain.given_up import GivenUpEntry
from core.domain.history import Activity, HistoryEntry
from core.domain.ids import MappingId
from core.domain.work import WorkItem
from core.ports.mail import NoticeMark
from core.sync.breaker import Breaker


def pass_told(link: MappingId, entry: HistoryEntry, *, private: bool) -> Entry:
    """Return a finished pass over a link."""
    steps = tuple(step_told(name, reason, private=private) for name, reason in entry.steps)
    return Entry(
        at=entry.at,
        kind=EntryKind.LOOK,
        link=link,
        source=known(entry.source, SOURCES),
        outcome=known(entry.outcome, OUTCOMES),
        rules=tuple(dict.fromkeys(rule for step in steps for rule in step.rules)),
        changed=() if private else tuple(c for c in entry.found if CHANGE.fullmatch(c)),
        steps=steps,
        exchange=tuple(map(opaque, entry.evidence.exchange)),
        rooms=tuple(map(opaque, entry.evidence.rooms)),
        latency=_latency(entry),
        attempt=entry.attempt,
        trace_id=opaque(entry.trace_id),
    )


def line_told(line: Activity, directory: Directory, *, private: bool) -> Entry:
    """Return a line of the console about a link that is in no history: an answer, a giving up.

    The text of a refusal is ROOMS' own: only lines without one have a text of ours.
    """
    is_given_up = line.outcome == "given_up"
    is_ours = line.outcome != "rejected" and not line.steps
    return Entry(
        at=line.at,
        kind=EntryKind.GIVEN_UP if is_given_up else EntryKind.ANSWER,
        link=line.mapping_id,
        source=known(line.source, SOURCES),
        outcome=known(line.outcome, OUTCOMES),
        rules=rules_of_reason(line.text) if is_ours else (),
        steps=tuple(step_told(name, reason, private=private) for name, reason in line.steps),
        latency=Latency(total=line.latency_ms),
        text=text_told(line.text, directory, private=private) if is_ours else "",
        trace_id=opaque(line.trace_id),
    )


def given_up_told(entry: GivenUpEntry, directory: Directory, *, private: bool) -> Entry:
    """Return what was given up and is not made good yet, at its last failure."""
    return Entry(
        at=entry.last_at,
        kind=EntryKind.GIVEN_UP,
        link=entry.mapping_id,
        source=entry.item.source.value,
        outcome="given_up",
        state=known(entry.reason, REASONS),
        attempt=entry.times,
        text=text_told(entry.text, directory, private=private),
        trace_id=opaque(entry.item.trace_id),
    )


def parked_told(
    item: WorkItem, breaker: Breaker, link: MappingId | None, directory: Directory
) -> Entry:
    """Return a look that waits for something that does not answer; its text is of that, not of it.

    A breaker's name is of a mailbox by our own key, its text an error's.
    """
    text = f"{breaker.scope.name}: {breaker.why}"
    return Entry(
        at=item.first_seen,
        kind=EntryKind.PARKED,
        link=link,
        source=item.source.value,
        outcome="parked",
        state=breaker.state.value,
        text=text_told(text, directory, private=False),
        trace_id=opaque(item.trace_id),
    )


def mail_to_come_told(link: MappingId, entry: HistoryEntry) -> Entry:
    """Return a mail that a pass told and of which nothing is known yet: it is in the queue.

    Or it was dropped there, because it spoke of what did not happen after all.
    """
    return Entry(
        at=entry.at,
        kind=EntryKind.MAIL,
        link=link,
        state="queued",
        trace_id=opaque(entry.trace_id),
    )


def mail_told(mark: NoticeMark, link: MappingId) -> Entry:
    """Return a mail: when, which kind, what became of it; not to whom, not what it said."""
    return Entry(
        at=mark.at,
        kind=EntryKind.MAIL,
        link=link,
        outcome=known(mark.kind, KINDS),
        state=mark.state.value,
        text=text_told(mark.reason, None, private=False) if mark.state == "skipped" else "",
    )


def difference_told(drift: Drift, *, private: bool) -> Entry:
    """Return a difference that a comparison has found: which fields, who is newer, why, probably.

    It is kept as D13 wants it; whether the meeting is private may have changed since.
    """
    fields = () if private or drift.is_private else drift.fields
    told = (f"newer: {drift.newer}", f"cause: {drift.cause}", f"advice: {drift.advice}")
    return Entry(
        at=drift.found_at,
        kind=EntryKind.DIFFERENCE,
        link=drift.mapping_id,
        outcome=drift.kind.value,
        state=drift.state.value,
        changed=tuple(f"{field.newer}:{field.aspect}" for field in fields),
        text=", ".join(told).replace("_", " "),
    )


def _latency(entry: HistoryEntry) -> Latency:
    """Return the parts of a pass; what is neither queue nor write is our own."""
    total, parts = entry.latency_ms, entry.parts
    return Latency(
        total=total,
        provider=parts.provider_ms,
        queue=parts.queue_ms,
        own=parts.own_ms(total),
        write=parts.write_ms,
    )
