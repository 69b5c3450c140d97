"""What a pass notes down for the history of its link beside its steps, from what is known anyway.

    of                      noted                              from
    versions                what each side showed when the     what was observed, what came back
                            look began, and what we made
    provider                from the change to the first       the change stamp of the side that had
                            trigger                            changed, as read when the look began
    queue                   from the first trigger to the      when the look began
                            look, retries included
    write                   the steps                          the clock around them
    mails                   their ids                          as they were sent (`notice_name`)
    other links             who had the bookings before, who   what the bookings carried, what was
                            gets those that leave              named for them

Nothing is read, asked or stored for it. A stamp that is later than its trigger is another clock or
a later change: then the part is not known, never negative.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.history import Evidence, Parts
from core.domain.ids import MappingId
from core.domain.stamps import moment_of
from core.domain.work import BookingKey, EventKey, ICalKey, Source, WorkItem

MOST_VERSIONS = 6
MOST_LINKS = 8
LONGEST = 200
"""Characters of a version: both systems have far shorter ones."""

SKEW = timedelta(seconds=5)
"""How far apart two clocks may be without a change counting as later than its trigger."""

LONGEST_WAY = timedelta(days=1)
"""What was changed longer ago was not what the trigger was about."""

TOLD = frozenset({Source.PUSH, Source.WAKE_UP, Source.POLL, Source.DELTA})
"""How a change comes to us by itself; every other look has no change that began it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What both sides showed when a look began, before it wrote anything."""

    at: datetime
    event: Event | None = None
    bookings: Sequence[Booking] = ()


def parts_of(item: WorkItem, began: Beginning, found: Iterable[str], written: timedelta) -> Parts:
    """Return how long each part of a pass has taken, in milliseconds."""
    return Parts(
        provider_ms=_provider_ms(item, began, tuple(found)),
        queue_ms=max(0, _ms(began.at - item.first_seen)),
        write_ms=max(0, _ms(written)),
    )


def evidence_of(
    mapping_id: MappingId,
    began: Beginning,
    *,
    events: Iterable[str],
    bookings: Iterable[str],
    notices: Iterable[str],
    released_to: Iterable[MappingId] = (),
) -> Evidence:
    """Return what was seen and made; `events` and `bookings` are the versions at the end."""
    exchange = ([] if began.event is None else [began.event.version]) + list(events)
    rooms = [booking.modified_on for booking in began.bookings] + list(bookings)
    carried = (booking.appointment_oid for booking in began.bookings)
    links = [MappingId(oid.lower()) for oid in carried if oid] + list(released_to)
    others = dict.fromkeys(link for link in links if link != mapping_id)
    return Evidence(
        exchange=_newest(exchange),
        rooms=_newest(rooms),
        notices=tuple(notices),
        links=tuple(others)[:MOST_LINKS],
    )


def _newest(versions: Iterable[str]) -> tuple[str, ...]:
    known = dict.fromkeys(version[:LONGEST] for version in versions if version)
    return tuple(known)[-MOST_VERSIONS:]


def _provider_ms(item: WorkItem, began: Beginning, found: tuple[str, ...]) -> int | None:
    """Return how long it took until we were told; None if nobody can say."""
    changed_at = _changed_at(item, began, found)
    if item.source not in TOLD or changed_at is None:
        return None
    took = item.first_seen - changed_at
    return max(0, _ms(took)) if -SKEW <= took <= LONGEST_WAY else None


def _changed_at(item: WorkItem, began: Beginning, found: tuple[str, ...]) -> datetime | None:
    """Return when the side was changed that had changed; if both had, of that which told."""
    sides = {what.partition(":")[0] for what in found}
    if sides == {"exchange"}:
        is_rooms = False
    elif sides == {"rooms"}:
        is_rooms = True
    else:
        if not isinstance(item.key, BookingKey | EventKey | ICalKey):
            return None
        is_rooms = isinstance(item.key, BookingKey)
    if not is_rooms:
        return None if began.event is None else began.event.modified_at
    own = item.key.booking_id if isinstance(item.key, BookingKey) else None
    told = [b for b in began.bookings if b.booking_id == own] or began.bookings
    stamps = [moment_of(booking.modified_on) for booking in told]
    return max((stamp for stamp in stamps if stamp is not None), default=None)


def _ms(took: timedelta) -> int:
    return round(took.total_seconds() * 1000)
