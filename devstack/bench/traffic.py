"""Endless ordinary traffic: who changes which meeting next, so that nothing is ever refused."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from devstack.bench.company import PEOPLE, person_name, room_name
from devstack.demo.day import Action, Book, Cancel, Change, Deed, Delete, Where

GUARD_CREATES, GUARD_CANCELS = 45, 18
"""Most creates and cancels per mailbox here; the guard stops a mailbox at 50 and 20."""

REST_S = 15.0
"""A meeting is left alone this long after a change, so that each change is mirrored by itself."""

_FEWEST_ALIVE = 60
_HOURS = range(7, 18)


@dataclass(slots=True)
class Item:
    """A meeting that is being worked with."""

    name: str
    owner: int
    touched: float


class Traffic:
    """Chooses changes; `now` is any clock in seconds that never runs backwards.

    A quarter are new meetings, a seventh are cancelled, the rest changed; half in ROOMS, half in
    Outlook. Every meeting and every move gets a slot of its own.
    """

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._slots = _all_slots()
        self._numbers = itertools.count(1)
        self._alive: list[Item] = []
        self._created, self._cancelled = Counter[int](), Counter[int]()

    def next(self, now: float, *, only_updates: bool = False, rest_s: float = REST_S) -> Action:
        """Return the next change; LookupError when every meeting was touched just now."""
        wish = "update" if only_updates else self._wish()
        if wish == "create":
            return self._create(now)
        idle = [item for item in self._alive if now - item.touched >= rest_s]
        if wish == "cancel":
            idle = [item for item in idle if self._cancelled[item.owner] < GUARD_CANCELS]
        if not idle and not only_updates:
            return self._create(now)
        if not idle:
            raise LookupError("every meeting was touched just now")
        item = min(idle, key=lambda found: found.touched)
        item.touched = now
        return self._cancel(item) if wish == "cancel" else self._update(item)

    def _wish(self) -> str:
        if len(self._alive) < _FEWEST_ALIVE:
            return "create"
        return self._chance.choices(("create", "cancel", "update"), (25, 15, 60))[0]

    def _create(self, now: float) -> Action:
        owner = min(range(1, PEOPLE + 1), key=lambda number: self._created[number])
        if self._created[owner] >= GUARD_CREATES:
            raise LookupError("everybody has made as many meetings as the guard allows")
        self._created[owner] += 1
        number = next(self._numbers)
        at, room = next(self._slots)
        guest = person_name(owner % PEOPLE + 1)
        item = Item(f"m{number:04d}", owner, now)
        self._alive.append(item)
        deed = Book(title=f"Sitzung {number}", at=at, room=room, people=(guest,))
        return self._action(item, deed)

    def _cancel(self, item: Item) -> Action:
        self._alive.remove(item)
        self._cancelled[item.owner] += 1
        in_rooms = self._chance.random() < 0.5
        return self._action(item, Cancel() if in_rooms else Delete(), in_rooms=in_rooms)

    def _update(self, item: Item) -> Action:
        number = next(self._numbers)
        at, room = next(self._slots)
        guest = f"guest{number}@partner.example"
        deed = self._chance.choices(
            (Change(title=f"Sitzung {number}"), Change(at=at, room=room), Change(add=(guest,))),
            (50, 25, 25),
        )[0]
        return self._action(item, deed)

    def _action(self, item: Item, deed: Deed, *, in_rooms: bool | None = None) -> Action:
        here = self._chance.random() < 0.5 if in_rooms is None else in_rooms
        where = Where.ROOMS if here else Where.OUTLOOK
        return Action(who=person_name(item.owner), where=where, meeting=item.name, deed=deed)


def _all_slots() -> Iterator[tuple[str, str]]:
    """Yield every (time, room) once: all rooms and hours of a day, then the next day."""
    for day in itertools.count(1):
        for hour, number in itertools.product(_HOURS, range(1, PEOPLE + 1)):
            yield f"{day} {hour:02d}:00-{hour:02d}:45", room_name(number)
