"""Endless ordinary traffic: who changes which meeting next, so that nothing is ever refused."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence
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
    in_rooms: bool
    """Where it was made."""


class Traffic:
    """Chooses changes; `now` is any clock in seconds that never runs backwards.

    A quarter are new meetings, a seventh are cancelled, the rest changed; half in ROOMS, half in
    Outlook. Every meeting and every move gets a slot of its own. `numbers` are the people, and
    their rooms; meetings are called after `prefix`. With `one_sided` each is changed where it was
    made only: the other side may not have it.
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        numbers: Sequence[int] = range(1, PEOPLE + 1),
        prefix: str = "m",
        one_sided: bool = False,
    ) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._people, self._prefix, self._one_sided = numbers, prefix, one_sided
        self._slots = _all_slots(numbers)
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
        owner = min(self._people, key=lambda number: self._created[number])
        if self._created[owner] >= GUARD_CREATES:
            raise LookupError("everybody has made as many meetings as the guard allows")
        self._created[owner] += 1
        number = next(self._numbers)
        at, room = next(self._slots)
        after = (self._people.index(owner) + 1) % len(self._people)
        guest = person_name(self._people[after])
        in_rooms = self._chance.random() < 0.5
        item = Item(f"{self._prefix}{number:04d}", owner, now, in_rooms)
        self._alive.append(item)
        deed = Book(title=f"Sitzung {number}", at=at, room=room, people=(guest,))
        return self._action(item, deed, in_rooms=in_rooms)

    def _cancel(self, item: Item) -> Action:
        self._alive.remove(item)
        self._cancelled[item.owner] += 1
        in_rooms = self._side(item)
        return self._action(item, Cancel() if in_rooms else Delete(), in_rooms=in_rooms)

    def _update(self, item: Item) -> Action:
        number = next(self._numbers)
        at, room = next(self._slots)
        guest = f"guest{number}@partner.example"
        deed = self._chance.choices(
            (Change(title=f"Sitzung {number}"), Change(at=at, room=room), Change(add=(guest,))),
            (50, 25, 25),
        )[0]
        return self._action(item, deed, in_rooms=self._side(item))

    def _side(self, item: Item) -> bool:
        return item.in_rooms if self._one_sided else self._chance.random() < 0.5

    def _action(self, item: Item, deed: Deed, *, in_rooms: bool) -> Action:
        where = Where.ROOMS if in_rooms else Where.OUTLOOK
        return Action(who=person_name(item.owner), where=where, meeting=item.name, deed=deed)


def _all_slots(numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Yield every (time, room) once: all rooms and hours of a day, then the next day."""
    for day in itertools.count(1):
        for hour, number in itertools.product(_HOURS, numbers):
            yield f"{day} {hour:02d}:00-{hour:02d}:45", room_name(number)
