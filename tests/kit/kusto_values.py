"""What expressions of queries come to: nulls, kinds of numbers and defaults as Kusto has them."""

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

type Row = dict[str, Any]

UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_START = datetime(1, 1, 1, tzinfo=UTC)


class KustoError(Exception):
    """A query that cannot be answered: what of it is not known here, or wrong."""


@dataclass
class Asked:
    """What a query may name, and the moment at which it is asked."""

    tables: dict[str, list[Row]]
    scalars: dict[str, Any]
    now: datetime


def evaluate(expression: Any, asked: Asked, row: Row, group: Sequence[Row] | None = None) -> Any:
    """Return what an expression comes to in a row; `group` are the rows that are aggregated."""
    kind, *rest = expression
    match kind:
        case "value":
            found = rest[0]
        case "name":
            found = _named(rest[0], asked, row)
        case "item":
            found = _named(rest[0], asked, row).get(rest[1])
        case "call" if group is not None and rest[0] in AGGREGATES:
            found = AGGREGATES[rest[0]](rest[1:], asked, group)
        case "call":
            given = [evaluate(each, asked, row, group) for each in rest[1:]]
            found = _called(rest[0], given, asked.now)
        case "in" | "!in":
            value = evaluate(rest[0], asked, row, group)
            found = (value in _among(rest[1:], asked, row)) is (kind == "in")
        case _:
            left, right = (evaluate(each, asked, row, group) for each in rest)
            found = (
                None if kind in _OF_TWO and None in (left, right) else _BY_SIGN[kind](left, right)
            )
    return found


def grouped(
    rows: Sequence[Row],
    columns: Sequence[tuple[str, Any]],
    by: Sequence[tuple[str, Any]],
    asked: Asked,
) -> list[Row]:
    """Return a row per group; without `by` exactly one, also of nothing."""
    groups: dict[tuple[Any, ...], list[Row]] = {} if by else {(): []}
    for row in rows:
        key = tuple(evaluate(each, asked, row) for _, each in by)
        groups.setdefault(key, []).append(row)
    found = []
    for key, group in groups.items():
        shown: Row = {name: value for (name, _), value in zip(by, key, strict=True)}
        for name, expression in columns:
            if expression[:2] == ("call", "arg_max"):
                shown |= _last(expression[2:], asked, group)
            else:
                shown[name] = evaluate(expression, asked, {}, group)
        found.append(shown)
    return found


def _named(name: str, asked: Asked, row: Row) -> Any:
    if name in {"true", "false"}:
        return name == "true"
    if name in row:
        return row[name]
    if name in asked.scalars:
        return asked.scalars[name]
    raise KustoError(f"there is no column {name} among {', '.join(row) or 'none'}")


def _among(expressions: Sequence[Any], asked: Asked, row: Row) -> list[Any]:
    """Return what is in the brackets of `in`: values, or the first column of a table."""
    first = expressions[0]
    if first[0] == "name" and first[1] in asked.tables:
        return [next(iter(each.values())) for each in asked.tables[first[1]]]
    return [evaluate(each, asked, row) for each in expressions]


def _divided(left: Any, right: Any) -> Any:
    """Divide; whole numbers give a whole number."""
    if isinstance(left, int) and isinstance(right, int):
        return None if right == 0 else math.trunc(left / right)
    return left / right if right else math.nan


def _has(text: str, word: str) -> bool:
    """Tell whether a text has a word as a whole: between signs that are no letters or digits."""
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text, re.IGNORECASE))


_OF_TWO: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
"""What is null if one of both is."""
_BY_SIGN: dict[str, Callable[[Any, Any], Any]] = {
    **_OF_TWO,
    "and": lambda left, right: left is True and right is True,
    "or": lambda left, right: left is True or right is True,
    "==": lambda left, right: left == right and left is not None,
    "!=": operator.ne,
    "startswith": lambda left, right: str(left).lower().startswith(str(right).lower()),
    "has": _has,
}


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _binned(value: Any, size: Any) -> Any:
    if isinstance(value, datetime):
        return _START + (value - _START) // size * size
    return value // size * size


def _started(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "bin": _binned,
    "dayofweek": lambda moment: timedelta(days=(moment.weekday() + 1) % 7),
    "startofday": _started,
    "tostring": lambda value: "" if value is None else str(value),
    "toint": _whole,
    "todouble": lambda value: None if value is None else float(value),
    "iff": lambda condition, first, other: first if condition is True else other,
    "coalesce": lambda *values: next((each for each in values if each is not None), None),
    "strcat": lambda *values: "".join(str(each) for each in values if each is not None),
    "trim": lambda _, text: text.strip(" "),
    "round": lambda value, digits: None if value is None else round(float(value), digits),
    "isnotempty": lambda value: value not in {None, ""},
}


def _called(name: str, given: list[Any], now: datetime) -> Any:
    if name == "now":
        return now
    if name == "ago":
        return now - given[0]
    if name not in _FUNCTIONS:
        raise KustoError(f"{name}() is not known here")
    return _FUNCTIONS[name](*given)


def _values(expressions: Sequence[Any], asked: Asked, group: Sequence[Row]) -> list[Any]:
    found = (evaluate(expressions[0], asked, row) for row in group)
    return [each for each in found if each is not None]


def _last(expressions: Sequence[Any], asked: Asked, group: Sequence[Row]) -> Row:
    """Return columns of the row in which the first one is greatest, nulls of none."""
    key, names = expressions[0], [each[1] for each in expressions]
    if not group:
        return dict.fromkeys(names)
    row = max(group, key=lambda each: evaluate(key, asked, each))
    return {name: row[name] for name in names}


AGGREGATES: dict[str, Callable[[Sequence[Any], Asked, Sequence[Row]], Any]] = {
    "count": lambda _, __, group: len(group),
    "countif": lambda given, asked, group: sum(
        evaluate(given[0], asked, row) is True for row in group
    ),
    "sum": lambda given, asked, group: sum(_values(given, asked, group)),
    "min": lambda given, asked, group: min(_values(given, asked, group), default=None),
    "max": lambda given, asked, group: max(_values(given, asked, group), default=None),
    "take_any": lambda given, asked, group: next(iter(_values(given, asked, group)), None),
    "dcount": lambda given, asked, group: len(set(_values(given, asked, group))),
}
"""What comes of no rows is Kusto's default: 0 of a sum and a count, null of all others."""
