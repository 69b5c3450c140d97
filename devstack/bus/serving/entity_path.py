"""Which queue an AMQP address means: `amqps://host[:port]/queue[/$DeadLetterQueue][/$management]`."""

from dataclasses import dataclass
from typing import Any

from devstack.bus.amqp.codec import Described
from devstack.bus.amqp.errors import AmqpError, Condition

CBS = "$cbs"
_MANAGEMENT, _DEAD_LETTERS = "/$management", "/$deadletterqueue"


@dataclass(frozen=True, slots=True)
class EntityPath:
    """A queue's name as written, and which side of it is meant; suffixes are case-insensitive."""

    queue: str
    is_dead_letters: bool
    is_management: bool


def parse_entity_path(address: str) -> EntityPath:
    """Read a full or a bare address; management links come with bare ones."""
    path = address
    if "://" in address:
        _, _, path = address.partition("://")[2].partition("/")
    is_management = path.lower().endswith(_MANAGEMENT)
    path = path[: -len(_MANAGEMENT)] if is_management else path
    is_dead_letters = path.lower().endswith(_DEAD_LETTERS)
    path = path[: -len(_DEAD_LETTERS)] if is_dead_letters else path
    return EntityPath(path, is_dead_letters, is_management)


def terminus_address(terminus: Described | None) -> str:
    """Return the address of a source or target; a link without one leads nowhere."""
    fields = terminus.value if terminus is not None else None
    address = fields[0] if isinstance(fields, list) and fields else None
    if not isinstance(address, str):
        raise AmqpError(
            Condition.NOT_IMPLEMENTED,
            "Only links to queues are supported: no transactions, no dynamic addresses.",
        )
    return address


def source_filters(source: Described | None) -> dict[str, Any]:
    """Return the filters of a source, empty when it has none."""
    fields = source.value if source is not None else None
    filters = fields[7] if isinstance(fields, list) and len(fields) > 7 else None
    return filters if isinstance(filters, dict) else {}
