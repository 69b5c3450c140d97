"""Every entry of a file: what it becomes, or why it becomes nothing. None is skipped silently."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from devstack.calendars.content_lines import CalendarFileError
from devstack.calendars.events import Setting, Translated, translate
from devstack.calendars.series import (
    Series,
    changes_one_date,
    is_series,
    original_start,
    translate_date,
    translate_series,
)
from devstack.calendars.spans import NotImportableError
from devstack.calendars.structure import CalendarFile, Component
from devstack.calendars.zones import ZoneBook

MOST_ENTRIES = 5000
_ANSWERS = ("REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH", "ADD")
_OTHER_KINDS = {
    "VTODO": "a task (VTODO) is no calendar entry",
    "VJOURNAL": "a journal entry (VJOURNAL) is no calendar entry",
    "VFREEBUSY": "free/busy times (VFREEBUSY) are no calendar entry",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How a person finds an entry in the file."""

    kind: str
    line: int
    uid: str
    title: str


@dataclass(frozen=True, slots=True)
class Importable:
    """A meeting, or a whole series: then `deleted` is when its deleted dates would begin.

    `last_end` is when all of it is over, None for an endless series.
    """

    entry: Entry
    translated: Translated
    is_series: bool = False
    deleted: tuple[datetime, ...] = ()
    last_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """One date of the series in `series` (a line) that began at `original`; None deletes it."""

    entry: Entry
    series: int
    original: datetime
    translated: Translated | None


@dataclass(frozen=True, slots=True)
class NotImportable:
    entry: Entry
    reason: str


type Read = Importable | Changed | NotImportable


def read_entries(file: CalendarFile, setting: Setting) -> tuple[Read, ...]:
    """Return all entries in the order of the file; raises CalendarFileError when too many."""
    number = sum(_is_entry(part) for calendar in file.calendars for part in calendar.parts)
    if number > MOST_ENTRIES:
        raise CalendarFileError(
            f"the file holds {number} entries, the limit is {MOST_ENTRIES}: export a shorter period"
        )
    latest = _latest_versions(file)
    found: dict[int, Read] = {}
    masters: dict[str, _Master] = {}
    dates: list[tuple[Component, ZoneBook]] = []
    for calendar in file.calendars:
        book = ZoneBook(calendar, setting.home)
        for part in calendar.parts:
            if not _is_entry(part):
                continue
            entry = _entry_of(part)
            reason = next(_obstacles(part, calendar, latest), None)
            if reason is not None:
                found[part.line] = NotImportable(entry, reason)
            elif changes_one_date(part) and part.text("UID"):
                found[part.line] = NotImportable(entry, "")
                dates.append((part, book))
            else:
                found[part.line] = _read(part, book, setting, masters)
    for part, book in dates:
        found[part.line] = _read_date(part, book, setting, masters)
    return tuple(found.values())


def weeks_to_next(read: tuple[Read, ...], now: datetime, setting: Setting) -> int:
    """Return by how many weeks the busiest week of the file is moved to become next week."""
    weeks = Counter(
        _monday(r.translated.span.start.instant.astimezone(setting.home.info).date())
        for r in read
        if isinstance(r, Importable) and not r.is_series
    )
    if not weeks:
        return 0
    most = max(weeks.values())
    busiest = max(week for week, number in weeks.items() if number == most)
    next_week = _monday(now.astimezone(setting.home.info).date()) + timedelta(weeks=1)
    return (next_week - busiest).days // 7


def moved_to_next_week(file: CalendarFile, setting: Setting, now: datetime) -> Setting:
    """Return the setting that moves a file's busiest week to the week after `now`."""
    return replace(setting, shift_weeks=weeks_to_next(read_entries(file, setting), now, setting))


@dataclass(frozen=True, slots=True)
class _Master:
    """The entry of a series; `series` None: it could not be imported."""

    line: int
    series: Series | None


