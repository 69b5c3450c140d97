"""A new series booked through one draft, date by date accepted or refused (R-640, D15).

ROOMS cannot take one date out of a draft (rooms-api 8, 9.): a refused one is parked on an online
resource, one that is not wanted is cancelled after the confirmation.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.adapters.rooms import requests
from core.adapters.rooms.client import RoomsConnection, SaidNoError
from core.adapters.rooms.discretion import discreet
from core.adapters.rooms.drafts import Drafts
from core.adapters.rooms.payloads import BookingPayload, CalendarPayload, SeriesItemLine
from core.adapters.rooms.refusals import NOTHING_FOUND, RefusalJudge, Verdict, named_verdict
from core.adapters.rooms.refusals import Slot as AskedSlot
from core.adapters.rooms.series_beginning import (
    AsNew,
    Beginning,
    InPlaceOf,
    shared_changes,
    single,
)
from core.adapters.rooms.series_drafts import SeriesDrafts, refusal_of
from core.adapters.rooms.series_matching import Slot, paired, slots_of
from core.adapters.rooms.series_requests import move_body, series_body
from core.domain.booking import Booking, BookingStatus
from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval
from core.domain.refusal import RefusalCode
from core.domain.series_draft import BookedSeries, DateAnswer, DateRefusal, SeriesDraft, WantedDate
from core.errors import (
    InvalidPayloadError,
    RoomSyncError,
    SeriesNotTakenError,
    ServiceUnavailableError,
)
from core.ports.room_series import OpenSeries

OF_ONE_DATE = frozenset(
    {
        RefusalCode.OCCUPIED,
        RefusalCode.BLOCKING_TIME,
        RefusalCode.CLOSED,
        RefusalCode.HOLIDAY,
        RefusalCode.TOO_LATE,
        RefusalCode.OTHER,
    }
)
"""Refusals that say nothing about later dates; the others stand against all of them."""

type Verdicts = dict[tuple[ResourceId, Interval], Verdict]


@dataclass(slots=True)
class _Sheet:
    """What is known so far of the dates of one draft."""

    refusals: dict[datetime, DateRefusal] = field(default_factory=dict)
    leftover: set[datetime] = field(default_factory=set)
    roomless: ResourceId | None = None


class SeriesBooking:
    """Opens a series, puts each date where it belongs, confirms it, and tells what became of it."""

    def __init__(
        self,
        connection: RoomsConnection,
        judge: RefusalJudge,
        *,
        person_at: requests.PersonAt,
        known_names: Callable[[], Iterable[str]],
    ) -> None:
        self._connection, self._judge = connection, judge
        self._person_at, self._known_names = person_at, known_names
        self._drafts = Drafts(connection)
        self._series = SeriesDrafts(connection)
        self._online: list[ResourceId] | None = None

    async def open(
        self,
        draft: SeriesDraft,
        replacing: Booking | None = None,
        own: Collection[BookingId] = (),
    ) -> OpenSeries:
        """Draw up the series from the first date on that can be had.

        `replacing` is the item that becomes its first; the bookings in `own` make room for it.
        """
        from core.domain.expansion import occurrences  # noqa: PLC0415 - not for notifications

        if not draft.dates or not draft.recurrence.pattern.is_known_to_rooms:
            raise SeriesNotTakenError("ROOMS has no series of this pattern")
        slots = slots_of(draft, occurrences(draft.recurrence))
        sheet = _Sheet()
        known = {s.occurrence.original_start for s in slots}
        sheet.leftover |= {d.original_start for d in draft.dates} - known
        verdicts = await self._verdicts(draft, slots, own)
        for slot in slots:
            if slot.wanted is not None and (found := verdicts.get(_place(draft, slot.wanted))):
                sheet.refusals[slot.occurrence.original_start] = self._told(draft, found, "")
        beginning = self._beginning(draft, replacing)
        try:
            started = await self._started(draft, slots, verdicts, sheet, beginning)
        except RoomSyncError:
            await beginning.give_up()
            raise
        if started is None:
            await beginning.give_up()
            return self._opened(draft, None, sheet, replacing)
        at, context = started
        try:
            await self._drawn_up(draft, context, slots[at:], sheet)
        except RoomSyncError:
            await self._drafts.abort_quietly(context)
            raise
        return self._opened(draft, context, sheet, replacing)

    async def confirm(
        self, opened: OpenSeries, read: Callable[[BookingId], Awaitable[Booking]]
    ) -> tuple[int, Booking]:
        """Confirm the draft; return the series' id and the booking that ROOMS answers with."""
        draft = opened.draft
        context = opened.context or 0
        if opened.replacing is None:
            first = single(draft, draft.dates[0].time)
            body = requests.confirm_new_body(context, first, self._person_at)
        else:
            changes = shared_changes(draft)
            body = requests.confirm_edit_body(context, changes, self._person_at)
        try:
            content = await self._drafts.confirm(body, "confirming a series")
        except SaidNoError:
            raise SeriesNotTakenError("ROOMS did not confirm a series it had drawn up") from None
        try:
            number = BookingPayload.read(content, "booking").id
        except InvalidPayloadError as error:
            raise ServiceUnavailableError(
                f"the outcome of confirming a series is unknown: {error}"
            ) from None
        booking = await read(BookingId(number))
        if booking.series_id is None:
            raise ServiceUnavailableError(f"ROOMS made no series of booking {number}")
        return booking.series_id, booking

    def answers(
        self, opened: OpenSeries, series_id: int | None, stored: Sequence[Booking]
    ) -> BookedSeries:
        """Return what became of each date, by what ROOMS stored."""
        draft = opened.draft
        active = [b for b in stored if b.status is not BookingStatus.CANCELLED]
        at = {(b.resource, b.time): b for b in active}
        answers = []
        for date in draft.dates:
            refusal = opened.refusals.get(date.original_start)
            if date.original_start in opened.leftover:
                booking = None
            elif refusal is None:
                booking = at.get((draft.resource_of(date), date.time))
                if booking is None:
                    refusal = DateRefusal(RefusalCode.NOT_ALLOWED)
            elif draft.keeps_roomless and opened.roomless is not None:
                booking = at.get((opened.roomless, date.time))
            else:
                booking = None
            answers.append(DateAnswer(date=date, booking=booking, refusal=refusal))
        return BookedSeries(series_id=series_id, answers=tuple(answers))

    def _beginning(self, draft: SeriesDraft, replacing: Booking | None) -> Beginning:
        if replacing is None:
            return AsNew(self._drafts, draft, self._person_at)
        return InPlaceOf(self._connection, self._drafts, draft, replacing)

    def _opened(
        self,
        draft: SeriesDraft,
        context: int | None,
        sheet: _Sheet,
        replacing: Booking | None,
    ) -> OpenSeries:
        return OpenSeries(
            replacing=replacing,
            draft=draft,
            context=context,
            refusals=sheet.refusals,
            leftover=frozenset(sheet.leftover) - sheet.refusals.keys(),
            roomless=sheet.roomless,
        )

    async def _verdicts(
        self, draft: SeriesDraft, slots: Sequence[Slot], own: Collection[BookingId]
    ) -> Verdicts:
        """Ask what blocks the dates, and where the rule alone would put them: a read per room."""
        asked: dict[ResourceId, set[Interval]] = {}
        for slot in slots:
            if slot.wanted is not None:
                asked.setdefault(draft.resource_of(slot.wanted), set()).add(slot.wanted.time)
                asked.setdefault(draft.resource, set()).add(slot.occurrence.time)
        return {
            (resource, time): verdict
            for resource, times in asked.items()
            for time, verdict in (await self._judge.judge_each(resource, times, own)).items()
        }

    async def _started(
        self,
        draft: SeriesDraft,
        slots: Sequence[Slot],
        verdicts: Verdicts,
        sheet: _Sheet,
        beginning: Beginning,
    ) -> tuple[int, int] | None:
        """Open the draft at the first date that ROOMS takes; return its place and the context."""
        for at, slot in enumerate(slots):
            if slot.wanted is None:
                continue
            start = slot.occurrence.original_start
            if (draft.resource, slot.occurrence.time) in verdicts:
                if start not in sheet.refusals:
                    sheet.leftover.add(start)
                continue
            try:
                return at, await beginning.at(slot.occurrence.time)
            except SaidNoError as no:
                refusal = await self._why(draft, slot, no)
            rest = slots[at:] if refusal.code not in OF_ONE_DATE else slots[at : at + 1]
            for each in rest:
                if each.wanted is not None:
                    sheet.refusals.setdefault(each.occurrence.original_start, refusal)
            if refusal.code not in OF_ONE_DATE:
                return None
        return None

    async def _why(self, draft: SeriesDraft, slot: Slot, no: SaidNoError) -> DateRefusal:
        asked = AskedSlot(draft.resource, slot.occurrence.time)
        verdict = await self._judge.judge(asked) or named_verdict(no) or NOTHING_FOUND
        return self._told(draft, verdict, no.text)

    async def _drawn_up(
        self, draft: SeriesDraft, context: int, slots: Sequence[Slot], sheet: _Sheet
    ) -> None:
        """Draw the series up and bring every date to where it is wanted."""
        body = series_body(context, draft.recurrence.pattern, len(slots))
        try:
            lines = await self._series.draw_up(body)
        except SaidNoError:
            raise SeriesNotTakenError("ROOMS does not take so long a series of these") from None
        pairs, missing, beside = paired(slots, lines)
        sheet.leftover |= {s.occurrence.original_start for s in missing if s.wanted is not None}
        for slot, line in pairs:
            await self._settle(draft, context, slot, line, sheet)
        for line in beside:
            await self._park(draft, context, line, line.time, sheet)

    async def _settle(
        self, draft: SeriesDraft, context: int, slot: Slot, line: SeriesItemLine, sheet: _Sheet
    ) -> None:
        """Bring one date to its time and room; park it where it is refused."""
        if slot.wanted is None:
            await self._park(draft, context, line, line.time, sheet)
            return
        start = slot.occurrence.original_start
        place = _place(draft, slot.wanted)
        if start not in sheet.refusals:
            if (line.resource_id, line.time) != place:
                resource, time = place
                try:
                    line = await self._series.move(move_body(context, line.id, time, resource))
                except SaidNoError as no:
                    sheet.refusals[start] = await self._why_moved(draft, place, no)
            refusal = sheet.refusals.get(start) or refusal_of(line)
            if refusal is None:
                return
            text = discreet(refusal.text, self._words(draft))
            sheet.refusals[start] = DateRefusal(refusal.code, text)
        await self._park(draft, context, line, slot.wanted.time, sheet, is_refused=True)

    async def _why_moved(
        self, draft: SeriesDraft, place: tuple[ResourceId, Interval], no: SaidNoError
    ) -> DateRefusal:
        verdict = await self._judge.judge(AskedSlot(*place)) or named_verdict(no) or NOTHING_FOUND
        return self._told(draft, verdict, no.text)

    async def _park(
        self,
        draft: SeriesDraft,
        context: int,
        line: SeriesItemLine,
        time: Interval | None,
        sheet: _Sheet,
        *,
        is_refused: bool = False,
    ) -> None:
        """Take a date off the room where ROOMS would not confirm it; it is cancelled later.

        One that is merely not wanted may stay where it is until then.
        """
        if time is None or (not is_refused and refusal_of(line) is None):
            return
        sheet.roomless = sheet.roomless or await self._online_resource(draft)
        try:
            await self._series.move(move_body(context, line.id, time, sheet.roomless))
        except SaidNoError:
            raise SeriesNotTakenError("ROOMS does not let a date leave its room") from None

    async def _online_resource(self, draft: SeriesDraft) -> ResourceId:
        """Return where a date can be parked, by the calendar page: nothing else says it."""
        if self._online is None:
            doing = "looking for an online resource"
            content = await self._connection.get("v1.0/calendar", doing)
            page = CalendarPayload.read(content, "calendar")
            self._online = sorted(ResourceId(r.id) for r in page.ressource_list if r.is_online)
        other = [each for each in self._online if each != draft.resource]
        if not other:
            raise SeriesNotTakenError(
                "some dates are refused, and ROOMS has no online resource to hold them meanwhile"
            )
        return other[0]

    def _told(self, draft: SeriesDraft, verdict: Verdict, text: str) -> DateRefusal:
        words = (*verdict.titles, *self._words(draft))
        return DateRefusal(verdict.code, discreet(text, words))

    def _words(self, draft: SeriesDraft) -> tuple[str, ...]:
        return (draft.title, *(a.name for a in draft.attendees), *self._known_names())


def _place(draft: SeriesDraft, date: WantedDate) -> tuple[ResourceId, Interval]:
    return draft.resource_of(date), date.time
