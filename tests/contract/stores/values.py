"""Values to store, with every field filled."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from core.domain.drift import Cause, Drift, DriftKind, Element, FieldDrift, NewerSide
from core.domain.event import EventPlace
from core.domain.history import Activity, HistoryEntry
from core.domain.ids import (
    BookingId,
    EnvironmentId,
    EventId,
    EventVersion,
    ICalUid,
    MailboxKey,
    MappingId,
    ResourceId,
)
from core.domain.interval import Interval
from core.domain.mapping import (
    Baseline,
    BookingLink,
    DateLink,
    EventLink,
    Fingerprint,
    Mapping,
    MappingState,
    Pending,
    PendingKind,
    Refusal,
    SeriesLink,
)
from core.domain.meeting import Aspect
from core.domain.scan import Scan
from core.domain.series import Pattern, PatternKind, Recurrence, SeriesRange, WallSpan

NOW = datetime(2026, 3, 2, 7, 0, 0, 123456, tzinfo=UTC)
ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))
HOUR = Interval(NOW, NOW + timedelta(hours=1))
LINK = MappingId("0b4a8f0e-9a61-4f5e-8f43-5f2f6b1f3a11")


def a_mapping(mapping_id: str = LINK) -> Mapping:
    return Mapping(
        id=MappingId(mapping_id),
        state=MappingState.LINKED,
        home=ANNA,
        mandator="Default",
        event=EventLink(
            event_id=EventId("AAMkAGI=/+"),
            ical_uid=ICalUid("040000008200E"),
            settled=(EventVersion('W/"a"'), EventVersion('W/"b"')),
        ),
        bookings=(
            BookingLink(
                booking_id=BookingId(2**40), resource=ResourceId(101), settled=("2026-03-02",)
            ),
        ),
        time=Interval(NOW, NOW + timedelta(hours=1)),
        baseline=Baseline(
            key_version="1",
            exchange=Fingerprint(aspects={Aspect.SUBJECT: "5d41", Aspect.TIME: "402a"}),
            rooms=Fingerprint(aspects={Aspect.SUBJECT: "5d41"}, attendees=frozenset({"b", "a"})),
            masked=True,
        ),
        pending=Pending(
            kind=PendingKind.CREATE_BOOKING,
            lease_until=NOW,
            transaction_id="t-1",
            draft_context=77,
            place=ANNA,
        ),
        refusals=(
            Refusal(
                fingerprint="f",
                aspects=frozenset({Aspect.TIME, Aspect.RESOURCES}),
                code="occupied",
                text="Belegt",
                since=NOW,
            ),
        ),
        changed_at=NOW,
    )


DAILY = Recurrence(
    pattern=Pattern(kind=PatternKind.DAILY),
    range=SeriesRange(first=date(2026, 3, 2)),
    span=WallSpan(start=datetime(2026, 3, 2, 8), end=datetime(2026, 3, 2, 9)),  # noqa: DTZ001 - on the wall
    zone="Europe/Zurich",
)
PEOPLE = frozenset(f"{n:024x}" for n in range(12))


def a_hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def a_date(number: int, *, round_: int = 0) -> DateLink:
    """One date as full as they come: each aspect, twelve people on both sides."""
    start = datetime(2026, 3, 2, 7, tzinfo=UTC) + timedelta(days=number)
    sides = [
        Fingerprint(
            aspects={a: a_hash(side, a, start if a == Aspect.TIME else round_) for a in Aspect},
            attendees=PEOPLE,
        )
        for side in ("exchange", "rooms")
    ]
    stamps = (start.replace(hour=h, microsecond=number * 997 + h) for h in range(2))
    link = BookingLink(
        booking_id=BookingId(4_200_000 + number),
        resource=ResourceId(101),
        settled=tuple(f"{stamp:%Y-%m-%dT%H:%M:%S.%fZ}" for stamp in stamps),
    )
    baseline = Baseline(key_version="1", exchange=sides[0], rooms=sides[1])
    return DateLink(
        original_start=start,
        state=MappingState.LINKED,
        bookings=(link,),
        time=Interval(start, start + timedelta(hours=1)),
        baseline=replace(baseline, by_booking={link.booking_id: sides[1]}),
    )


def a_series(dates: int, *, round_: int = 0) -> Mapping:
    """A link with a series; `round_` makes others of the same dates."""
    series = SeriesLink(
        recurrence=DAILY,
        dates=tuple(a_date(number, round_=round_) for number in range(dates)),
        horizon=NOW + timedelta(days=365),
        rooms_series=(7,),
    )
    return replace(a_mapping(), bookings=(), time=None, baseline=None, series=series)


def an_entry(number: int = 0) -> HistoryEntry:
    return HistoryEntry(
        at=NOW,
        source="push",
        outcome=f"pass {number}",
        steps=(("update_booking", "the time was changed in Outlook"),),
        found=("exchange.time",),
        latency_ms=420,
        attempt=1,
        trace_id="t",
    )


def an_activity(text: str, at: datetime = NOW) -> Activity:
    return Activity(
        at=at,
        mapping_id=LINK,
        outcome="booked",
        text=text,
        source="push",
        resource=ResourceId(101),
        time=Interval(NOW, NOW + timedelta(hours=1)),
        latency_ms=12,
    )


def a_drift(number: int = 1, place: EventPlace = ANNA, **facts) -> Drift:
    """Return a difference with all its fields."""
    return Drift(
        id=f"d{number:03d}",
        place=place,
        mandator="Default",
        element=Element.DATE,
        kind=DriftKind.DIFFERS,
        fields=(FieldDrift(Aspect.TIME, NewerSide.ROOMS),),
        newer=NewerSide.ROOMS,
        cause=Cause.LOST_NOTIFICATION,
        mapping_id=LINK,
        event_id=EventId("e/1+2="),
        original_start=NOW,
        time=HOUR,
        found_at=NOW,
        checked_at=NOW,
        **facts,
    )


def a_scan(**facts) -> Scan:
    return Scan(id="s1", target="all mailboxes", window=HOUR, places=2, requested_at=NOW, **facts)
