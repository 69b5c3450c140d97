"""What one mailbox holds, and the ways to find it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from devstack.exchange.model.item import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """An item left a calendar."""

    sequence: int
    mailbox: str
    folder: str
    number: int
    rest_id: str
    immutable_id: str


@dataclass(slots=True)
class Contents:
    """The items of one mailbox and the ways to find them."""

    items: dict[int, Item] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    by_uid: dict[str, list[int]] = field(default_factory=dict)
    by_transaction: dict[str, int] = field(default_factory=dict)
    exceptions: dict[int, dict[date, Item]] = field(default_factory=dict)
    tombstones: list[Tombstone] = field(default_factory=list)
    sequence: int = 0
    last_number: int = 0
    saved: dict[int, Item] = field(default_factory=dict)
    earlier: dict[int, tuple[datetime, Item | None]] = field(default_factory=dict)
