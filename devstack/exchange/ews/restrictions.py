"""Conditions of FindItem: which items of a folder fit, and in which order they come."""

from collections.abc import Callable
from datetime import UTC, datetime

from devstack.exchange.ews.errors import EwsError, not_built
from devstack.exchange.ews.item_fields import BULKY, FIELDS
from devstack.exchange.ews.item_parts import View
from devstack.exchange.ews.properties_xml import read_property_id, value_of
from devstack.exchange.ews.soap import Element, first, named
from devstack.exchange.model.item import Item

type Condition = Callable[[Item], bool]
type Value = str | datetime | None
_ORDERED: dict[str, Callable[[int], bool]] = {
    "IsEqualTo": lambda order: order == 0,
    "IsNotEqualTo": lambda order: order != 0,
    "IsGreaterThan": lambda order: order > 0,
    "IsGreaterThanOrEqualTo": lambda order: order >= 0,
    "IsLessThan": lambda order: order < 0,
    "IsLessThanOrEqualTo": lambda order: order <= 0,
}
UNSEARCHABLE = BULKY | {"calendar:UID", "calendar:StartTimeZone", "calendar:EndTimeZone"}


def read_restriction(element: Element | None, view: View) -> Condition:
    """Read a Restriction; None lets everything through."""
    if element is None:
        return lambda _: True
    return _condition(element[0], view)


def sorted_by(items: list[Item], order: Element | None, view: View) -> list[Item]:
    """Return the items in the order of a SortOrder."""
    for field in reversed(list(order if order is not None else ())):
        read = _reader(field[0], view)
        items = sorted(
            items,
            key=lambda item, read=read: _sortable(read(item)),  # type: ignore[misc]
            reverse=field.get("Order") == "Descending",
        )
    return items


def _condition(element: Element, view: View) -> Condition:
    kind = named(element.tag)
    if kind in ("And", "Or"):
        parts = [_condition(part, view) for part in element]
        return lambda item: (all if kind == "And" else any)(fits(item) for fits in parts)
    if kind == "Not":
        inner = _condition(element[0], view)
        return lambda item: not inner(item)
    read = _reader(element[0], view)
    if kind == "Exists":
        return lambda item: read(item) is not None
    constant = first(element, "Constant")
    if kind == "Contains" and constant is not None:
        return _contains(element, read, constant.get("Value", ""))
    if kind not in _ORDERED:
        raise not_built(f"the condition {kind}")
    return _compared(kind, read, _constant(element, view))


def _contains(element: Element, read: Callable[[Item], Value], wanted: str) -> Condition:
    mode = element.get("ContainmentMode", "FullString")
    ignores_case = element.get("ContainmentComparison", "Exact") != "Exact"

    def fits(item: Item) -> bool:
        value = read(item)
        if not isinstance(value, str):
            return False
        has, needs = (value.lower(), wanted.lower()) if ignores_case else (value, wanted)
        if mode == "FullString":
            return has == needs
        return has.startswith(needs) if mode.startswith("Prefix") else needs in has

    return fits


def _compared(
    kind: str, read: Callable[[Item], Value], wanted: Callable[[Item], Value]
) -> Condition:
    def fits(item: Item) -> bool:
        left, right = read(item), wanted(item)
        if left is None or right is None:
            return kind == "IsNotEqualTo" and left is not right
        a, b = _sortable(left), _sortable(right)
        return _ORDERED[kind]((a > b) - (a < b))

    return fits


def _constant(element: Element, view: View) -> Callable[[Item], Value]:
    holder = first(element, "FieldURIOrConstant")
    if holder is None or not len(holder):
        raise EwsError("ErrorInvalidRestriction", "A comparison needs a value.")
    if named(holder[0].tag) != "Constant":
        return _reader(holder[0], view)
    value = _typed(holder[0].get("Value", ""))
    return lambda _: value


def _reader(uri: Element, view: View) -> Callable[[Item], Value]:
    if named(uri.tag) == "ExtendedFieldURI":
        wanted = read_property_id(uri)
        return lambda item: value_of(item, wanted)
    name = uri.get("FieldURI", "")
    show = FIELDS.get(name)
    if show is None or name in UNSEARCHABLE:
        raise EwsError("ErrorUnsupportedPathForQuery", f"Nobody can search or sort by '{name}'.")

    def read(item: Item) -> Value:
        element = show(item, view)
        return None if element is None else _typed(element.text or "")

    return read


def _typed(text: str) -> Value:
    """Return a time for what looks like one, so that zones do not matter."""
    if len(text) > 18 and text[4] == "-" and text[10] == "T":
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return text


def _sortable(value: Value) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value or ""
