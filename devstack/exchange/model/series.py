"""Series: what a calendar holds on its dates, and what becomes of single ones (graph-calendar 3.3).

Plain occurrences are made up from their master; whatever one says of itself makes it an exception,
which is kept. Every change of a date saves the master too: Exchange tells of nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from devstack.exchange.model import expansion, versions
from devstack.exchange.model.item import Item
from devstack.exchange.model.refusals import (
    CrossingBoundaryError,
    NoOccurrenceLeftError,
    OccurrenceDeletedError,
)
from devstack.exchange.model.store import Store
from devstack.exchange.model.values import Content, EventKind, Private
from devstack.kit.switches import Switches

# Zones reach a day from UTC at most; an exception lies between its neighbours.
_MARGIN = timedelta(days=2)
_EARLIEST, _LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)


class Series:
    """Reads and changes the dates of the series in a store."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self._store, self._switches = store, switches

    def find(self, mailbox: str, item_id: str) -> Item | None:
        """Return the item or occurrence with this id; raises OccurrenceDeletedError.

        The id of an occurrence is good as long as its series is not rescheduled.
        """
        if (item := self._store.find(mailbox, item_id)) is not None:
            return item
        if (named := versions.occurrence_in(item_id)) is None:
            return None
        master_id, day, generation = named
        master = self._store.find(mailbox, master_id)
        if master is None or not master.is_master or master.generation != generation:
            return None
        if day in master.cancelled_days:
            raise OccurrenceDeletedError
        found = self.member(master, day)
        is_current = found is not None and item_id in (found.rest_id, found.immutable_id)
        return found if is_current else None

    def as_read(self, item: Item) -> Item | None:
        """Return what a reader gets, who may see the state before the last save (12.2)."""
        if not item.is_part_of_series:
            return self._store.as_read(item)
        if item.kind is EventKind.EXCEPTION and (earlier := self._store.as_read(item)) is not None:
            return earlier
        master = self._store.as_read(self._store.master(item))
        if master is None or item.original_day is None or not has_day(master, item.original_day):
            return None
        return occurrence(master, item.original_day)

    def instances(
        self, mailbox: str, folder: str | None, start: datetime, end: datetime
    ) -> list[Item]:
        """Return what touches [start, end), series expanded, by start; no folder: all calendars."""
        items = (
            self._store.in_calendars(mailbox)
            if folder is None
            else self._store.in_folder(mailbox, folder)
        )
        found: list[Item] = []
        for item in items:
            if item.is_master:
                found += self.members(item, start, end)
            elif item.overlaps(start, end):
                found.append(item)
        return sorted(found, key=_by_start)

    def members(self, master: Item, start: datetime, end: datetime) -> list[Item]:
        """Return the occurrences and exceptions of a series that touch [start, end), by start."""
        rule = master.recurrence
        if rule is None:
            return []
        kept = self._store.exceptions(master)
        lasts = master.content.end.instant - master.content.start.instant
        first, last = max(start, _EARLIEST) - lasts - _MARGIN, min(end, _LATEST) + _MARGIN
        days = expansion.dates_between(rule, first.date(), last.date())
        plain = (
            occurrence(master, day)
            for day in days
            if day not in kept and day not in master.cancelled_days
        )
        found = [item for item in (*plain, *kept.values()) if item.overlaps(start, end)]
        return sorted(found, key=_by_start)

    def touches(self, master: Item, start: datetime, end: datetime) -> bool:
        return bool(self.members(master, start, end))

    def member(self, master: Item, day: date) -> Item | None:
        """Return what the series has on an original day; None: nothing, or it was deleted."""
        if (kept := self._store.exceptions(master).get(day)) is not None:
            return kept
        if day in master.cancelled_days or not has_day(master, day):
            return None
        return occurrence(master, day)

    def exceptions(self, master: Item) -> list[Item]:
        """Return the exceptions by original day."""
        kept = self._store.exceptions(master)
        return [kept[day] for day in sorted(kept)]

    def require_between_neighbours(self, part: Item, content: Content) -> None:
        """Refuse to move a date to or past the day of the one before or after it."""
        before = part.content
        if (before.start.instant, before.end.instant) == (
            content.start.instant, content.end.instant
        ):  # fmt: skip
            return
        master, day = self._store.master(part), part.original_day
        where = expansion.zone_of_series(master.content)
        wanted = expansion.day_of(content.start, where)
        for earlier in self._neighbour(master, day, expansion.date_before):
            last = expansion.day_of(earlier.content.start, where)
            if wanted <= last or content.start.instant < earlier.content.end.instant:
                raise CrossingBoundaryError
        for later in self._neighbour(master, day, expansion.date_after):
            first = expansion.day_of(later.content.start, where)
            if wanted >= first or content.end.instant > later.content.start.instant:
                raise CrossingBoundaryError

    def require_another(self, part: Item) -> None:
        """Refuse to delete the last date that a series has, where Exchange does (a switch)."""
        is_refused = self._switches["last_occurrence_delete"] == "refused"
        if is_refused and self._is_last(self._store.master(part), part.original_day):
            raise NoOccurrenceLeftError

    def materialise(self, part: Item) -> Item:
        """Make an occurrence an exception, which is kept; an exception stays what it is."""
        if part.kind is not EventKind.OCCURRENCE or part.original_day is None:
            return part
        master = self._store.master(part)
        master.cancelled_days -= {part.original_day}
        exception = replace(
            part,
            kind=EventKind.EXCEPTION,
            number=self._store.next_number(part.mailbox),
            rest_id=part.rest_id if self._switches["exception_id"] == "same" else "",
            private=self.without_inherited(part, part.private),
        )
        self._store.insert(exception)
        return exception

    def without_inherited(self, part: Item, private: Private) -> Private:
        """Return what an occurrence keeps as an exception; its master's properties: a switch."""
        inherited = part.private.properties
        is_plain = part.kind is EventKind.OCCURRENCE
        if not is_plain or self._switches["exception_properties"] == "copied":
            return private
        own = {k: v for k, v in private.properties.items() if inherited.get(k) != v}
        return replace(private, properties=own)

    def save(self, item: Item) -> None:
        """Keep a changed item; with an exception its master changes."""
        self._store.save(item)
        if item.kind is EventKind.EXCEPTION:
            self._store.save(self._store.master(item))

    def remove(self, parts: Iterable[Item]) -> None:
        """Delete dates of one series; they stay deleted until it is rescheduled."""
        gone = list(parts)
        if not gone:
            return
        master = self._store.master(gone[0])
        master.cancelled_days |= {p.original_day for p in gone if p.original_day is not None}
        for part in gone:
            if part.kind is EventKind.EXCEPTION:
                self._store.purge(part)
        self._store.save(master)

    def reset(self, master: Item, cancelled: frozenset[date] = frozenset()) -> None:
        """Forget exceptions and deleted dates: the series is rescheduled (graph-calendar 3.3)."""
        for exception in self.exceptions(master):
            self._store.purge(exception)
        master.cancelled_days, master.horizon = cancelled, None
        master.generation += 1

    def _neighbour(self, master: Item, day: date | None, step: expansion.Step) -> Iterator[Item]:
        """Yield the next date that is still there in one direction, if there is one."""
        rule = master.recurrence
        while rule is not None and day is not None and (day := step(rule, day)) is not None:
            if (found := self.member(master, day)) is not None:
                yield found
                return

    def _is_last(self, master: Item, day: date | None) -> bool:
        rule = master.recurrence
        last = None if rule is None else expansion.last_date(rule)
        if rule is None or last is None:
            return False
        known = expansion.dates_between(rule, rule.range.start, last)
        return not set(known) - master.cancelled_days - {day}


def occurrence(master: Item, day: date) -> Item:
    """Return the plain occurrence of a day, with everything as its master has it."""
    start, end = expansion.times_on(master.content, day)
    return replace(
        master,
        kind=EventKind.OCCURRENCE,
        ical_uid=versions.occurrence_uid(master.ical_uid, day),
        content=replace(master.content, start=start, end=end, recurrence=None),
        series_master=master.number,
        master_ids=(master.rest_id, master.immutable_id),
        original_start=start.instant,
        original_day=day,
        cancelled_days=frozenset(),
        horizon=None,
        transaction_id=None,
        rest_id=versions.occurrence_id(master.rest_id, day, master.generation),
        immutable_id=versions.occurrence_id(master.immutable_id, day, master.generation),
    )


def has_day(master: Item, day: date) -> bool:
    """Tell whether the pattern has a date, deleted or not."""
    rule = master.recurrence
    return rule is not None and expansion.dates_between(rule, day, day) == [day]


def _by_start(item: Item) -> tuple[datetime, int, str]:
    return item.content.start.instant, item.number, item.ical_uid
