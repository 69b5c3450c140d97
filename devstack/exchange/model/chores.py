"""What Exchange will do later, kept on the shelf so that a kill forgets nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from devstack.kit.agenda import Agenda, Entry
from devstack.kit.shelf import Shelf

Deed = Callable[[Any], Awaitable[None]]
SHELF_KIND = "chore"


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing to do: `kind` names the deed, `payload` is all that it needs."""

    number: int
    kind: str
    due: datetime
    payload: Any


class Chores:
    """Puts chores on the agenda under the word by which `pending` counts them.

    A chore leaves the shelf before its deed runs and whatever the deed changed is flushed with it,
    so a killed process repeats the deed and never skips it.
    """

    def __init__(self, agenda: Agenda, shelf: Shelf) -> None:
        self.agenda = agenda
        self._shelf = shelf
        self._deeds: dict[str, tuple[str, Deed]] = {}
        self._waiting: dict[int, tuple[Chore, Entry]] = {}
        self._last = 0

    def teach(self, kind: str, deed: Deed, *, counts_as: str) -> None:
        """Say how chores of a kind are done and under which word they are pending."""
        self._deeds[kind] = (counts_as, deed)

    def after(self, delay_s: float, kind: str, payload: object) -> Chore:
        """Do a chore `delay_s` seconds of the stack's clock from now."""
        return self.at(self.agenda.clock.now() + timedelta(seconds=delay_s), kind, payload)

    def at(self, due: datetime, kind: str, payload: object) -> Chore:
        self._last += 1
        chore = Chore(self._last, kind, due, payload)
        self._shelf.put(SHELF_KIND, f"{chore.number:012d}", chore)
        self._enter(chore)
        return chore

    def waiting(self, kind: str) -> list[Chore]:
        """Return the chores of a kind that have not started, oldest first."""
        return [chore for chore, _ in self._waiting.values() if chore.kind == kind]

    def take_off(self, chore: Chore) -> None:
        """Forget a chore that somebody else has done."""
        _, entry = self._waiting.pop(chore.number)
        entry.cancel()
        self._shelf.remove(SHELF_KIND, f"{chore.number:012d}")

    def restore(self) -> None:
        """Take up what was on the shelf."""
        for _, chore in self._shelf.load(SHELF_KIND):
            self._last = max(self._last, chore.number)
            self._enter(chore)

    def clear(self) -> None:
        for chore, _ in list(self._waiting.values()):
            self.take_off(chore)

    def _enter(self, chore: Chore) -> None:
        counts_as, deed = self._deeds[chore.kind]

        async def run() -> None:
            self._waiting.pop(chore.number, None)
            try:
                await deed(chore.payload)
            finally:
                self._shelf.remove(SHELF_KIND, f"{chore.number:012d}")
                self._shelf.flush()

        self._waiting[chore.number] = (chore, self.agenda.at(chore.due, counts_as, run))
