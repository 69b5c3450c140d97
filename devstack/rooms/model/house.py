"""What every rule of ROOMS has at hand: the store, the time, the switches, the alarms, the post."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from devstack.kit.agenda import Agenda, Entry
from devstack.kit.clock import Clock
from devstack.kit.journal import Ledger, MailEntry
from devstack.kit.shelf import Shelf
from devstack.kit.switches import Switches
from devstack.rooms.model.store import Store


@dataclass(slots=True)
class House:
    """One installation of ROOMS. `cause` is the request that is being served, for the mails."""

    store: Store
    clock: Clock
    switches: Switches
    agenda: Agenda
    mails: Ledger[MailEntry]
    shelf: Shelf
    cause: dict[str, Any] = field(default_factory=dict)
    alarms: dict[str, Entry] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.clock.now()

    def wake_at(self, due: datetime, kind: str, thing: int, act: Callable[[], None]) -> None:
        """Do `act` when its time has come; a later alarm of the same kind and thing replaces it."""
        self.dismiss(kind, thing)
        name = f"{kind}:{thing}"

        async def ring() -> None:
            self.alarms.pop(name, None)
            self.cause = {"actor": "rooms", "request": None}
            act()
            self.shelf.flush()

        self.alarms[name] = self.agenda.at(due, kind, ring)

    def dismiss(self, kind: str, thing: int) -> None:
        """Take an alarm off the agenda, if there is one."""
        entry = self.alarms.pop(f"{kind}:{thing}", None)
        if entry is not None:
            entry.cancel()
