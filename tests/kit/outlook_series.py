"""Somebody at Outlook who edits series, saved as Outlook saves them (graph-calendar 3.3).

Each date of a series is changed, moved, cancelled like any event: `dates` and `date` name them.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from devstack.exchange.model import expansion
from devstack.exchange.model.recurrence import Recurrence
from tests.kit.moments import ZONE, Slot
from tests.kit.outlook import Body, EventRef, OutlookUser, graph_times

if TYPE_CHECKING:
    from tests.kit.world import World

KEPT = ("subject", "attendees", "location", "sensitivity", "showAs")


class SeriesInOutlook(OutlookUser):
    """Acts as `name` on single events and on series."""

    async def dates(self, series: EventRef) -> list[EventRef]:
        """Return the dates of a series in the coming year, in their order."""
        path = f"events/{series.event_id}/instances?{window_of_a_year(self._world)}&$top=999"
        found = await self._call("GET", path, None, "")
        return [
            EventRef(
                self.mailbox,
                shown["id"],
                series=series.event_id,
                original_start=datetime.fromisoformat(shown["originalStart"]),
            )
            for shown in found["value"]
        ]

    async def date(self, series: EventRef, day: str) -> EventRef:
        """Return the date that a series has on a day ("2026-03-10") by its rule."""
        (found,) = [d for d in await self.dates(series) if _day_of(d) == date.fromisoformat(day)]
        return found

    async def changes_rule(self, series: EventRef, **members: Any) -> None:
        """Save members of pattern and range under their own names: `interval=2`, `daysOfWeek=[…]`.

        Exchange forgets the exceptions and deleted dates by it.
        """
        await self.changes(series, recurrence=await self._rule(series, members))

    async def ends_after(self, series: EventRef, number: int) -> None:
        """Shorten or extend it to a number of dates."""
        await self.changes_rule(series, type="numbered", numberOfOccurrences=number)

    async def ends_on(self, series: EventRef, day: str) -> None:
        await self.changes_rule(series, type="endDate", endDate=day)

    async def never_ends(self, series: EventRef) -> None:
        await self.changes_rule(series, type="noEnd")

    async def makes_series(self, event: EventRef, recurrence: Body) -> None:
        """Let a single event recur from its day on."""
        await self.changes(event, recurrence=recurrence)

    async def makes_single(self, series: EventRef) -> None:
        """Take the recurrence away: the first date is left."""
        await self.changes(series, recurrence=None)

    async def changes_from(
        self, first: EventRef, *, at: str | None = None, **members: Any
    ) -> EventRef:
        """Change a date and all that follow, "this and following"; return the series they become.

        Outlook ends the series before that date and makes another one with what is left of it; one
        user action. From its first date on it is a change of the series itself. `at` is a time of
        the day of that date.
        """
        assert first.series is not None, "only a date of a series is followed by others"
        series = EventRef(self.mailbox, first.series)
        shown = await self._world.graph_event(self.mailbox, series)
        rule, day = self._known_rule(series), _day_of(first)
        times = graph_times(self._world.slot(f"{day} {at}")) if at else await self._same(first)
        before = expansion.date_before(rule, day)
        if before is None:
            await self.changes(series, **members, **(times if at else {}))
            return series
        if "subject" in members:
            is_private = shown["sensitivity"] == "private"
            self._world.secrets.saw(members["subject"], private=is_private)
        gone = len(expansion.dates_between(rule, rule.range.start, before))
        limits = shown["recurrence"]["range"] | {"startDate": str(day)}
        if limits["type"] == "numbered":
            limits["numberOfOccurrences"] -= gone
        rest = {"pattern": shown["recurrence"]["pattern"], "range": limits}
        body = {name: shown[name] for name in KEPT} | times | {"recurrence": rest} | members
        ended = await self._rule(series, {"type": "endDate", "endDate": str(before)})
        await self._call("PATCH", f"events/{series.event_id}", {"recurrence": ended}, "")
        made = await self._call("POST", "events", body, "changes what follows")
        return EventRef(self.mailbox, made["id"])

    async def cancels_from(self, first: EventRef) -> None:
        """Cancel a date and all that follow: the series ends before; the first date: all of it."""
        assert first.series is not None, "only a date of a series is followed by others"
        series = EventRef(self.mailbox, first.series)
        before = expansion.date_before(self._known_rule(series), _day_of(first))
        if before is None:
            await self.deletes(series)
        else:
            await self.ends_on(series, str(before))

    async def cancels_from_today(self, series: EventRef) -> None:
        """Cancel what has not begun; what was held stays in the calendar."""
        now = self._world.clock.now()
        coming = [d for d in await self.dates(series) if (await self.sees(d)).slot.start > now]
        await self.cancels_from(coming[0])

    async def _rule(self, series: EventRef, members: Body) -> Body:
        """Return the recurrence as it is, but for some members of its pattern or its range."""
        shown = (await self._world.graph_event(self.mailbox, series))["recurrence"]
        names = ("numberOfOccurrences", "endDate", "startDate", "recurrenceTimeZone")
        limits = {k: v for k, v in members.items() if k in names}
        if members.get("type") in ("numbered", "endDate", "noEnd"):
            limits["type"] = members["type"]
        pattern = {k: v for k, v in members.items() if k not in limits}
        return {"pattern": shown["pattern"] | pattern, "range": shown["range"] | limits}

    def _known_rule(self, series: EventRef) -> Recurrence:
        model = self._world.exchange.model
        mailbox = model.directory.find(self._world.company.address(self.mailbox))
        item = None if mailbox is None else model.store.find(mailbox.guid, series.event_id)
        assert item is not None, "there is no such series (any more)"
        assert item.recurrence is not None, "the event is no series (any more)"
        return item.recurrence

    async def _same(self, first: EventRef) -> Body:
        """Return the times that a date has by the rule, whatever was done to it."""
        series = await self.sees(EventRef(self.mailbox, first.series or ""))
        assert first.original_start is not None
        length = series.slot.end - series.slot.start
        return graph_times(Slot(first.original_start, first.original_start + length))


def window_of_a_year(world: "World") -> str:
    """Return the query of a window that begins a week ago."""
    now = world.clock.now()
    start, end = now - timedelta(days=7), now + timedelta(days=365)
    return f"startDateTime={start:%Y-%m-%d}&endDateTime={end:%Y-%m-%d}"


def _day_of(date: EventRef) -> date:
    assert date.original_start is not None, "that is no date of a series"
    return date.original_start.astimezone(ZONE).date()
