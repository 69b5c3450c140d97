"""What an expression comes to before anything is deployed: plain JSON, or one of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that only a deployment tells, such as an address; `kind` as far as it is known."""

    text: str
    kind: str = ""
    """string, int, bool, array or object; empty where not even that is known."""
    arguments: tuple["Value", ...] = ()
    """What a function was called with, where `text` is its name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, as an unknown condition decides."""

    among: tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource that is named as a whole: a parent, a scope."""

    type: str
    name: "Value"
    symbol: str


type Value = (
    str | int | bool | list["Value"] | dict[str, "Value"] | Unknown | Choice | Reference | None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource as it would be deployed; loops are spelled out."""

    file: str
    symbol: str
    type: str
    version: str
    body: Mapping[str, Value] = field(hash=False)
    is_existing: bool = False
    is_conditional: bool = False
    """Whether there are settings without it."""

    @property
    def at(self) -> str:
        """Return where it is, for people."""
        return f"{self.file}: {self.symbol}"

    def get(self, *path: str) -> Value:
        """Return what stands at a path of properties, None if nothing does."""
        found: Value = dict(self.body)
        for part in path:
            found = found.get(part) if isinstance(found, dict) else None
        return found


def variants(value: Value) -> tuple[Value, ...]:
    """Return everything that a value may turn out to be."""
    if isinstance(value, Choice):
        return tuple(each for one in value.among for each in variants(one))
    return (value,)


def choice(*among: Value) -> Value:
    """Return one of several, said as simply as possible."""
    found: list[Value] = []
    for each in (each for one in among for each in variants(one)):
        if each not in found:
            found.append(each)
    return found[0] if len(found) == 1 else Choice(tuple(found))
