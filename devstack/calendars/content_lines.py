"""From the bytes of a file to its content lines, each with its number (RFC 5545, 3.1)."""

import codecs
from dataclasses import dataclass
from pathlib import Path

LARGEST_FILE = 10 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_CONTROLS = dict.fromkeys(code for code in (*range(32), 127) if chr(code) != "\t")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class CalendarFileError(Exception):
    """The file as a whole cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class ContentLine:
    """An unfolded line and the number of the physical line it begins in, counted from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """The content lines of a file, and what was noticed while reading them."""

    lines: tuple[ContentLine, ...]
    remarks: tuple[str, ...] = ()


def read_source(path: Path) -> Source:
    """Read a file; raises CalendarFileError."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise CalendarFileError(
                f"{path} has {size / _MEGABYTE:.1f} MB, the limit is"
                f" {LARGEST_FILE // _MEGABYTE} MB: export a shorter period, or without attachments"
            )
        return unfolded(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise CalendarFileError(f"{path} does not exist: give the path of an .ics file") from error
    except IsADirectoryError as error:
        raise CalendarFileError(f"{path} is a folder: give the path of one .ics file") from error
    except OSError as error:
        raise CalendarFileError(f"{path} cannot be read: {error.strerror}") from error


def unfolded(data: bytes, name: str = "the file") -> Source:
    """Return the content lines of `data`; raises CalendarFileError when that is no text.

    Lines are unfolded before they are decoded: clients fold in the middle of a character. A line
    that is not UTF-8 is read as Windows-1252, which holds all of Latin-1's letters. Control
    characters, which no text may hold (RFC 5545, 3.1), are dropped.
    """
    joined = _unfold(_as_utf8(data, name))
    lines = []
    foreign = []
    for number, raw in joined:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            foreign.append(number)
            text = raw.decode("cp1252", errors="replace")
        lines.append(ContentLine(number, text.translate(_CONTROLS)))
    remarks: tuple[str, ...] = ()
    if foreign:
        remarks = (
            f"{len(foreign)} lines are not UTF-8: read as Windows-1252 (first: line {foreign[0]})",
        )
    return Source(tuple(lines), remarks)


def _as_utf8(data: bytes, name: str) -> bytes:
    if not data.strip():
        raise CalendarFileError(f"{name} is empty: export the calendar again")
    if data.startswith(b"PK\x03\x04"):
        raise CalendarFileError(
            f"{name} is a ZIP archive (Google exports one): unpack it, give one .ics file of it"
        )
    if data.startswith(_WIDE):
        return _from_utf16(data, name)
    if b"\0" in data and b"BEGIN:VCALENDAR" not in data.upper():
        raise CalendarFileError(f"{name} is a binary file, not the text of an iCalendar file")
    return data.removeprefix(codecs.BOM_UTF8)


def _from_utf16(data: bytes, name: str) -> bytes:
    try:
        return data.decode("utf-16").encode("utf-8")
    except UnicodeError as error:
        raise CalendarFileError(f"{name} begins like UTF-16 text but is none: {error}") from error


def _unfold(data: bytes) -> list[tuple[int, bytes]]:
    parts: list[tuple[int, list[bytes]]] = []
    for number, line in enumerate(data.splitlines(), start=1):
        if line[:1] in (b" ", b"\t") and parts:
            parts[-1][1].append(line[1:])
        elif line.strip():
            parts.append((number, [line]))
    return [(number, b"".join(pieces)) for number, pieces in parts]
