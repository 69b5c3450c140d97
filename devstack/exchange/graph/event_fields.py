"""What an event looks like to `$filter` and `$orderby`."""

from collections.abc import Callable
from datetime import datetime

from devstack.exchange.graph.comparable import Comparable, Flag, Moment, PropertyName, Text
from devstack.exchange.graph.errors import bad_request
from devstack.exchange.graph.odata import Resolver
from devstack.exchange.model.item import Item
from devstack.exchange.model.values import ExtendedProperty

_FIELDS: dict[str, Callable[[Item], Comparable | None]] = {
    "icaluid": lambda item: Text(item.ical_uid, ignores_case=False),
    "subject": lambda item: Text(item.content.subject),
    "start/datetime": lambda item: Moment(item.content.start.instant),
    "end/datetime": lambda item: Moment(item.content.end.instant),
    "createddatetime": lambda item: _moment(item.created),
    "lastmodifieddatetime": lambda item: _moment(item.modified),
    "type": lambda item: Text(item.kind),
    "showas": lambda item: Text(item.private.show_as),
    "sensitivity": lambda item: Text(item.content.sensitivity),
    "importance": lambda item: Text(item.content.importance),
    "isallday": lambda item: Flag(item.content.is_all_day),
    "iscancelled": lambda item: Flag(item.is_cancelled),
    "isorganizer": lambda item: Flag(item.is_organizer),
    "organizer/emailaddress/address": lambda item: Text(item.organizer.mail),
    "transactionid": lambda item: Text(item.transaction_id) if item.transaction_id else None,
}
_ORDERS: dict[str, Callable[[Item], datetime | str]] = {
    "start/datetime": lambda item: item.content.start.instant,
    "end/datetime": lambda item: item.content.end.instant,
    "createddatetime": lambda item: item.created or item.content.start.instant,
    "lastmodifieddatetime": lambda item: item.modified or item.content.start.instant,
    "subject": lambda item: item.content.subject.casefold(),
}


def resolver(item: Item) -> Resolver:
    """Return the event's values by lower-case path."""

    def resolve(path: str) -> Comparable | list[Resolver] | None:
        if path == "singlevalueextendedproperties":
            return [property_resolver(p) for p in item.private.properties.values()]
        if path not in _FIELDS:
            raise bad_request(f"The property '{path}' of an event cannot be filtered by.")
        return _FIELDS[path](item)

    return resolve


def ordered(items: list[Item], order: str | None) -> list[Item]:
    """Sort by `$orderby`; without it the latest created comes first."""
    if not order:
        return items
    for clause in reversed(order.split(",")):
        path, _, direction = clause.strip().partition(" ")
        if path.lower() not in _ORDERS:
            raise bad_request(f"Events cannot be ordered by '{path}'.")
        items = sorted(
            items, key=_ORDERS[path.lower()], reverse=direction.strip().lower() == "desc"
        )
    return items


def _moment(moment: datetime | None) -> Moment | None:
    return None if moment is None else Moment(moment)


def property_resolver(extended: ExtendedProperty) -> Resolver:
    def resolve(path: str) -> Comparable | list[Resolver] | None:
        if path == "id":
            return PropertyName(extended.id)
        if path == "value":
            return Text(extended.value)
        raise bad_request(f"An extended property has no '{path}'.")

    return resolve
