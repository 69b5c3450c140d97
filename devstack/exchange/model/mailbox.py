"""A mailbox and the person, room or thing it stands for."""

from dataclasses import dataclass, field
from enum import StrEnum

from devstack.exchange.model.processing_policy import ProcessingPolicy
from devstack.exchange.model.values import Address

SYSTEM_SENDER = "room-sync@exchange.example"
"""The address of the mailbox that is there whatever the world file says, to send from."""


class Purpose(StrEnum):
    USER = "user"
    ROOM = "room"
    EQUIPMENT = "equipment"


@dataclass(slots=True, kw_only=True)
class Mailbox:
    """An entry of the directory; `environment` is None for somebody outside every organisation.

    `moves` counts how often it went to another environment: ids of EWS do not outlive that.

    `has_mailbox` is False for people the directory knows but Exchange does not serve. `is_system`
    marks the mailbox that every organisation here has to send from: no list of people shows it.
    """

    guid: str
    mail: str
    name: str
    purpose: Purpose
    time_zone: str
    environment: str | None
    is_on_premises: bool = False
    moves: int = 0
    language: str = "en"
    aliases: tuple[str, ...] = ()
    delegates: tuple[str, ...] = ()
    has_mailbox: bool = True
    policy: ProcessingPolicy | None = None
    capacity: int = 0
    building: str = ""
    calendars: dict[str, str] = field(default_factory=dict)
    is_system: bool = False

    @property
    def address(self) -> Address:
        return Address(self.name, self.mail)

    @property
    def is_internal(self) -> bool:
        return self.environment is not None
