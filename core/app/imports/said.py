"""What files say, before anybody has checked it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.domain.remark import Remark


class Kind(StrEnum):
    """What a list of rows is about."""

    ENVIRONMENTS = "environments"
    PERSONS = "persons"
    LOCATIONS = "locations"
    RESOURCES = "resources"


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is wrong and changes nothing: where it is and why; never what stands in it."""

    place: str
    why: str

    @property
    def told(self) -> Remark:
        """Return both, as an operator reads them."""
        return Remark.listed((self.place, self.why), ": ")


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it was read; `place` is how a person finds it.

    `is_wrong`: its fault was told already; it stands for its entry and changes nothing.
    """

    place: str
    values: Mapping[str, Any]
    is_wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The rows of one kind. `is_complete`: what is stored and not in it is removed.

    `is_partial`: what a row does not speak of stays as it is stored.
    """

    rows: tuple[RawRow, ...] = ()
    is_complete: bool = True
    is_partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One file. A section, switch or policy that it does not have stays as it is stored."""

    sections: Mapping[Kind, Section] = field(default_factory=dict)
    switches: Mapping[str, Any] = field(default_factory=dict)
    policies: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()
