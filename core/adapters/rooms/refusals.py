"""Why ROOMS said no: asked of `blockers/find`, then of the codes in its answer (R-404).

Its texts are no basis: they are for people, translated and edited.

A slot that only drafts hold, and a booking that cannot be opened for editing, are locked, not
refused (R-107, R-315).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.adapters.rooms.client import RoomsConnection, SaidNoError
from core.adapters.rooms.discretion import discreet
from core.adapters.rooms.payloads import BlockerLine
from core.adapters.rooms.requests import iso
from core.adapters.rooms.statuses import StatusTable
from core.domain.booking import BookingStatus
from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval
from core.domain.refusal import RefusalCode
from core.errors import BookingRefusedError, LockedError, ServiceUnavailableError

_BOOKING = 0
_HOUSE_RULES = {
    3: RefusalCode.BLOCKING_TIME,
    2: RefusalCode.HOLIDAY,
    1: RefusalCode.CLOSED,
}
"""`blockerType` in the order in which we name them; the numbers are inferred (rooms-api 7)."""

_PASSING = frozenset({RefusalCode.OCCUPIED})
"""Named reasons that only the blockers prove: what is gone meanwhile refuses nothing."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What was asked for; `booking_id` is the booking that may be there already: our own."""

    resource: ResourceId
    time: Interval
    booking_id: BookingId | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands against a slot; `titles` are of foreign bookings and must not be repeated."""

    code: RefusalCode
    titles: tuple[str, ...] = ()

    def refusal(self, text: str, words: Iterable[str]) -> BookingRefusedError:
        """Return the refusal with ROOMS' own words, but for titles, addresses and names."""
        return BookingRefusedError(self.code, discreet(text, (*self.titles, *words)))


def named_verdict(no: SaidNoError) -> Verdict | None:
    """Return what ROOMS itself names as its reason, None for what passes or is not named."""
    return None if no.reason is None or no.reason in _PASSING else Verdict(no.reason)


NOTHING_FOUND = Verdict(RefusalCode.NOT_ALLOWED)
"""The slot is free and ROOMS says no all the same, for a reason that it does not name."""


class RefusalJudge:
    """Finds out what stands against a slot."""

    def __init__(self, connection: RoomsConnection, statuses: StatusTable) -> None:
        self._connection, self._statuses = connection, statuses

    async def judge(self, slot: Slot) -> Verdict | None:
        """Return what stands against a slot, None when it is free; LockedError for drafts only."""
        return _verdict(slot, await self._blockers(slot), await self._statuses.ids())

    async def judge_each(
        self,
        resource: ResourceId,
        times: Collection[Interval],
        own: Collection[BookingId] = (),
    ) -> dict[Interval, Verdict]:
        """Return what stands against each of several times, with one read; free ones are absent.

        The bookings in `own` do not count. LockedError if only drafts hold one of them.
        """
        if not times:
            return {}
        whole = Interval(min(t.start for t in times), max(t.end for t in times))
        blockers = await self._blockers(Slot(resource, whole))
        meanings = await self._statuses.ids()
        found: dict[Interval, Verdict] = {}
        for time in times:
            against = [b for b in blockers if b.overlaps(time) and b.booking_id not in own]
            verdict = _verdict(Slot(resource, time), against, meanings)
            if verdict is not None:
                found[time] = verdict
        return found

    async def _blockers(self, slot: Slot) -> list[BlockerLine]:
        query = [
            ("filter.start", iso(slot.time.start)),
            ("filter.end", iso(slot.time.end)),
            ("filter.resourceId", str(slot.resource)),
        ]
        if slot.booking_id is not None:
            query.append(("filter.bookingIdToIgnore", str(slot.booking_id)))
        doing = f"asking what blocks resource {slot.resource}"
        content = await self._connection.get("v2.0/blockers/find", doing, query)
        if not isinstance(content, list):
            raise ServiceUnavailableError(f"ROOMS' answer cannot be read while {doing}")
        cancelled = await self._cancelled_ids()
        found = [BlockerLine.read(item, "blocker") for item in content]
        relevant = [
            b
            for b in found
            if b.status_id not in cancelled and b.booking_id != (slot.booking_id or -1)
        ]
        return [b for b in relevant if b.overlaps(slot.time)] or relevant

    async def _cancelled_ids(self) -> set[int]:
        meanings = await self._statuses.ids()
        return {i for i, meaning in meanings.items() if meaning is BookingStatus.CANCELLED}


def _verdict(
    slot: Slot, blockers: Sequence[BlockerLine], meanings: Mapping[int, BookingStatus]
) -> Verdict | None:
    """Return what the blockers of a slot mean; LockedError when only drafts hold it."""
    titles = tuple(b.title for b in blockers if b.blocker_type == _BOOKING and b.title)
    held = [meanings.get(b.status_id) for b in blockers if b.blocker_type == _BOOKING]
    if any(meaning is not BookingStatus.SYSTEM for meaning in held):
        return Verdict(RefusalCode.OCCUPIED, titles)
    kinds = {b.blocker_type for b in blockers} - {_BOOKING}
    for kind, code in _HOUSE_RULES.items():
        if kind in kinds:
            return Verdict(code, titles)
    if kinds:
        return Verdict(RefusalCode.OTHER, titles)
    if held:
        raise LockedError(
            f"the slot of resource {slot.resource} is held by somebody's unfinished booking"
        )
    return None
