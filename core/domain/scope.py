"""What can fail as a whole: a mailbox, an environment of Exchange, or ROOMS (docs/parking.md)."""

from dataclasses import dataclass

from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey

ROOMS_NAME, EXCHANGE_NAME = "rooms", "exchange"


@dataclass(frozen=True, slots=True)
class Scope:
    """ROOMS without an environment; an environment without a mailbox; else one mailbox."""

    environment: EnvironmentId | None = None
    mailbox: MailboxKey | None = None

    @property
    def name(self) -> str:
        """Return the name, as errors carry it and operators read it."""
        if self.environment is None:
            return ROOMS_NAME
        parts = [EXCHANGE_NAME, self.environment, *([self.mailbox] if self.mailbox else [])]
        return "/".join(parts)

    @property
    def place(self) -> EventPlace | None:
        """Return the mailbox, None for a scope that is wider."""
        if self.environment is None or self.mailbox is None:
            return None
        return EventPlace(self.environment, self.mailbox)

    @property
    def is_rooms(self) -> bool:
        """Tell whether it is ROOMS."""
        return self.environment is None

    def covers(self, other: "Scope") -> bool:
        """Tell whether `other` is the same or a mailbox of this environment."""
        return self == other or (
            not self.is_rooms and self.mailbox is None and self.environment == other.environment
        )


ROOMS = Scope()


def scope_of(place: EventPlace) -> Scope:
    """Return a mailbox as a scope."""
    return Scope(place.environment, place.mailbox)


def scope_named(name: str) -> Scope | None:
    """Return the scope that a name means, None if it is none."""
    head, _, rest = name.partition("/")
    if name == ROOMS_NAME:
        return ROOMS
    # A mailbox key has no slash; the name an operator gave an environment may have one.
    environment, _, mailbox = rest.rpartition("/")
    if head != EXCHANGE_NAME or not rest:
        return None
    if environment and _is_mailbox(mailbox):
        return Scope(EnvironmentId(environment), MailboxKey(mailbox))
    return Scope(EnvironmentId(rest))


def _is_mailbox(text: str) -> bool:
    return text[:1] in {"p", "r"} and text[1:].isdecimal()
