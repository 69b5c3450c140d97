"""What is remembered: links, pointers to them, settings, subscriptions, cursors, counters."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.given_up import GivenUpEntry
from core.domain.history import Activity, HistoryEntry
from core.domain.ids import MappingId, ResourceId
from core.domain.link_table import TableCondition
from core.domain.mapping import Mapping
from core.domain.pointers import Pointer, PointerKey
from core.domain.push import PushRecord
from core.domain.subscription import Subscription
from core.domain.waiting import Waiting


class MappingStore(Protocol):
    """Links with their history: one partition each, written in one transaction (design 5)."""

    async def get(self, mapping_id: MappingId) -> Mapping | None:
        """Return a link, None when it is unknown."""
        ...

    async def save(self, mapping: Mapping, *entries: HistoryEntry) -> Mapping:
        """Insert (version None) or replace if unchanged, with history; else StaleVersionError."""
        ...

    async def history(self, mapping_id: MappingId) -> Sequence[HistoryEntry]:
        """Return the history of a link, newest first, capped."""
        ...

    def all(self, first: str = "", before: str = "") -> AsyncIterator[Mapping]:
        """Yield every link, or those of which `first` <= id < `before` ("": no bound)."""
        ...

    async def remove(self, mapping: Mapping) -> None:
        """Remove a link with its history, if unchanged; else StaleVersionError."""
        ...

    async def version_of_broken(self, mapping_id: MappingId) -> str | None:
        """Return the version of a link that cannot be read any more: a save may put it right.

        None where it can be read, is not there, or a later version of the app has written it.
        """
        ...

    async def condition(self) -> TableCondition | None:
        """Return what the table says of itself, None when it is new or was wiped."""
        ...

    async def declare(self, condition: TableCondition) -> None:
        """Write down what the table says of itself from now on."""
        ...


class PointerStore(Protocol):
    """Look-ups from either side to a link, which are the claims on creating one at the same time.

    They live outside the link's transaction: written first, verified on read, orphans swept.
    """

    async def find(self, key: PointerKey) -> Pointer | None:
        """Return a pointer, None when there is none."""
        ...

    async def claim(self, key: PointerKey, pointer: Pointer) -> Pointer:
        """Insert a pointer; AlreadyExistsError when there is one."""
        ...

    async def replace(self, key: PointerKey, pointer: Pointer) -> Pointer:
        """Write a pointer; with a version only if unchanged, else StaleVersionError."""
        ...

    async def remove(self, key: PointerKey) -> None:
        """Remove a pointer; gone already is fine."""
        ...

    def all(self) -> AsyncIterator[tuple[PointerKey, Pointer]]:
        """Yield every pointer with its key; one that cannot be read is removed, and left out."""
        ...


class WaitingStore(Protocol):
    """Who waits for which resource: look-ups beside the links, as pointers are."""

    async def put(self, waiting: Waiting) -> None:
        """Insert or replace."""
        ...

    async def remove(self, resource: ResourceId, mapping_id: MappingId) -> None:
        """Remove; gone already is fine."""
        ...

    async def of(self, resource: ResourceId) -> Sequence[Waiting]:
        """Return who waits for a resource."""
        ...

    def all(self) -> AsyncIterator[Waiting]:
        """Yield everybody who waits; a row that cannot be read is removed, and left out."""
        ...


class OutboxIndex(Protocol):
    """When which link's outbox is to be looked after: written before the link, verified on read."""

    async def note(self, mapping_id: MappingId, due: datetime) -> str:
        """Insert or replace; return the row's version."""
        ...

    async def remove(self, mapping_id: MappingId, version: str) -> None:
        """Remove what has that version; gone already, or noted anew since, is fine: that stays."""
        ...

    async def due(self, now: datetime) -> dict[MappingId, str]:
        """Return the links whose time has come, with the version of their row."""
        ...


