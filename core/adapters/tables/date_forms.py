"""How the dates of a series are written: what many have in common once, the rest by number.

All dates of a series show nearly the same: their baselines differ in the time and the booking,
their refusals in what was asked for, their stamps in the last digits. A year of daily dates takes
a tenth of what its values would take one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import NonNegativeInt, StringConstraints, TypeAdapter

from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval, utc
from core.domain.mapping import (
    Baseline,
    BookingLink,
    DateLink,
    Fingerprint,
    MappingState,
    Refusal,
)
from core.domain.meeting import Aspect

_Stamp = Annotated[str, StringConstraints(pattern=r"^[0-9]+:")]
"""How many characters are those of the stamp before, and the others."""

_OfBooking = tuple[NonNegativeInt] | tuple[NonNegativeInt, str | None]
"""The number of a side, and the time unless it is the one of `rooms`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """What a side of many dates shows, but for the time."""

    aspects: dict[Aspect, str] = field(default_factory=dict)
    attendees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """The baseline of many dates; `exchange` and `rooms` are numbers of sides."""

    key_version: str
    exchange: NonNegativeInt
    rooms: NonNegativeInt
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """A refusal of many dates, but for what was asked; the aspects in a fixed order."""

    like: Refusal
    aspects: tuple[Aspect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Booking:
    id: BookingId
    resource: ResourceId
    parked: bool = False
    settled: tuple[_Stamp, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Date:
    """One date. `moved` is counted from its original start; `exchange` and `rooms` hash its time.

    `baseline`, `by_booking` and `refusals` begin with the number of what they are like.
    """

    at: datetime
    state: MappingState = MappingState.LINKED
    bookings: tuple[_Booking, ...] = ()
    moved: timedelta = timedelta(0)
    length: timedelta | None = None
    baseline: NonNegativeInt | None = None
    exchange: str | None = None
    rooms: str | None = None
    by_booking: dict[BookingId, _OfBooking] = field(default_factory=dict)
    refusals: tuple[tuple[NonNegativeInt, str], ...] = ()
    conflicts: int = 0
    reinvited: tuple[ResourceId, ...] = ()
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    sides: tuple[_Side, ...] = ()
    baselines: tuple[_Common, ...] = ()
    refusals: tuple[_Refused, ...] = ()
    dates: tuple[_Date, ...] = ()


_FORM = TypeAdapter(_Form)
_BESIDE_TIME: tuple[Aspect, ...] = tuple(aspect for aspect in Aspect if aspect != Aspect.TIME)


def text_of(dates: Sequence[DateLink]) -> str:
    """Return the stored form of some dates: the same text for the same dates."""
    return _Writer().written(dates)


@lru_cache(maxsize=64)
def dates_in(text: str) -> tuple[DateLink, ...]:
    """Return what `text_of` wrote; a ValueError when it cannot be read.

    A series that changes in ROOMS is looked up once for each of its bookings: it is read once.
    """
    form = _FORM.validate_json(text)
    try:
        return tuple(_Reader(form).dates())
    except (IndexError, OverflowError) as error:
        raise ValueError("a date refers to what is not there") from error


class _Numbered:
    """Values that are written once, by the order in which they were met."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def number(self, key: object, value: object) -> int:
        """Return the number of a value; values with the same key are the same."""
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]


class _Writer:
    def __init__(self) -> None:
        self._sides, self._baselines, self._refusals = _Numbered(), _Numbered(), _Numbered()
        self._stamp = ""

    def written(self, dates: Sequence[DateLink]) -> str:
        stored = tuple(self._date(date) for date in dates)
        form = _Form(
            sides=tuple(self._sides.values),
            baselines=tuple(self._baselines.values),
            refusals=tuple(self._refusals.values),
            dates=stored,
        )
        return _FORM.dump_json(form, exclude_defaults=True).decode()

    def _date(self, date: DateLink) -> _Date:
        at = utc(date.original_start)
        stored = _Date(
            at=at,
            state=date.state,
            bookings=tuple(self._booking(link) for link in date.bookings),
            refusals=tuple((self._refusal(r), r.fingerprint) for r in date.refusals),
            conflicts=date.conflicts,
            reinvited=date.reinvited,
            is_deleted=date.is_deleted,
        )
        if date.time is not None:
            length = date.time.end - date.time.start
            stored = replace(stored, moved=date.time.start - at, length=length)
        return stored if date.baseline is None else self._with_baseline(stored, date.baseline)

    def _booking(self, link: BookingLink) -> _Booking:
        settled = tuple(self._shortened(stamp) for stamp in link.settled)
        return _Booking(
            id=link.booking_id, resource=link.resource, parked=link.parked, settled=settled
        )

    def _shortened(self, stamp: str) -> str:
        before, self._stamp = self._stamp, stamp
        longest = min(len(before), len(stamp))
        same = next((n for n in range(longest) if before[n] != stamp[n]), longest)
        return f"{same}:{stamp[same:]}"

    def _with_baseline(self, stored: _Date, baseline: Baseline) -> _Date:
        common = _Common(
            key_version=baseline.key_version,
            exchange=self._side(baseline.exchange),
            rooms=self._side(baseline.rooms),
            groups={group: tuple(sorted(who)) for group, who in sorted(baseline.groups.items())},
            masked=baseline.masked,
        )
        key = (common.key_version, common.exchange, common.rooms, common.masked)
        rooms = baseline.rooms.aspects.get(Aspect.TIME)
        return replace(
            stored,
            baseline=self._baselines.number((*key, *common.groups.items()), common),
            exchange=baseline.exchange.aspects.get(Aspect.TIME),
            rooms=rooms,
            by_booking={
                number: self._of_booking(shown, rooms)
                for number, shown in sorted(baseline.by_booking.items())
            },
        )

    def _of_booking(self, shown: Fingerprint, rooms: str | None) -> _OfBooking:
        side, time = self._side(shown), shown.aspects.get(Aspect.TIME)
        return (side,) if time == rooms else (side, time)

    def _side(self, shown: Fingerprint) -> int:
        aspects = {a: shown.aspects[a] for a in _BESIDE_TIME if a in shown.aspects}
        attendees = tuple(sorted(shown.attendees))
        side = _Side(aspects=aspects, attendees=attendees)
        return self._sides.number((*aspects.items(), attendees), side)

    def _refusal(self, refusal: Refusal) -> int:
        like = replace(refusal, fingerprint="", aspects=frozenset())
        aspects = tuple(aspect for aspect in Aspect if aspect in refusal.aspects)
        return self._refusals.number((like, aspects), _Refused(like=like, aspects=aspects))


class _Reader:
    def __init__(self, form: _Form) -> None:
        self._form = form
        self._attendees = [frozenset(side.attendees) for side in form.sides]
        self._groups = [
            {group: frozenset(who) for group, who in common.groups.items()}
            for common in form.baselines
        ]
        self._stamp = ""

    def dates(self) -> Iterator[DateLink]:
        return map(self._date, self._form.dates)

    def _date(self, stored: _Date) -> DateLink:
        return DateLink(
            original_start=stored.at,
            state=stored.state,
            bookings=tuple(self._booking(link) for link in stored.bookings),
            time=_time(stored),
            baseline=self._baseline(stored),
            refusals=tuple(
                self._refusal(self._form.refusals[number], fingerprint)
                for number, fingerprint in stored.refusals
            ),
            conflicts=stored.conflicts,
            reinvited=stored.reinvited,
            is_deleted=stored.is_deleted,
        )

    def _booking(self, stored: _Booking) -> BookingLink:
        return BookingLink(
            booking_id=stored.id,
            resource=stored.resource,
            parked=stored.parked,
            settled=tuple(self._whole(stamps) for stamps in stored.settled),
        )

    def _whole(self, shortened: str) -> str:
        same, _, others = shortened.partition(":")
        self._stamp = self._stamp[: int(same)] + others
        return self._stamp

    def _baseline(self, stored: _Date) -> Baseline | None:
        if stored.baseline is None:
            return None
        common = self._form.baselines[stored.baseline]
        return Baseline(
            key_version=common.key_version,
            exchange=self._shown(common.exchange, stored.exchange),
            rooms=self._shown(common.rooms, stored.rooms),
            by_booking={
                number: self._shown(of[0], stored.rooms if len(of) == 1 else of[1])
                for number, of in stored.by_booking.items()
            },
            groups=dict(self._groups[stored.baseline]),
            masked=common.masked,
        )

    @staticmethod
    def _refusal(refused: _Refused, fingerprint: str) -> Refusal:
        return replace(refused.like, fingerprint=fingerprint, aspects=frozenset(refused.aspects))

    def _shown(self, side: int, time: str | None) -> Fingerprint:
        aspects = dict(self._form.sides[side].aspects)
        if time is not None:
            aspects[Aspect.TIME] = time
        return Fingerprint(aspects=aspects, attendees=self._attendees[side])


def _time(stored: _Date) -> Interval | None:
    if stored.length is None:
        return None
    start = stored.at + stored.moved
    return Interval(start, start + stored.length)
