"""Does the edits of a history that are done in Outlook."""

from datetime import timedelta
from typing import Any

from tests.kit.moments import ZONE
from tests.kit.outlook import EventRef
from tests.kit.outlook_series import SeriesInOutlook
from tests.kit.recurring import FIRST_DAY
from tests.kit.sights import date_ref
from tests.kit.views import EventView
from tests.kit.world import World
from tests.series_histories.edits import Edit
from tests.series_histories.rules import in_graph

RULES = ("another rule", "another length", "endless", "makes single")


class InOutlook:
    """Everybody at Outlook; what an edit names and is not there, nobody edits."""

    def __init__(self, world: World) -> None:
        self._world, self._topics = world, 0

    async def does(self, edit: Edit) -> bool:
        """Do an edit; return whether there was anything to do it to."""
        if edit.what.startswith("books"):
            await self._books(edit)
            return True
        if edit.what == "makes series":
            found = self._nth(edit.series, await self._events(is_series=False))
            if found is not None:
                rule = in_graph(edit.rule, edit.number, _day(found))
                await self._user(found).makes_series(_ref(found), rule)
            return found is not None
        series = self._nth(edit.series, await self._events(is_series=True))
        if series is None:
            return False
        if "date" not in edit.what and "following" not in edit.what:
            await self._edits(self._user(series), series, edit)
            return True
        date = self._nth(edit.date, self._dates(series))
        if date is None:
            return False
        user = self._user(series)
        if "following" in edit.what:
            await self._edits_following(user, date, edit)
        else:
            await self._edits_date(user, date, edit)
        return True

    async def _books(self, edit: Edit) -> None:
        user = self._world.outlook(edit.person)
        guest = "marc" if edit.person != "marc" else "anna"
        more = {}
        if edit.what == "books":
            more["recurrence"] = in_graph(edit.rule, edit.number, FIRST_DAY)
        at = f"{FIRST_DAY} {_hours(edit)}"
        await user.books(edit.room, at=at, subject=self._topic(), attendees=[guest], **more)

    async def _edits(self, user: SeriesInOutlook, series: EventView, edit: Edit) -> None:
        ref = _ref(series)
        if edit.what in RULES:
            await user.changes(ref, **self._rule(series, edit))
            return
        match edit.what:
            case "renames":
                await user.renames(ref, self._topic())
            case "moves":
                await user.moves(ref, f"{_day(series)} {_hours(edit)}")
            case "invites":
                await self._invites(user, series, edit)
            case "swaps room":
                await self._takes_rooms(user, series, edit.room)
            case "takes off room":
                await self._takes_rooms(user, series)
            case "private":
                await self._hides_or_shows(user, series)
            case "deletes":
                await user.deletes(ref)
            case _:
                raise KeyError(edit.what)

    async def _hides_or_shows(self, user: SeriesInOutlook, series: EventView) -> None:
        ref = _ref(series)
        if series.private:
            await user.makes_public(ref)
            return
        # What was said aloud before, mails that are under way may say once more.
        await user.renames(ref, self._topic())
        await user.makes_private(ref)

    def _rule(self, series: EventView, edit: Edit) -> dict[str, Any]:
        """Return the recurrence that a series gets, none if it is to become a single meeting."""
        start, rule = _day(series), series.recurrence or {}
        match edit.what:
            case "another rule":
                rule = in_graph(edit.rule, edit.number, start)
            case "another length":
                limits = {"type": "numbered", "numberOfOccurrences": edit.number}
                rule = rule | {"range": rule["range"] | limits}
            case "endless":
                limits = {"type": "noEnd", "startDate": start}
                rule = in_graph("monthly", 1, start) | {"range": limits}
        return {"recurrence": None if edit.what == "makes single" else rule}

    async def _edits_date(self, user: SeriesInOutlook, date: EventView, edit: Edit) -> None:
        ref = date_ref(date)
        match edit.what:
            case "moves date":
                await user.moves(ref, f"{_day(date, edit.days)} {_hours(edit)}")
            case "renames date":
                await user.renames(ref, self._topic())
            case "invites to date":
                await self._invites(user, date, edit)
            case "swaps room of date":
                await self._takes_rooms(user, date, edit.room)
            case "takes room off date":
                await self._takes_rooms(user, date)
            case "deletes date":
                await user.deletes(ref)
            case _:
                raise KeyError(edit.what)

    async def _edits_following(self, user: SeriesInOutlook, date: EventView, edit: Edit) -> None:
        ref = date_ref(date)
        match edit.what:
            case "moves following":
                await user.changes_from(ref, at=_hours(edit))
            case "renames following":
                await user.changes_from(ref, subject=self._topic())
            case "room of following":
                lines = user._lines([edit.room], list(date.attendees))
                await user.changes_from(ref, attendees=lines)
            case "cancels following":
                await user.cancels_from(ref)
            case _:
                raise KeyError(edit.what)

    async def _invites(self, user: SeriesInOutlook, event: EventView, edit: Edit) -> None:
        if edit.person in event.attendees:
            await user.uninvites(_ref(event), edit.person)
        elif edit.person != event.organizer:
            await user.invites(_ref(event), edit.person)

    async def _takes_rooms(self, user: SeriesInOutlook, event: EventView, *rooms: str) -> None:
        lines = user._lines(list(rooms), list(event.attendees))
        await user.changes(_ref(event), attendees=lines)

    async def _events(self, *, is_series: bool) -> list[EventView]:
        now, persons = self._world.clock.now(), self._world.company.persons
        found = [
            e
            for e in await self._world.all_events()
            if e.is_alive and e.is_organizer and e.mailbox in persons and e.is_series == is_series
        ]
        if is_series:
            return [e for e in found if self._dates(e)]
        return [e for e in found if e.slot.start > now]

    def _dates(self, series: EventView) -> list[EventView]:
        now = self._world.clock.now()
        return [
            d
            for d in self._world.all_dates(now)
            if (d.mailbox, d.master_id) == (series.mailbox, series.event_id)
        ]

    def _user(self, event: EventView) -> SeriesInOutlook:
        return self._world.outlook(event.mailbox)

    def _topic(self) -> str:
        self._topics += 1
        return f"Thema {self._topics}."

    @staticmethod
    def _nth(number: int, found: list[EventView]) -> EventView | None:
        return found[number % len(found)] if found else None


def _ref(event: EventView) -> EventRef:
    return EventRef(event.mailbox, event.event_id)


def _day(event: EventView, later: int = 0) -> str:
    return str(event.slot.start.astimezone(ZONE).date() + timedelta(days=later))


def _hours(edit: Edit) -> str:
    return f"{edit.hour:02d}:00-{edit.hour:02d}:50"
