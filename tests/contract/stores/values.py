"""Values to store, with every field filled."""

from datetime import UTC, datetime, timedelta

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
    EventLink,
    Fingerprint,
    Mapping,
    MappingState,
    Pending,
    PendingKind,
    Refusal,
)
from core.domain.meeting import Aspect

NOW = datetime(2026, 3, 2, 7, 0, 0, 123456, tzinfo=UTC)
ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))
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
