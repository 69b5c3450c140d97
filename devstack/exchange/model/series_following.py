"""How the exceptions of a series follow their master: in what they have not said themselves.

Exchange keeps of an exception only what differs from the series (graph-calendar 3.3).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Self

from devstack.exchange.model.item import Item
from devstack.exchange.model.values import TIME_FIELDS, Attendee, Content, Private

_SHARED = tuple(f.name for f in fields(Content) if f.name not in TIME_FIELDS)
# Extended properties are each exception's own (graph-calendar 4).
_PRIVATE = tuple(f.name for f in fields(Private) if f.name != "properties")


@dataclass(frozen=True, slots=True)
class Told:
    """What an item said before a change."""

    content: Content
    private: Private
    attendees: tuple[Attendee, ...]

    @classmethod
    def of(cls, item: Item) -> Self:
        return cls(item.content, item.private, item.attendees)


def follow(
    master: Item, before: Told, exceptions: Iterable[Item], who: Callable[[str], str]
) -> list[tuple[Item, Told]]:
    """Change the exceptions as their master changed; return those that did, with their past.

    The caller saves them. `who` tells people apart by their address.
    """
    changed = []
    for exception in exceptions:
        past = Told.of(exception)
        exception.content = _followed(past.content, before.content, master.content, _SHARED)
        exception.private = _followed(past.private, before.private, master.private, _PRIVATE)
        if _people(past.attendees, who) == _people(before.attendees, who):
            exception.attendees = _with_answers(master.attendees, past.attendees, who)
        if Told.of(exception) != past:
            changed.append((exception, past))
    return changed


def _followed[T: (Content, Private)](own: T, before: T, after: T, names: tuple[str, ...]) -> T:
    same = {
        name: getattr(after, name) for name in names if getattr(own, name) == getattr(before, name)
    }
    return replace(own, **same)


def _people(attendees: Iterable[Attendee], who: Callable[[str], str]) -> set[tuple[str, str]]:
    return {(who(a.address.mail), a.kind) for a in attendees}


def _with_answers(
    wanted: tuple[Attendee, ...], past: tuple[Attendee, ...], who: Callable[[str], str]
) -> tuple[Attendee, ...]:
    """Return the attendees, each with the answer given to this very date."""
    known = {who(a.address.mail): a for a in past}
    return tuple(
        replace(a, answer=old.answer, proposed=old.proposed)
        if (old := known.get(who(a.address.mail)))
        else a
        for a in wanted
    )
