"""Ids as callers see them: default or immutable (graph-calendar 4)."""

import re

from devstack.exchange.model.contents import Tombstone
from devstack.exchange.model.item import Item
from devstack.exchange.model.store import Change

_ITEM_ID = re.compile(r"AA(?:Mk|kA)[A-Za-z0-9_=-]{16,}")


def shown_id(item: Item | Change | Tombstone, *, immutable: bool) -> str:
    return item.immutable_id if immutable else item.rest_id


def is_well_formed(item_id: str) -> bool:
    """Tell whether a string could be the id of an item at all."""
    return _ITEM_ID.fullmatch(item_id) is not None


def etag(change_key: str) -> str:
    return f'W/"{change_key}"'
