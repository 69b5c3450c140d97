"""What of a meeting may be told, decided in this one place (D13).

    stored or shown                     told                          of a private meeting
    ids, versions, stamps, states       as they are                   as they are
    when we did something               as it is                      as it is
    steps, aspects, outcomes, codes     if they are words of ours     steps without what and when,
                                                                      no aspects
    reasons of ours                     if they follow from a rule    the same
    texts of ours                       without names, addresses      nothing
    time, resource                      as they are                   nothing
    subject, people, place, body,       nothing                       nothing
    what ROOMS said

What cannot be known to be public is told like what is private. Nothing of a timeline is made
anywhere else, so nothing else can get into it.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence

from core import errors
from core.app import wording
from core.app.rule_words import rules_of_reason, rules_of_refusal
from core.app.series_wording import special_dates, summary, times
from core.app.suspects import WORKER_DIED
from core.app.timeline.values import (
    BookingTold,
    Entry,
    EntryKind,
    ItemNow,
    Latency,
    LinkTold,
    RefusalTold,
    Side,
    Sight,
    StepTold,
)
from core.app.wording import without_people
from core.domain.booking import Booking
from core.domain.directory import Directory
from core.domain.drift import Drift
from core.domain.event import Event
from core.domain.given_up import GivenUpEntry
from core.domain.history import Activity, HistoryEntry
from core.domain.ids import MappingId, ResourceId
from core.domain.mapping import Baseline, BookingLink, Fingerprint, Mapping, Refusal
from core.domain.meeting import Aspect
from core.domain.notice import NoticeKind
from core.domain.refusal import RefusalCode
from core.domain.work import Source, WorkItem
from core.errors import RetryClass
from core.ports.mail import NoticeMark
from core.sync.breaker import Breaker
from core.sync.fingerprint import HashKeys

SIDES = {
    "CreateBooking": Side.ROOMS,
    "UpdateBooking": Side.ROOMS,
    "CancelBooking": Side.ROOMS,
    "BookSeries": Side.ROOMS,
    "ChangeBookings": Side.ROOMS,
    "CancelBookings": Side.ROOMS,
    "DropBookings": Side.ROOMS,
    "CreateEvent": Side.EXCHANGE,
    "UpdateEvent": Side.EXCHANGE,
    "DeleteEvent": Side.EXCHANGE,
    "DeclineEvent": Side.EXCHANGE,
    "ReinviteResource": Side.EXCHANGE,
    "PlaceBuffer": Side.EXCHANGE,
    "RemoveBuffer": Side.EXCHANGE,
    "CreateSeries": Side.EXCHANGE,
    "ChangeSeries": Side.EXCHANGE,
    "ChangeRule": Side.EXCHANGE,
    "ChangeDates": Side.EXCHANGE,
    "ReinviteToSeries": Side.EXCHANGE,
    "DeleteSeries": Side.EXCHANGE,
    "LeaveCalendar": Side.EXCHANGE,
    "Tell": None,
    "Release": None,
}
"""Which system each step writes to; what is not in here is no step of ours."""

UNKNOWN = "UnknownStep"
"""What a step is called that is none of ours."""

SOURCES = frozenset(str(source) for source in Source)
OUTCOMES = frozenset(str(name) for name in wording.OUTCOMES)
KINDS = frozenset(str(kind) for kind in NoticeKind)
CODES = frozenset(str(code) for code in RefusalCode)
REASONS = frozenset(
    {
        "guard",
        WORKER_DIED,
        *(f"tries_used_up:{kind}" for kind in RetryClass),
        *(name for name in vars(errors) if name.endswith("Error")),
    }
)
"""For what a look is given up (`core/app/work_batch.py`)."""

_STEP = re.compile(r"(?P<name>[A-Za-z]+)(?P<what> \([a-z0-9_, ]+\))?(?P<date> on \d{4}-\d\d-\d\d)?")
_CHANGE = re.compile(rf"(?:exchange|rooms):(?:{'|'.join(Aspect)}|deleted|cancelled)")
_LONGEST = 200
"""Of an id, version or stamp: longer ones are cut, no system of ours has them."""


def is_private(
    mapping: Mapping | None, event: Event | None, bookings: Iterable[Booking], keys: HashKeys
) -> bool:
    """Tell whether a meeting is to be told like a private one.

    It is if either side shows it so, if it was when both last agreed, and if nobody can tell.
    """
    shown = tuple(booking.is_private for booking in bookings)
    agreed = () if mapping is None else _baselines(mapping)
    if event is not None and event.sensitive:
        return True
    if any(shown) or any(_was_private(baseline, keys) for baseline in agreed):
        return True
    return event is None and not shown and not agreed


def pass_told(link: MappingId, entry: HistoryEntry, *, private: bool) -> Entry:
    """Return a finished pass over a link."""
    steps = tuple(_step(name, reason, private=private) for name, reason in entry.steps)
    return Entry(
        at=entry.at,
        kind=EntryKind.LOOK,
        link=link,
        source=_known(entry.source, SOURCES),
        outcome=_known(entry.outcome, OUTCOMES),
        rules=tuple(dict.fromkeys(rule for step in steps for rule in step.rules)),
        changed=() if private else tuple(c for c in entry.found if _CHANGE.fullmatch(c)),
        steps=steps,
        exchange=tuple(map(_opaque, entry.evidence.exchange)),
        rooms=tuple(map(_opaque, entry.evidence.rooms)),
        latency=_latency(entry),
        attempt=entry.attempt,
        trace_id=_opaque(entry.trace_id),
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
        source=_known(line.source, SOURCES),
        outcome=_known(line.outcome, OUTCOMES),
        rules=rules_of_reason(line.text) if is_ours else (),
        steps=tuple(_step(name, reason, private=private) for name, reason in line.steps),
        latency=Latency(total=line.latency_ms),
        text=_text(line.text, directory, private=private) if is_ours else "",
        trace_id=_opaque(line.trace_id),
    )


def given_up_told(entry: GivenUpEntry, directory: Directory, *, private: bool) -> Entry:
    """Return what was given up and is not made good yet, at its last failure."""
    return Entry(
        at=entry.last_at,
        kind=EntryKind.GIVEN_UP,
        link=entry.mapping_id,
        source=entry.item.source.value,
        outcome="given_up",
        state=_known(entry.reason, REASONS),
        attempt=entry.times,
        text=_text(entry.text, directory, private=private),
        trace_id=_opaque(entry.item.trace_id),
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
        text=_text(text, directory, private=False),
        trace_id=_opaque(item.trace_id),
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
        trace_id=_opaque(entry.trace_id),
    )


def mail_told(mark: NoticeMark, link: MappingId) -> Entry:
    """Return a mail: when, which kind, what became of it; not to whom, not what it said."""
    return Entry(
        at=mark.at,
        kind=EntryKind.MAIL,
        link=link,
        outcome=_known(mark.kind, KINDS),
        state=mark.state.value,
        text=_text(mark.reason, None, private=False) if mark.state == "skipped" else "",
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


def link_told(
    mapping: Mapping,
    bookings: Sequence[BookingLink],
    waits_for: Iterable[ResourceId],
    *,
    private: bool,
) -> LinkTold:
    """Return a link as it is stored, with `bookings` of all that it has."""
    series = mapping.series
    booked = Counter(link.resource for link in mapping.every_booking)
    return LinkTold(
        id=mapping.id,
        state=mapping.state.value,
        mailbox=mapping.home.mailbox,
        event_id=mapping.event.event_id if mapping.event is not None else None,
        bookings=tuple(_booking(link, private=private) for link in bookings),
        more_bookings=len(mapping.every_booking) - len(bookings),
        booked=() if private else tuple(booked.most_common()),
        time=None if private or series is not None else mapping.time,
        dates=None if series is None else len(series.dates),
        series=""
        if private or series is None
        else f"{times(series.recurrence)}, {summary(series)}",
        special_dates=() if private or series is None else special_dates(series),
        refusals=_refusals(mapping.every_refusal, private=private),
        waits_for=() if private else tuple(sorted(set(waits_for))),
        pending="" if mapping.pending is None else mapping.pending.kind.value,
        conflicts=mapping.conflicts,
        to_queue=len(mapping.outbox),
        changed_at=mapping.changed_at,
    )


def event_now(mapping: Mapping, event: Event | None, trouble: str = "") -> ItemNow:
    """Return what Exchange shows of a link's event: with a `trouble` it could not be read."""
    known = mapping.event
    item = f"{mapping.home.mailbox}/{known.event_id if known is not None else ''}"
    if event is None:
        return _unseen(Side.EXCHANGE, mapping.id, item, trouble)
    changed_at = "" if event.modified_at is None else event.modified_at.isoformat()
    return ItemNow(
        side=Side.EXCHANGE,
        link=mapping.id,
        item=item,
        sight=Sight.PRESENT,
        version=_opaque(event.version),
        changed_at=changed_at,
        is_dealt_with=known is not None and event.version in known.settled,
        is_linked=(event.appointment_oid or "").lower() == mapping.id,
        state="cancelled" if event.is_cancelled else "",
    )


