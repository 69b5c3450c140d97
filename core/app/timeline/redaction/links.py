"""A link as it is stored, as it may be told."""

from collections import Counter
from collections.abc import Iterable, Sequence

from core.app.rule_words import rules_of_refusal
from core.app.series_wording import special_dates, summary, times
from core.app.timeline.redaction.words import (
    CODES,
    known,
)
from core.app.timeline.values import (
    BookingTold,
    LinkTold,
    RefusalTold,
)
from core.domain.ids import ResourceId
from core.domain.mapping import BookingLink, Mapping, Refusal
from core.domain.refusal import RefusalCode


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
            code=known(refusal.code, CODES) or RefusalCode.OTHER.value,
            rules=rules_of_refusal(refusal.code),
            since=refusal.since,
            is_open=refusal.is_open,
            is_told=refusal.told,
            resource=None if private else refusal.resource,
        )
        for refusal in refusals
    ]
    return tuple(dict.fromkeys(told))
