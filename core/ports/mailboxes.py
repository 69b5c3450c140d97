"""Who has which mailbox in Exchange: what settings are checked against (R-020, R-023)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.domain.ids import EnvironmentId


class MailboxKind(StrEnum):
    """What a mailbox is for; UNKNOWN where the environment does not say."""

    PERSON = "person"
    RESOURCE = "resource"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxFacts:
    """What Exchange knows about an address.

    `is_usable`: calendars can be read and written; False without licence, soft-deleted or hosted
    elsewhere; None where we may not ask. `mailbox_id`: opaque; another one under the same address
    is another mailbox.
    """

    address: str
    aliases: tuple[str, ...] = ()
    kind: MailboxKind = MailboxKind.UNKNOWN
    is_usable: bool | None = None
    mailbox_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFacts:
    """A room as Exchange offers it; `room_list` is the list or the building in which it stands."""

    address: str
    name: str
    room_list: str = ""


class MailboxDirectory(Protocol):
    """The address books of all environments."""

    async def find(self, environment: EnvironmentId, address: str) -> MailboxFacts | None:
        """Return what is behind an address, primary or alias, None when there is nothing.

        NotPermittedError without the right to read the directory.
        """
        ...

    async def opens(self, environment: EnvironmentId, address: str) -> bool:
        """Tell whether the calendar behind an address opens to us; one read, of nothing in it.

        MailboxUnavailableError where there is none.
        """
        ...

    async def rooms(self, environment: EnvironmentId, near: str) -> Sequence[RoomFacts]:
        """Return the rooms that people are offered there, each once, by list and name.

        `near`: an address there, by which a request finds its server. On premises rooms that are
        in no room list are not among them. NotPermittedError without the right to see them.
        """
        ...
