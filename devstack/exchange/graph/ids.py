"""Ids as callers see them: default or immutable (graph-calendar 4)."""

from devstack.exchange.model.item import Item
from devstack.exchange.model.store import Change


def shown_id(item: Item | Change, *, immutable: bool) -> str:
    return item.immutable_id if immutable else item.rest_id


def etag(change_key: str) -> str:
    return f'W/"{change_key}"'