def _read(part: Component, book: ZoneBook, setting: Setting, masters: dict[str, _Master]) -> Read:
    """Read an entry that is a meeting or a series; a series is noted in `masters`."""
    entry, uid = _entry_of(part), part.text("UID")
    if not is_series(part):
        return _translated(part, lambda: Importable(entry, translate(part, book, setting)))
    masters[uid] = _Master(part.line, None)
    try:
        series = translate_series(part, book, setting)
    except NotImportableError as error:
        return NotImportable(entry, str(error))
    masters[uid] = _Master(part.line, series)
    return Importable(
        entry,
        series.translated,
        is_series=True,
        deleted=series.deleted,
        last_end=series.last_end(),
    )


def _read_date(
    part: Component, book: ZoneBook, setting: Setting, masters: dict[str, _Master]
) -> Read:
    """Read an entry that changes one date; without its series in the file it is a meeting."""
    entry = _entry_of(part)
    master = masters.get(part.text("UID"))
    if master is None and part.word("STATUS") == "CANCELLED":
        return NotImportable(entry, "it is cancelled")
    if master is None:
        return _translated(part, lambda: Importable(entry, _alone(part, book, setting)))
    if (series := master.series) is None:
        return NotImportable(entry, f"its series in line {master.line} is not imported")

    def change() -> Read:
        original = original_start(part, book, setting, series)
        is_deleted = part.word("STATUS") == "CANCELLED"
        changed = None if is_deleted else translate_date(part, book, setting)
        return Changed(entry, master.line, original, changed)

    return _translated(part, change)


def _alone(part: Component, book: ZoneBook, setting: Setting) -> Translated:
    found = translate_date(part, book, setting)
    note = "it is one date of a series that is not in the file: a meeting of its own"
    return replace(found, notes=(*found.notes, note))


def _translated(part: Component, read: Callable[[], Read]) -> Read:
    try:
        return read()
    except NotImportableError as error:
        return NotImportable(_entry_of(part), str(error))


def _entry_of(part: Component) -> Entry:
    return Entry(
        kind=part.name,
        line=part.line,
        uid=part.text("UID"),
        title=" ".join(part.text("SUMMARY").split()),
    )


def _obstacles(
    part: Component, calendar: Component, latest: dict[tuple[str, str], int]
) -> Iterator[str]:
    """Yield why an entry cannot be imported whatever its content says, the plainest first."""
    if part.name != "VEVENT":
        yield _OTHER_KINDS.get(part.name, f"{part.name} is no calendar entry")
    if not part.is_complete:
        yield f"it has no END:{part.name}: the file is cut off or damaged there"
    method = calendar.word("METHOD")
    if method in _ANSWERS:
        yield f"the calendar is a message of the kind METHOD:{method}, not an entry"
    is_cancelled = part.word("STATUS") == "CANCELLED" and not changes_one_date(part)
    if is_cancelled or method == "CANCEL":
        yield "it is cancelled"
    key = _key(part)
    if part.text("UID") and latest.get(key) != part.line:
        what = "RECURRENCE-ID" if changes_one_date(part) else "UID"
        yield f"the same {what} is in line {latest.get(key)}: only that version counts"


def _key(part: Component) -> tuple[str, str]:
    """Return what two versions of the same thing share: the UID, and the date if it is of one."""
    return part.text("UID"), part.text("RECURRENCE-ID")


def _latest_versions(file: CalendarFile) -> dict[tuple[str, str], int]:
    """Return the line of the version that counts for each key: the highest, then the first."""
    best: dict[tuple[str, str], tuple[int, str, int]] = {}
    for calendar in file.calendars:
        for part in calendar.parts:
            key = _key(part)
            if not key[0] or not _is_version(part, calendar):
                continue
            version = (_sequence(part), _stamp(part), -part.line)
            best[key] = max(best.get(key, version), version)
    return {key: -version[2] for key, version in best.items()}


def _is_version(part: Component, calendar: Component) -> bool:
    """Tell whether a component can be the one version of an entry that counts."""
    return part.name == "VEVENT" and part.is_complete and calendar.word("METHOD") not in _ANSWERS


def _sequence(part: Component) -> int:
    text = part.text("SEQUENCE")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _stamp(part: Component) -> str:
    return part.text("LAST-MODIFIED") or part.text("DTSTAMP")


def _is_entry(part: Component) -> bool:
    return part.name != "VTIMEZONE"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
