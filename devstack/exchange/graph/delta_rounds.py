"""Delta rounds: a fixed window, opaque tokens, hints instead of truths (graph-calendar 2).

What lies outside the window is told as gone, known to the caller or not. A token dies by age, or
when `expire` forgets the sync state of its mailbox.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from devstack.exchange.graph.delta_token import DeltaToken, UnreadableTokenError, unpack
from devstack.exchange.graph.errors import GraphError
from devstack.exchange.graph.windows import Window
from devstack.exchange.model.contents import Tombstone
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.values import EventKind

EMPTY_PAGE_CHANCE = 0.1
FIRST_GENERATION = 149


class How(StrEnum):
    """How much of a thing is told: all of it, five fields, or that it is gone."""

    WHOLE = "whole"
    STUB = "stub"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a page."""

    how: How
    thing: Item | Tombstone


@dataclass(frozen=True, slots=True)
class RoundPage:
    """One page of a round; `token` goes on after it, `ends` says that this round is over."""

    lines: tuple[Told, ...]
    token: DeltaToken
    ends: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """One change of a round and the place to go on after it."""

    place: int
    thing: Item | Tombstone


class DeltaRounds:
    """Reads rounds page by page."""

    def __init__(self, model: Exchange) -> None:
        self._model = model
        self._epoch = max((n for _, n in model.shelf.load("delta-epoch")), default=0)
        self._generations: dict[str, int] = dict(model.shelf.load("delta-generation"))

    def clear(self) -> None:
        """Forget the sync state of everybody, for good."""
        self._epoch += 1
        self._model.shelf.put("delta-epoch", "epoch", self._epoch)
        self._generations.clear()

    def expire(self, mailbox: Mailbox) -> None:
        """Forget the sync state of a mailbox: every token issued so far is gone."""
        self._generations[mailbox.guid] = self._generations.get(mailbox.guid, 0) + 1
        self._model.shelf.put("delta-generation", mailbox.guid, self._generations[mailbox.guid])

    def first(self, mailbox: Mailbox, folder: str, window: Window) -> DeltaToken:
        """Begin a round: the window is fixed from here on."""
        sequence = self._model.store.sequence(mailbox.guid)
        return DeltaToken(
            mailbox=mailbox.guid,
            folder=folder,
            start=window.start.isoformat(),
            end=window.end.isoformat(),
            since=sequence,
            until=sequence,
            after=0,
            is_initial=True,
            generation=self._generation(mailbox),
            issued=self._model.clock.now().isoformat(),
        )

    def known(self, text: str, mailbox: Mailbox) -> DeltaToken:
        """Return the state in a token, if the service still remembers it."""
        try:
            token = unpack(text)
        except UnreadableTokenError as error:
            raise GraphError(
                410, "syncStateInvalid", "The sync state is not valid. Start a new round."
            ) from error
        days = int(self._model.switches["delta_token_days"])
        is_old = days and self._model.clock.now() - token.issued_at > timedelta(days=days)
        highest = self._generation(mailbox)
        if token.mailbox != mailbox.guid or token.generation != highest or is_old:
            raise GraphError(
                410,
                "SyncStateNotFound",
                f"The sync state generation is not found; generation={token.generation};"
                f"[highest={highest + bool(is_old)}]",
            )
        if token.is_initial or token.after:
            return token
        return replace(token, until=self._model.store.sequence(mailbox.guid))

    def page(self, token: DeltaToken, size: int) -> RoundPage:
        """Return the next page of a round, now and then an empty one."""
        if self._lines_ahead(token) and self._is_empty_page():
            return RoundPage((), replace(token, empty=token.empty + 1), ends=False)
        lines = self._lines(token)
        told: list[Told] = []
        after, taken = token.after, 0
        for line in lines:
            if len(told) >= size:
                break
            # A series is never split over two pages.
            told += self._told(line.thing, token.window)
            after, taken = line.place, taken + 1
        token = replace(token, after=after)
        if taken < len(lines):
            return RoundPage(tuple(told), token, ends=False)
        return RoundPage(tuple(told), self._ended(token), ends=True)

    def _lines(self, token: DeltaToken) -> list[_Line]:
        """Return what is still to be delivered in this round, in order."""
        store, window = self._model.store, token.window
        items = store.in_folder(token.mailbox, token.folder)
        if token.is_initial:
            return [
                _Line(item.number, item)
                for item in items
                if item.number > token.after and self._is_within(item, window)
            ]
        known = max(token.since, token.after)
        changed = [_Line(i.sequence, i) for i in items if known < i.sequence <= token.until]
        left = [
            _Line(t.sequence, t)
            for t in store.tombstones(token.mailbox, known)
            if t.folder == token.folder and t.sequence <= token.until
        ]
        return sorted(changed + left, key=lambda line: line.place)

    def _lines_ahead(self, token: DeltaToken) -> bool:
        return token.after > 0 or token.is_initial

    def _is_empty_page(self) -> bool:
        return bool(self._model.switches["delta_empty_pages"]) and self._model.chance.happens(
            EMPTY_PAGE_CHANCE
        )

    def _is_within(self, item: Item, window: Window) -> bool:
        if item.is_master:
            return self._model.series.touches(item, window.start, window.end)
        return item.overlaps(window.start, window.end)

    def _told(self, thing: Item | Tombstone, window: Window) -> list[Told]:
        """Return what a change is told as: a series comes whole, its plain dates as stubs."""
        if not isinstance(thing, Item) or not self._is_within(thing, window):
            return [Told(How.REMOVED, thing)]
        parts = self._model.series.members(thing, window.start, window.end)
        return [Told(How.WHOLE, thing)] + [
            Told(How.STUB if part.kind is EventKind.OCCURRENCE else How.WHOLE, part)
            for part in parts
        ]

    def _ended(self, token: DeltaToken) -> DeltaToken:
        """Return the token that asks for what changes from here on."""
        issued = self._model.clock.now().isoformat()
        return replace(token, since=token.until, after=0, is_initial=False, empty=0, issued=issued)

    def _generation(self, mailbox: Mailbox) -> int:
        return FIRST_GENERATION * (1 + self._epoch) + self._generations.get(mailbox.guid, 0)
