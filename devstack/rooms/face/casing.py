"""Writes answers as ROOMS does: PascalCase unless asked for camelCase, times as in .NET."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

HEADER = "x-jsonpropertyformat"
_AS_IT_IS = frozenset({str, int, bool, float, type(None)})


class Dictionary(dict[str, Any]):
    """A map with free keys, which no casing touches."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A part of an answer that is text already."""

    text: str


@dataclass(frozen=True, slots=True)
class Style:
    """How one answer is written: casing, and times with zone or naive (switch `timestamps`)."""

    camel: bool = False
    naive: bool = False


def style_of(headers: Mapping[str, str], timestamps: object) -> Style:
    """Return the style that a request's headers and the switch ask for."""
    return Style(camel=headers.get(HEADER, "").lower() == "camel", naive=timestamps == "naive")


def write(content: object, style: Style) -> str:
    """Return an answer as JSON text; lists may hold parts that are rendered already."""
    if isinstance(content, Rendered):
        return content.text
    if isinstance(content, list) and content and isinstance(content[0], Rendered):
        return "[" + ",".join(part.text for part in content) + "]"
    return json.dumps(_styled(content, style), ensure_ascii=False, separators=(",", ":"))


def timestamp(moment: datetime, *, naive: bool) -> str:
    """Write a UTC moment like .NET: a fraction only if there is one, without trailing zeros."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    if moment.microsecond:
        text += f".{moment.microsecond:06d}".rstrip("0")
    return text if naive else f"{text}Z"


@cache
def pascal(name: str) -> str:
    """Return the PascalCase form of a camelCase name (`eMail` -> `EMail`)."""
    return name[:1].upper() + name[1:]


def _styled(content: object, style: Style) -> Any:  # noqa: ANN401 - whatever JSON holds
    if type(content) in _AS_IT_IS or isinstance(content, Dictionary):
        return content
    if isinstance(content, dict):
        if style.camel:
            return {name: _styled(value, style) for name, value in content.items()}
        return {pascal(name): _styled(value, style) for name, value in content.items()}
    if isinstance(content, list):
        return [_styled(value, style) for value in content]
    if isinstance(content, datetime):
        return timestamp(content, naive=style.naive)
    return content
