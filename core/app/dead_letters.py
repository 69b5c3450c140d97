"""What was given up, as one list: with its reason and present state; replayed or dropped.

    letter in ...                entry on the list  then it is
    `failed-items`, a look       there              open: nothing has succeeded since
    `failed-items`, a look       gone               settled: a later look reached its end
    none                         there              open: the letter is gone, the meeting is not
    the bus set it aside         any                open: the hourly job puts it on the list
    `failed-items`, a mail, job, garbage            open: nothing else tells what became of it

A replay sends a fresh look, mail or job, then the letter goes: done twice by a crash, it is a look
twice. To drop takes the letter and the entry; what is still wrong comes back with the next failure.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.app.given_up import look_again
from core.app.services import Services
from core.domain.dead_letter import DeadLetter, LetterRef
from core.domain.given_up import GivenUpEntry, entry_id
from core.domain.ids import MappingId
from core.domain.mapping import Mapping
from core.domain.work import GivenUp, MappingKey, WorkItem, home_of, mailbox_session
from core.errors import InvalidPayloadError


class Present(StrEnum):
    """What became of it."""

    OPEN = "open"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list; `link` is as it is now, None where there is none."""

    given_up: GivenUp
    at: datetime
    present: Present
    letter: DeadLetter | None = None
    entry: GivenUpEntry | None = None
    link: Mapping | None = None

    @property
    def name(self) -> str:
        """Return what an operator calls it by."""
        if self.letter is not None:
            return self.letter.ref.text
        return "" if self.entry is None else self.entry.id

    @property
    def mailbox(self) -> str:
        """Return whose mailbox it is about, as environment/mailbox; "" where none is known."""
        given_up = self.given_up
        place = None if given_up.item is None else home_of(given_up.item.key)
        if place is None and given_up.notice is not None:
            place = given_up.notice.place
        if place is None and given_up.job is not None:
            place = given_up.job.place
        if place is None and self.link is not None:
            place = self.link.home
        return "" if place is None else mailbox_session(place)

    @property
    def can_be_replayed(self) -> bool:
        """Tell whether there is something to do again: of garbage nobody knows what."""
        given_up = self.given_up
        return (given_up.item or given_up.notice or given_up.job) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines are meant; everything that is set has to fit. `names` are exact."""

    names: frozenset[str] = frozenset()
    reason: str = ""
    mailbox: str = ""
    before: datetime | None = None
    since: datetime | None = None
    present: Present | None = None

    def fits(self, line: Line) -> bool:
        """Tell whether a line is meant; a reason may be given by its beginning."""
        return (
            (not self.names or line.name in self.names)
            and line.given_up.reason.startswith(self.reason)
            and self.mailbox in {"", line.mailbox}
            and (self.before is None or line.at < self.before)
            and (self.since is None or line.at >= self.since)
            and self.present in {None, line.present}
        )


async def list_dead_letters(wanted: Wanted, services: Services) -> list[Line]:
    """Return what is meant, oldest first. One read of the table, one of each place of the bus."""
    letters = await services.dead_letters.peek()
    entries = {entry.id: entry for entry in await services.given_up.all()}
    links = await _links(letters, entries.values(), services)
    lines = [_line(letter, entries, links) for letter in letters]
    told = {line.entry.id for line in lines if line.entry is not None}
    lines += [_line_of_entry(entry, links) for entry in entries.values() if entry.id not in told]
    return sorted((line for line in lines if wanted.fits(line)), key=lambda line: line.at)


async def replay(lines: Sequence[Line], services: Services) -> list[Line]:
    """Do again what can be done again; return what was: the rest was gone meanwhile."""
    return await _settle([line for line in lines if line.can_be_replayed], _send_again, services)


async def drop(lines: Sequence[Line], services: Services) -> list[Line]:
    """Forget lines for good, their entries too; return what was there."""
    return await _settle(lines, _forget, services)


type _Deed = Callable[[Line, Services], Awaitable[None]]


async def _settle(lines: Sequence[Line], deed: _Deed, services: Services) -> list[Line]:
    by_ref = {line.letter.ref: line for line in lines if line.letter is not None}

    async def do(letter: DeadLetter) -> None:
        await deed(by_ref[letter.ref], services)

    taken: Iterable[LetterRef] = await services.dead_letters.take(by_ref, do) if by_ref else ()
    done = [by_ref[ref] for ref in taken]
    for line in lines:
        if line.letter is None:
            await deed(line, services)
            done.append(line)
    return done


async def _send_again(line: Line, services: Services) -> None:
    given_up = line.given_up
    if given_up.item is not None:
        await services.queue.send([_again(line, given_up.item, services)])
    if given_up.notice is not None:
        await services.queue.send_notice(given_up.notice.anew())
    if given_up.job is not None:
        await services.queue.send_jobs([replace(given_up.job, attempt=0)])


def _again(line: Line, item: WorkItem, services: Services) -> WorkItem:
    key = item.key if line.link is None else MappingKey(line.link.id, line.link.home)
    name = entry_id(item.key, line.given_up.mapping_id)
    return look_again(key, name, replace(item, first_seen=services.clock.now()))


async def _forget(line: Line, services: Services) -> None:
    if line.given_up.item is not None:
        await services.given_up.remove(entry_id(line.given_up.item.key, line.given_up.mapping_id))


def _line(
    letter: DeadLetter, entries: dict[str, GivenUpEntry], links: dict[MappingId, Mapping]
) -> Line:
    given_up = letter.given_up
    entry = None
    if given_up.item is not None:
        entry = entries.get(entry_id(given_up.item.key, given_up.mapping_id))
    is_settled = given_up.item is not None and entry is None and not letter.ref.is_set_aside
    return Line(
        given_up=given_up,
        at=letter.at,
        present=Present.SETTLED if is_settled else Present.OPEN,
        letter=letter,
        entry=entry,
        link=links.get(given_up.mapping_id) if given_up.mapping_id else None,
    )


def _line_of_entry(entry: GivenUpEntry, links: dict[MappingId, Mapping]) -> Line:
    return Line(
        given_up=GivenUp(
            reason=entry.reason, text=entry.text, item=entry.item, mapping_id=entry.mapping_id
        ),
        at=entry.first_at,
        present=Present.OPEN,
        entry=entry,
        link=links.get(entry.mapping_id) if entry.mapping_id else None,
    )


async def _links(
    letters: Sequence[DeadLetter], entries: Iterable[GivenUpEntry], services: Services
) -> dict[MappingId, Mapping]:
    """Return the links that are spoken of, as they are now, by one read each.

    One that cannot be read, which may be why it is on the list, is left out.
    """
    ids = {letter.given_up.mapping_id for letter in letters}
    ids |= {entry.mapping_id for entry in entries}
    found = {}
    for each in sorted(filter(None, ids)):
        with suppress(InvalidPayloadError):
            found[each] = await services.mappings.get(each)
    return {name: link for name, link in found.items() if link is not None}