class GivenUpStore(Protocol):
    """What was given up and is not made good yet; small, as it is all read at once."""

    async def get(self, entry_id: str) -> GivenUpEntry | None:
        """Return an entry, None when there is none."""
        ...

    async def put(self, entry: GivenUpEntry) -> None:
        """Insert or replace."""
        ...

    async def remove(self, entry_id: str) -> None:
        """Remove; gone already is fine."""
        ...

    async def all(self) -> Sequence[GivenUpEntry]:
        """Return all entries."""
        ...


class SettingsStore(Protocol):
    """Synced persons and resources, switches, policies.

    `issues`: what the last `load` had to leave out, one sentence each.
    """

    issues: tuple[str, ...]

    async def load(self) -> Directory:
        """Return everything as one value."""
        ...

    async def version(self) -> int:
        """Return a number that every change raises."""
        ...

    async def replace(self, settings: Directory, since: int | None = None) -> None:
        """Make the stored settings equal to `settings`.

        StaleVersionError: somebody has changed them, or does, since they had the version `since`.
        """
        ...


class SubscriptionStore(Protocol):
    """Our own table of subscriptions."""

    async def find(self, subscription_id: str) -> Subscription | None:
        """Return a subscription by the service's id."""
        ...

    async def all(self) -> Sequence[Subscription]:
        """Return all subscriptions."""
        ...

    async def put(self, subscription: Subscription) -> None:
        """Insert or replace."""
        ...

    async def remove(self, subscription_id: str) -> None:
        """Remove; gone already is fine."""
        ...


class PushStore(Protocol):
    """Whose notifications are in doubt or silent; empty while all is well."""

    async def all(self) -> Sequence[PushRecord]:
        """Return all records."""
        ...

    async def put(self, record: PushRecord) -> PushRecord:
        """Insert (version None) or replace if unchanged; else a PreconditionFailedError."""
        ...

    async def remove(self, place: EventPlace | None) -> None:
        """Remove; gone already is fine."""
        ...


class CursorStore(Protocol):
    """Where incremental reads go on: delta links, watermarks. Values may be large."""

    async def get(self, name: str) -> str | None:
        """Return a cursor, None when there is none."""
        ...

    async def put(self, name: str, value: str) -> None:
        """Insert or replace."""
        ...

    async def remove(self, name: str) -> None:
        """Remove; gone already is fine."""
        ...


class ActivityStore(Protocol):
    """What was done lately, over all links, for the console."""

    async def add(self, activity: Activity) -> None:
        """Append."""
        ...

    async def latest(self, limit: int) -> Sequence[Activity]:
        """Return the newest entries, newest first."""
        ...

    async def remove_before(self, moment: datetime) -> None:
        """Remove what is older."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardReading:
    """How often a deed happened lately, and since when the mailbox is stopped (None: it is not)."""

    count: int
    stopped_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardStanding:
    """Since when a mailbox is stopped, and when a person last let it go on."""

    stopped_since: datetime | None = None
    released_at: datetime | None = None


class GuardStore(Protocol):
    """Counts creates and cancels per mailbox and time, and keeps who is stopped (design 6)."""

    async def count(
        self, place: EventPlace, deed: str, now: datetime, window_s: float
    ) -> GuardReading:
        """Note one more deed; say how many there were in the window, and whether to stop."""
        ...

    async def take_back(self, place: EventPlace, deed: str, at: datetime) -> None:
        """Forget a deed that was counted at this moment, as it was not done."""
        ...

    async def stop(self, place: EventPlace, now: datetime) -> None:
        """Stop a mailbox until a person releases it; stopped already is fine."""
        ...

    async def standing(self, place: EventPlace) -> GuardStanding:
        """Return whether a mailbox is stopped, without counting anything."""
        ...

    async def stopped(self, places: Collection[EventPlace]) -> frozenset[EventPlace]:
        """Return which of these mailboxes are stopped, in one read of all."""
        ...

    async def release(self, place: EventPlace, now: datetime) -> None:
        """Let a mailbox go on, with its counts at zero, and remember that somebody said so."""
        ...

    async def remove_before(self, moment: datetime) -> int:
        """Remove counts of mailboxes that did nothing since and are not stopped; say how many."""
        ...
