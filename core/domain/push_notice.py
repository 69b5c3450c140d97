"""What an installation on premises tells of one subscription: hints where to look, no more."""

from dataclasses import dataclass

from core.domain.ids import EventId


@dataclass(frozen=True, slots=True)
class NoticedItem:
    """An item that was made, changed or removed; `version` is the one it got."""

    event_id: EventId
    version: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PushNotice:
    """A subscription is alive, and these items are worth a look.

    `has_moves`: something came or left, which is named otherwise there: what changed is to be read.
    """

    subscription_id: str
    items: tuple[NoticedItem, ...] = ()
    has_moves: bool = False
