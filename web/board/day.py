"""The day of the resources in words: its blocks, its legend, which resources are shown."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.app.console.day import DayView, Entry
from core.app.console.reader import PAGE as PAGE_SIZE
from core.app.console.reader import Look
from core.app.console.standing import Standing
from core.domain.directory import SyncedResource
from core.domain.ids import ResourceId
from web.board.words_of import span
from web.links import history_of, slot_of
from web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """The words of one block; `number` is a booking's, `history` the address of its history."""

    what: str
    number: str
    time: str
    state: str
    standing: str
    reason: str
    history: str


def entry_line(entry: Entry, resource: ResourceId, words: Words) -> EntryLine:
    """Return the words of a block in the lanes of a resource; no title, no person (D13)."""
    sight = entry.sight
    what = words(f"day.{'nothing_there' if sight.is_gap else 'item'}.{sight.side}")
    standing = words(f"standing.{sight.standing}")
    if sight.standing is Standing.MISSING and not sight.is_gap:
        standing = words(f"day.missing_in.{sight.side.other}")
    is_refused = sight.standing is Standing.REFUSED
    return EntryLine(
        what=what,
        number="" if sight.is_gap or sight.booking_id is None else str(sight.booking_id),
        time=span(sight.time, entry.zone, entry.day, words),
        state=words.shown_as(sight.state),
        standing=standing,
        reason=(words.refusal if is_refused else words.reason)(sight.reason),
        history=_history(entry, resource),
    )


def legend(board: DayView, words: Words) -> tuple[tuple[str, str, int], ...]:
    """Return each standing of the day with its words and how often it occurs."""
    return tuple(
        (standing.value, words(f"standing.{standing}"), number)
        for standing, number in board.numbers.items()
    )


def pages_line(look: Look, words: Words) -> str:
    """Return which of the resources are shown, "" when all are."""
    if look.pages == 1:
        return ""
    first = (look.page - 1) * PAGE_SIZE
    return words(
        "day.resources_shown",
        first=str(first + 1),
        last=str(first + len(look.board.resources)),
        all=str(look.resources),
    )


def place_line(resource: SyncedResource, zone: ZoneInfo) -> str:
    """Return where and what a resource is; its zone where it is not the usual one."""
    own = resource.time_zone.replace("_", " ") if resource.time_zone != zone.key else ""
    return " \u00b7 ".join(filter(None, (resource.location, resource.type, own)))


def clock(minutes: int) -> str:
    """Return minutes since midnight as wall time."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _history(entry: Entry, resource: ResourceId) -> str:
    """Return where the history of a block is; of an event without a link, what has its slot."""
    sight = entry.sight
    name = sight.mapping_id or sight.booking_id
    if name is not None:
        return history_of(name)
    return slot_of(resource, sight.time.start, sight.time.end)
