"""Rows of one kind against what is stored of it: good rows count, a wrong row changes nothing."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from core.app.imports.said import Fault, RawRow, Section
from core.domain.remark import Remark, text_of

type KeyOf[Key] = Callable[[Mapping[str, Any]], Key | None]
type Base = Callable[[Any], Mapping[str, Any]]
"""The row that says what is stored of an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked[Key, Model]:
    """The good rows, and which stored entries stay as they are or go."""

    good: Mapping[Key, Model]
    kept: tuple[Key, ...]
    removed: frozenset[Key]
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sorting[Key, Model]:
    good: dict[Key, Model] = field(default_factory=dict)
    wrong: set[Key] = field(default_factory=set)
    nameless: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def check_rows[Key, Model: BaseModel](
    section: Section,
    stored: Mapping[Key, Any],
    model: type[Model],
    key_of: KeyOf[Key],
    base: Base | None = None,
) -> Checked[Key, Model]:
    """Sort the rows of a section; `base` is needed where rows are partial."""
    sorting = _Sorting[Key, Model]()
    keys = [key_of(row.values) for row in section.rows]
    twice = {key for key, number in Counter(keys).items() if key is not None and number > 1}
    for key, row in zip(keys, section.rows, strict=True):
        start: Mapping[str, Any] = {}
        if section.is_partial and base is not None and key is not None and key in stored:
            start = base(stored[key])
        checked = _model_of(row, start, model, sorting.faults)
        if key is None:
            sorting.nameless.append(row.place)
        elif key in twice:
            sorting.wrong.add(key)
            sorting.faults.append(
                Fault(row.place, Remark("{key} is given more than once", key=key))
            )
        elif checked is None:
            sorting.wrong.add(key)
        else:
            sorting.good[key] = checked
    return _result(section, stored, sorting)


def _result[Key, Model](
    section: Section, stored: Mapping[Key, Any], sorting: _Sorting[Key, Model]
) -> Checked[Key, Model]:
    missing = frozenset(stored.keys() - sorting.good.keys() - sorting.wrong)
    removed = missing if section.is_complete else frozenset()
    notices: tuple[str, ...] = ()
    if removed and sorting.nameless:
        # A row without a number may stand for any of them.
        told = Remark(
            "{n} not removed: {place} may mean one of them",
            n=len(removed),
            place=sorting.nameless[0],
        )
        notices = (told,)
        removed = frozenset()
    return Checked(
        good=sorting.good,
        kept=tuple(key for key in stored if key not in sorting.good and key not in removed),
        removed=removed,
        faults=tuple(sorting.faults),
        notices=notices,
    )


def _model_of[Model: BaseModel](
    row: RawRow, start: Mapping[str, Any], model: type[Model], faults: list[Fault]
) -> Model | None:
    if row.is_wrong:
        return None
    try:
        return model.model_validate({**start, **row.values})
    except ValidationError as error:
        faults.append(Fault(row.place, reasons(error)))
        return None


def reasons(error: ValidationError) -> Remark:
    """Return everything that is wrong, field by field, without any value."""
    return Remark.listed(
        Remark.listed(filter(None, (".".join(map(str, fault["loc"])), _reason(fault))), ": ")
        for fault in error.errors(include_input=False, include_url=False)
    )


def _reason(fault: ErrorDetails) -> Remark:
    """Return what is wrong with a field: our own remark, or pydantic's by the name it has there."""
    about = fault.get("ctx", {})
    own = about.get("error")
    if isinstance(own, ValueError):
        told = text_of(own)
        return told if isinstance(told, Remark) else Remark.named(told, told)
    return Remark.named(fault["type"], fault["msg"], **about)
