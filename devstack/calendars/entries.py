"""Every entry of a file: what it becomes, or why it becomes nothing. None is skipped silently."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from devstack.calendars.content_lines import CalendarFileError
from devstack.calendars.events import Setting, Translated, translate
from devstack.calendars.spans import NotImportableError
from devstack.calendars.structure import CalendarFile, Component
from devstack.calendars.zones import ZoneBook

MOST_ENTRIES = 5000
_SERIES = ("RRULE", "RDATE", "RECURRENCE-ID")
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
    entry: Entry
    translated: Translated


@dataclass(frozen=True, slots=True)
class NotImportable:
    entry: Entry
    reason: str


type Read = Importable | NotImportable


def read_entries(file: CalendarFile, setting: Setting) -> tuple[Read, ...]:
    """Return all entries in the order of the file; raises CalendarFileError when too many."""
    number = sum(_is_entry(part) for calendar in file.calendars for part in calendar.parts)
    if number > MOST_ENTRIES:
        raise CalendarFileError(
            f"the file holds {number} entries, the limit is {MOST_ENTRIES}: export a shorter period"
        )
    latest = _latest_versions(file)
    return tuple(
        _read(part, calendar, book, setting, latest)
        for calendar in file.calendars
        for book in (ZoneBook(calendar, setting.home),)
        for part in calendar.parts
        if _is_entry(part)
    )


def weeks_to_next(read: tuple[Read, ...], now: datetime, setting: Setting) -> int:
    """Return by how many weeks the busiest week of the file is moved to become next week."""
    weeks = Counter(
        _monday(r.translated.span.start.instant.astimezone(setting.home.info).date())
        for r in read
        if isinstance(r, Importable)
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


def _read(
    part: Component, calendar: Component, book: ZoneBook, setting: Setting, latest: dict[str, int]
) -> Read:
    entry = Entry(
        kind=part.name,
        line=part.line,
        uid=part.text("UID"),
        title=" ".join(part.text("SUMMARY").split()),
    )
    reason = next(_obstacles(part, calendar, latest), None)
    if reason is not None:
        return NotImportable(entry, reason)
    try:
        return Importable(entry, translate(part, book, setting))
    except NotImportableError as error:
        return NotImportable(entry, str(error))


def _obstacles(part: Component, calendar: Component, latest: dict[str, int]) -> Iterator[str]:
    """Yield why an entry cannot be imported whatever its content says, the plainest first."""
    if part.name != "VEVENT":
        yield _OTHER_KINDS.get(part.name, f"{part.name} is no calendar entry")
    if not part.is_complete:
        yield f"it has no END:{part.name}: the file is cut off or damaged there"
    method = calendar.word("METHOD")
    if method in _ANSWERS:
        yield f"the calendar is a message of the kind METHOD:{method}, not an entry"
    if part.word("STATUS") == "CANCELLED" or method == "CANCEL":
        yield "it is cancelled"
    if found := [name for name in _SERIES if part.first(name) is not None]:
        yield f"it is part of a series ({found[0]}): series are imported in part 3"
    uid = part.text("UID")
    if uid and latest.get(uid) != part.line:
        yield f"the same UID is in line {latest.get(uid)}: only that version counts"


def _latest_versions(file: CalendarFile) -> dict[str, int]:
    """Return the line of the version that counts for each UID: the highest, then the first."""
    best: dict[str, tuple[int, str, int]] = {}
    for calendar in file.calendars:
        for part in calendar.parts:
            uid = part.text("UID")
            if not uid or not _is_version(part, calendar):
                continue
            version = (_sequence(part), _stamp(part), -part.line)
            best[uid] = max(best.get(uid, version), version)
    return {uid: -version[2] for uid, version in best.items()}


def _is_version(part: Component, calendar: Component) -> bool:
    """Tell whether a component can be the one version of an entry that counts."""
    return (
        part.name == "VEVENT"
        and part.is_complete
        and calendar.word("METHOD") not in _ANSWERS
        and not any(part.first(name) for name in _SERIES)
    )


def _sequence(part: Component) -> int:
    text = part.text("SEQUENCE")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _stamp(part: Component) -> str:
    return part.text("LAST-MODIFIED") or part.text("DTSTAMP")


def _is_entry(part: Component) -> bool:
    return part.name != "VTIMEZONE"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
