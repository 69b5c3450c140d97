"""A CSV file of persons or of resources, as Excel and German habits write them.

Separated by `;`, `,` or tabs; UTF-8 with or without a mark, UTF-16 with one, or cp1252. The first
row names the columns. Rows change or add; nothing is removed unless that is asked for.
"""

import codecs
import csv
from collections import Counter
from collections.abc import Sequence
from io import StringIO

from core.app.imports.columns import BOTH, BY_NAME, OWN, Column, normalised, unmarked
from core.app.imports.said import Fault, Kind, RawRow, Said, Section
from core.domain.remark import Remark
from core.errors import InvalidPayloadError

SEPARATORS = ";,\t"
LARGEST = 20_000_000
"""Bytes: far more than any company has people; what is larger is not a settings file."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HINTS = {Kind.PERSONS: ("person",), Kind.RESOURCES: ("resource", "ressource", "raum", "raeume")}


def read_csv(
    data: bytes, name: str, *, kind: Kind | None = None, is_complete: bool = False
) -> Said:
    """Return what a file says; InvalidPayloadError when it is no table of persons or resources.

    Without `kind` the columns tell what the rows are about, else the file's name.
    """
    lines = _lines(_text(data, name), name)
    if not lines:
        raise InvalidPayloadError(Remark("{file} is empty", file=name))
    (_, header), *rows = lines
    canonical = [BY_NAME.get(normalised(cell)) for cell in header]
    kind = kind or _kind(canonical, name)
    columns = BOTH | OWN[kind]
    names = [known if known in columns else None for known in canonical]
    _require_columns(names, name)
    unknown = [cell.strip() for cell, known in zip(header, names, strict=True) if known is None]
    told = ", ".join(repr(cell) for cell in unknown if cell)
    faults, read = [], []
    for number, cells in rows:
        place = Remark("{file} line {line}", file=name, line=number)
        if len(cells) != len(header):
            why = Remark("has {n} cells, the header has {m}", n=len(cells), m=len(header))
            faults.append(Fault(place, why))
            whose = dict(zip(names, cells, strict=False)).get("rooms_id", "")
            read.append(RawRow(place, {"rooms_id": whose}, is_wrong=True))
        else:
            read.append(RawRow(place, _values(names, cells, columns)))
    return Said(
        sections={kind: Section(rows=tuple(read), is_complete=is_complete, is_partial=True)},
        faults=tuple(faults),
        notices=(Remark("{file}: columns not known and ignored: {names}", file=name, names=told),)
        if told
        else (),
    )


def _text(data: bytes, name: str) -> str:
    if len(data) > LARGEST:
        told = Remark("{file} is larger than {n} MB", file=name, n=LARGEST // 1_000_000)
        raise InvalidPayloadError(told)
    encodings = ["utf-16"] if data.startswith(_UTF16) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidPayloadError(Remark("{file} is no text: save it as CSV UTF-8", file=name))


def _lines(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Return the rows that hold something, with the line in which each begins."""
    first, _, rest = text.partition("\n")
    given = first.strip().removeprefix("sep=") if first.startswith("sep=") else ""
    if given and len(given) == 1:
        text = rest
    reader = csv.reader(StringIO(text, newline=""), delimiter=given or _separator(text))
    found, begins = [], 1 + bool(given)
    offset = int(bool(given))
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                found.append((begins, cells))
            begins = reader.line_num + 1 + offset
    except csv.Error as error:
        told = Remark("{file} line {line} cannot be read: {why}", file=name, line=begins, why=error)
        raise InvalidPayloadError(told) from None
    return found


def _separator(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    counts = Counter({each: header.count(each) for each in SEPARATORS})
    return counts.most_common(1)[0][0]


def _kind(names: Sequence[str | None], name: str) -> Kind:
    fitting = [kind for kind, own in OWN.items() if any(column in own for column in names)]
    if len(fitting) != 1:
        lowered = name.casefold()
        fitting = [kind for kind, hints in _HINTS.items() if any(h in lowered for h in hints)]
    if len(fitting) != 1:
        raise InvalidPayloadError(
            Remark(
                "{file}: cannot tell whether these are persons or resources: say it with --as",
                file=name,
            )
        )
    return fitting[0]


def _require_columns(names: Sequence[str | None], name: str) -> None:
    if "rooms_id" not in names:
        raise InvalidPayloadError(
            Remark(
                "{file} has no column rooms_id; the first row must name the columns"
                " (docs/settings.md)",
                file=name,
            )
        )
    twice = [column for column, number in Counter(names).items() if column and number > 1]
    if twice:
        told = Remark("{file} has two columns for {names}", file=name, names=", ".join(twice))
        raise InvalidPayloadError(told)


def _values(
    names: Sequence[str | None], cells: Sequence[str], columns: dict[str, Column]
) -> dict[str, object]:
    return {
        name: columns[name].read(unmarked(cell))
        for name, cell in zip(names, cells, strict=True)
        if name is not None and (cell or columns[name].empty_is_said)
    }
