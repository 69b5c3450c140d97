"""All items of all mailboxes: every save gets a version, a place in history, and an announcement.

Only what changed goes to the shelf. What left a calendar leaves a tombstone behind, because a
delta round has to name it (graph-calendar 2).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from devstack.exchange.model import versions
from devstack.exchange.model.contents import Contents, Tombstone
from devstack.exchange.model.item import DELETED_ITEMS, Item
from devstack.exchange.model.values import EventKind
from devstack.kit.clock import Clock
from devstack.kit.shelf import Shelf


class ChangeKind(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One save of one item, as it was then; `moved_to` is the folder that it left for."""

    kind: ChangeKind
    mailbox: str
    folder: str
    rest_id: str
    immutable_id: str
    change_key: str
    moved_to: str | None = None


Listener = Callable[[Change], None]


class Store:
    """Reads and writes items; listeners hear of every save but those of a quiet load."""

    def __init__(
        self, *, clock: Clock, stamps: Clock, shelf: Shelf, read_lag: Callable[[], timedelta]
    ) -> None:
        self._clock, self._stamps, self._shelf, self._read_lag = clock, stamps, shelf, read_lag
        self._contents: dict[str, Contents] = {}
        self.listeners: list[Listener] = []
        self.is_quiet = False

    def clear(self) -> None:
        self._contents.clear()

    def restore(self) -> None:
        """Take up what was on the shelf."""
        for _, item in self._shelf.load("item"):
            self._index(item)
        for _, tombstone in self._shelf.load("tombstone"):
            contents = self._of(tombstone.mailbox)
            contents.tombstones.append(tombstone)
            contents.sequence = max(contents.sequence, tombstone.sequence)
            contents.last_number = max(contents.last_number, tombstone.number)

    def items(self, mailbox: str) -> Iterator[Item]:
        """Return all single items and masters of a mailbox, in the order in which they came."""
        return (i for i in self._of(mailbox).items.values() if i.kind is not EventKind.EXCEPTION)

    def exceptions(self, master: Item) -> Mapping[date, Item]:
        """Return the exceptions of a series by their original day."""
        return self._of(master.mailbox).exceptions.get(master.number, {})

    def master(self, part: Item) -> Item:
        """Return the master of an occurrence or exception."""
        return self._of(part.mailbox).items[part.series_master or 0]

    def in_folder(self, mailbox: str, folder: str) -> list[Item]:
        return [item for item in self.items(mailbox) if item.folder == folder]

    def in_calendars(self, mailbox: str) -> list[Item]:
        return [item for item in self.items(mailbox) if not item.is_deleted]

    def find(self, mailbox: str, item_id: str) -> Item | None:
        """Return the item with this id, in either form; ids are case-sensitive."""
        contents = self._of(mailbox)
        number = contents.numbers.get(item_id)
        return None if number is None else contents.items.get(number)

    def as_read(self, item: Item) -> Item | None:
        """Return the item as a reader gets it: after a save the earlier state for a while.

        None: it was just made and cannot be read yet (graph-calendar 12.2).
        """
        readable_from, earlier = self._of(item.mailbox).earlier.get(item.number, (None, None))
        if readable_from is None or readable_from <= self._clock.now():
            return item
        return earlier

    def numbered(self, mailbox: str, number: int) -> Item | None:
        return self._of(mailbox).items.get(number)

    def of_meeting(self, mailbox: str, ical_uid: str) -> Item | None:
        """Return the copy of a meeting that lies in a calendar of the mailbox."""
        contents = self._of(mailbox)
        for number in reversed(contents.by_uid.get(ical_uid, [])):
            item = contents.items[number]
            if not item.is_deleted:
                return item
        return None

    def of_transaction(self, mailbox: str, transaction_id: str) -> Item | None:
        contents = self._of(mailbox)
        number = contents.by_transaction.get(transaction_id)
        item = None if number is None else contents.items.get(number)
        return item if item is not None and not item.is_deleted else None

    def sequence(self, mailbox: str) -> int:
        """Return the number of the latest save in a mailbox."""
        return self._of(mailbox).sequence

    def tombstones(self, mailbox: str, since: int) -> Iterable[Tombstone]:
        return [t for t in self._of(mailbox).tombstones if t.sequence > since]

    def next_number(self, mailbox: str) -> int:
        contents = self._of(mailbox)
        contents.last_number += 1
        return contents.last_number

    def insert(self, item: Item) -> None:
        """Keep a new item (its number comes from `next_number`); an exception brings its ids."""
        item.created = self._stamps.now()
        self._stamp(item)
        item.arrived = item.sequence
        if not item.immutable_id:
            item.immutable_id = versions.immutable_id(item.mailbox, item.number)
        if not item.rest_id:
            item.rest_id = versions.rest_id(item.mailbox, item.folder, item.number, item.sequence)
        self._index(item)
        self._announce(ChangeKind.CREATED, item)

    def save(self, item: Item) -> None:
        """Keep a changed item under a new version."""
        self._stamp(item)
        self._announce(ChangeKind.UPDATED, item)

    def move(self, item: Item, folder: str) -> None:
        """Put an item into another folder: new default id, same immutable id."""
        self._leave(item, folder)
        contents = self._of(item.mailbox)
        del contents.numbers[item.rest_id]
        item.folder = folder
        self._stamp(item)
        item.arrived = item.sequence
        item.rest_id = versions.rest_id(item.mailbox, folder, item.number, item.sequence)
        contents.numbers[item.rest_id] = item.number
        for exception in self.exceptions(item).values():
            self._follow(item, exception)
        if not item.is_deleted:
            self._announce(ChangeKind.CREATED, item)

    def _follow(self, master: Item, exception: Item) -> None:
        """Put an exception where its master went."""
        numbers = self._of(master.mailbox).numbers
        del numbers[exception.rest_id]
        exception.folder = master.folder
        exception.master_ids = (master.rest_id, master.immutable_id)
        if exception.original_day is not None:
            exception.rest_id = versions.occurrence_id(
                master.rest_id, exception.original_day, master.generation
            )
        numbers[exception.rest_id] = exception.number
        self._shelf.put("item", _key(exception), exception)

    def purge(self, item: Item) -> None:
        """Remove an item for good, a series with its exceptions."""
        for exception in list(self.exceptions(item).values()):
            self.purge(exception)
        self._leave(item)
        contents = self._of(item.mailbox)
        del contents.items[item.number]
        del contents.numbers[item.rest_id], contents.numbers[item.immutable_id]
        contents.by_uid[item.ical_uid].remove(item.number)
        if item.series_master is not None and item.original_day is not None:
            del contents.exceptions[item.series_master][item.original_day]
        self._shelf.remove("item", _key(item))

    def _leave(self, item: Item, moved_to: str | None = None) -> None:
        if item.folder == DELETED_ITEMS or item.kind is EventKind.EXCEPTION:
            return
        contents = self._of(item.mailbox)
        contents.sequence += 1
        tombstone = Tombstone(
            sequence=contents.sequence,
            mailbox=item.mailbox,
            folder=item.folder,
            number=item.number,
            rest_id=item.rest_id,
            immutable_id=item.immutable_id,
        )
        contents.tombstones.append(tombstone)
        self._shelf.put("tombstone", f"{item.mailbox}/{tombstone.sequence:012d}", tombstone)
        self._announce(ChangeKind.DELETED, item, moved_to)

    def _stamp(self, item: Item) -> None:
        contents = self._of(item.mailbox)
        contents.sequence += 1
        item.sequence = contents.sequence
        item.change_key = versions.change_key(item.mailbox, item.sequence)
        item.modified = self._stamps.now()
        self._shelf.put("item", _key(item), item)
        if lag := self._read_lag():
            contents.earlier[item.number] = (
                self._clock.now() + lag, contents.saved.get(item.number)
            )  # fmt: skip
        contents.saved[item.number] = replace(item)

    def _announce(self, kind: ChangeKind, item: Item, moved_to: str | None = None) -> None:
        if self.is_quiet or item.kind is EventKind.EXCEPTION:
            # Of a series only the master is told about (graph-calendar 12.4).
            return
        change = Change(
            kind=kind,
            mailbox=item.mailbox,
            folder=item.folder,
            rest_id=item.rest_id,
            immutable_id=item.immutable_id,
            change_key=item.change_key,
            moved_to=moved_to,
        )
        for listener in self.listeners:
            listener(change)

    def _index(self, item: Item) -> None:
        contents = self._of(item.mailbox)
        contents.items[item.number] = item
        contents.numbers[item.rest_id] = contents.numbers[item.immutable_id] = item.number
        contents.saved[item.number] = replace(item)
        contents.by_uid.setdefault(item.ical_uid, []).append(item.number)
        if item.series_master is not None and item.original_day is not None:
            contents.exceptions.setdefault(item.series_master, {})[item.original_day] = item
        if item.transaction_id is not None:
            contents.by_transaction[item.transaction_id] = item.number
        contents.sequence = max(contents.sequence, item.sequence)
        contents.last_number = max(contents.last_number, item.number)

    def _of(self, mailbox: str) -> Contents:
        return self._contents.setdefault(mailbox, Contents())


def _key(item: Item) -> str:
    return f"{item.mailbox}/{item.number:08d}"