def booking_now(
    mapping: Mapping, link: BookingLink, booking: Booking | None, trouble: str = ""
) -> ItemNow:
    """Return what ROOMS shows of one booking of a link."""
    item = str(link.booking_id)
    if booking is None:
        return _unseen(Side.ROOMS, mapping.id, item, trouble)
    return ItemNow(
        side=Side.ROOMS,
        link=mapping.id,
        item=item,
        sight=Sight.PRESENT,
        version=_opaque(booking.modified_on),
        changed_at=_opaque(booking.modified_on),
        is_dealt_with=booking.modified_on in link.settled,
        is_linked=(booking.appointment_oid or "").lower() == mapping.id,
        state=booking.status.value,
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


def _unseen(side: Side, link: MappingId, item: str, trouble: str) -> ItemNow:
    sight = Sight.UNREADABLE if trouble else Sight.GONE
    return ItemNow(side=side, link=link, item=item, sight=sight, trouble=_opaque(trouble))


def _baselines(mapping: Mapping) -> tuple[Baseline, ...]:
    dates = () if mapping.series is None else mapping.series.dates
    found = (mapping.baseline, *(date.baseline for date in dates))
    return tuple(baseline for baseline in found if baseline is not None)


def _was_private(baseline: Baseline, keys: HashKeys) -> bool:
    if baseline.masked or baseline.key_version not in keys.secrets:
        return True
    private = keys.digest(baseline.key_version, Aspect.PRIVATE.value, str(True))
    sides: Sequence[Fingerprint] = (
        baseline.exchange,
        baseline.rooms,
        *baseline.by_booking.values(),
    )
    return any(side.aspects.get(Aspect.PRIVATE) == private for side in sides)


def _step(name: str, reason: str, *, private: bool) -> StepTold:
    found = _STEP.fullmatch(name)
    if found is None or found["name"] not in SIDES:
        return StepTold(name=UNKNOWN, reason="")
    own = found["name"]
    rules = rules_of_reason(reason)
    # The kind of a mail and the date of a series are kept out of a private one's history, too.
    told = own if private else f"{own}{found['what'] or ''}{found['date'] or ''}"
    return StepTold(name=told, reason=reason if rules else "", rules=rules, side=SIDES[own])


def _booking(link: BookingLink, *, private: bool) -> BookingTold:
    return BookingTold(
        booking_id=link.booking_id,
        resource=None if private else link.resource,
        is_parked=link.parked,
    )


def _refusals(refusals: Sequence[Refusal], *, private: bool) -> tuple[RefusalTold, ...]:
    """Return each no once, however many dates of a series have it."""
    told = [
        RefusalTold(
            code=_known(refusal.code, CODES) or RefusalCode.OTHER.value,
            rules=rules_of_refusal(refusal.code),
            since=refusal.since,
            is_open=refusal.is_open,
            is_told=refusal.told,
            resource=None if private else refusal.resource,
        )
        for refusal in refusals
    ]
    return tuple(dict.fromkeys(told))


def _text(text: str, directory: Directory | None, *, private: bool) -> str:
    if private:
        return ""
    return text if directory is None else without_people(text, directory)


def _known(word: str, words: Container[str]) -> str:
    """Return a word of ours; anything else is not told, wherever it came from."""
    return word if word in words else ""


def _opaque(text: str) -> str:
    return text[:_LONGEST]
