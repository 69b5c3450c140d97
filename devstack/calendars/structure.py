"""The components of a file, found one by one: a bad one spoils no other (RFC 5545, 3.4, 3.6)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from devstack.calendars import values
from devstack.calendars.content_lines import CalendarFileError, ContentLine, Source

CALENDAR = "VCALENDAR"
_SIBLINGS = frozenset(["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"])
_PLAIN = re.compile(r"([A-Za-z0-9-]+):(.*)", re.DOTALL)
_PERSON = re.compile(r"\s*(ATTENDEE|ORGANIZER)\b.*?(mailto:\s*\S+)\s*$", re.IGNORECASE | re.DOTALL)
_SHOWN = 60
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Property:
    """One content line; `value` is as written, `text` without its escapes."""

    name: str
    params: Mapping[str, str]
    value: str
    line: int

    @property
    def text(self) -> str:
        return values.plain_text(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What stands between BEGIN and END; `faults` are lines in it that could not be read."""

    name: str
    line: int
    properties: tuple[Property, ...]
    parts: tuple["Component", ...]
    faults: tuple[str, ...]
    is_complete: bool

    def all(self, *names: str) -> tuple[Property, ...]:
        return tuple(p for p in self.properties if p.name in names)

    def first(self, name: str) -> Property | None:
        return next(iter(self.all(name)), None)

    def text(self, name: str) -> str:
        """Return the text of a property, trimmed; empty when there is none."""
        found = self.first(name)
        return "" if found is None else found.text.strip()

    def word(self, name: str) -> str:
        """Return a keyword in upper case; empty when there is none."""
        return self.text(name).upper()


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """The calendars of a file, and what was noticed beside them."""

    calendars: tuple[Component, ...]
    remarks: tuple[str, ...]


@dataclass(slots=True)
class _Open:
    name: str
    line: int
    properties: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def closed(self, *, is_complete: bool) -> Component:
        return Component(
            name=self.name,
            line=self.line,
            properties=tuple(self.properties),
            parts=tuple(self.parts),
            faults=tuple(self.faults),
            is_complete=is_complete,
        )


class _Reader:
    """Follows BEGIN and END; what is left open is closed as incomplete."""

    def __init__(self) -> None:
        self.calendars: list[Component] = []
        self.strays: list[ContentLine] = []
        self._open: list[_Open] = []

    def take(self, line: ContentLine) -> None:
        word, _, rest = line.text.partition(":")
        match word.strip().upper():
            case "BEGIN":
                self._begin(rest.strip().upper(), line)
            case "END":
                self._end(rest.strip().upper(), line)
            case _ if self._open:
                self._property(line)
            case _:
                self.strays.append(line)

    def close_all(self) -> None:
        self._close_to(0)

    def _begin(self, name: str, line: ContentLine) -> None:
        if name == CALENDAR:
            self._close_to(0)
        elif not self._open or len(self._open) >= _DEEPEST:
            self.strays.append(line)
            return
        elif name in _SIBLINGS:
            self._close_to(1)
        self._open.append(_Open(name, line.number))

    def _end(self, name: str, line: ContentLine) -> None:
        depths = [depth for depth, part in enumerate(self._open) if part.name == name]
        if not depths:
            self.strays.append(line)
            return
        self._close_to(depths[-1] + 1)
        self._hand_over(self._open.pop().closed(is_complete=True))

    def _close_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self._hand_over(self._open.pop().closed(is_complete=False))

    def _hand_over(self, component: Component) -> None:
        (self._open[-1].parts if self._open else self.calendars).append(component)

    def _property(self, line: ContentLine) -> None:
        try:
            self._open[-1].properties.append(read_property(line))
        except ValueError:
            shown = line.text[:_SHOWN]
            self._open[-1].faults.append(f"line {line.number} is no property: {shown!r}")


def read_calendars(source: Source) -> CalendarFile:
    """Return the calendars in a source; raises CalendarFileError when there is none."""
    reader = _Reader()
    for line in source.lines:
        reader.take(line)
    reader.close_all()
    if not reader.calendars:
        raise CalendarFileError(
            "this is no iCalendar file: it has no line BEGIN:VCALENDAR; export the calendar as .ics"
        )
    remarks = (*source.remarks, *_about(reader.calendars), *_about_strays(reader.strays))
    return CalendarFile(tuple(reader.calendars), remarks)


def read_property(line: ContentLine) -> Property:
    """Read a content line; raises ValueError when it has no name and value."""
    if (plain := _PLAIN.fullmatch(line.text)) is not None:
        return Property(plain[1].upper(), {}, plain[2], line.number)
    try:
        name, params, value = values.content_line(line.text)
    except ValueError:
        return _person(line)
    return Property(name, params, value, line.number)


def _person(line: ContentLine) -> Property:
    """Save the address of a line whose other parts are badly quoted."""
    found = _PERSON.fullmatch(line.text)
    if found is None:
        raise ValueError(line.text)
    return Property(found[1].upper(), {}, found[2], line.number)


def _about(calendars: Iterable[Component]) -> Iterator[str]:
    for calendar in calendars:
        yield from calendar.faults
        if not calendar.is_complete:
            yield (
                f"the calendar that begins in line {calendar.line} has no END:VCALENDAR:"
                " the file may be cut off"
            )


def _about_strays(strays: list[ContentLine]) -> Iterator[str]:
    if strays:
        yield (
            f"{len(strays)} lines outside of any component were left out (the first is line"
            f" {strays[0].number}: {strays[0].text[:_SHOWN]!r})"
        )
