"""Delta on calendarView: a fixed window, opaque tokens, hints instead of truths (graph-calendar 2).

Extended properties never arrive here. What lies outside the window comes as `@removed`, known to
the caller or not. A token dies by age, or when `expire` forgets the sync state of its mailbox.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.delta_token import DeltaToken, UnreadableTokenError, unpack
from devstack.exchange.graph.errors import GraphError, bad_request
from devstack.exchange.graph.event_json import View, event_json, stub_json
from devstack.exchange.graph.events import PREFIXES
from devstack.exchange.graph.ids import shown_id
from devstack.exchange.graph.routing import Routes
from devstack.exchange.graph.windows import Window, read_window
from devstack.exchange.model.contents import Tombstone
from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.values import EventKind

PAGE = 10
MOST = 1000
EMPTY_PAGE_CHANCE = 0.1
FIRST_GENERATION = 149
UNSUPPORTED = ("select", "expand", "filter", "orderby", "search")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a round and the place to go on after it."""

    place: int
    thing: Item | Tombstone


class Delta:
    """The handler of `/calendarView/delta` in both spellings."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model
        self._epoch = max((n for _, n in self._model.shelf.load("delta-epoch")), default=0)
        self._generations: dict[str, int] = dict(self._model.shelf.load("delta-generation"))

    def routes(self, table: Routes) -> None:
        for prefix in PREFIXES:
            table.add("GET", f"{prefix}/calendarView/delta", self.show)

    def clear(self) -> None:
        """Forget the sync state of everybody, for good."""
        self._epoch += 1
        self._model.shelf.put("delta-epoch", "epoch", self._epoch)
        self._generations.clear()

    def expire(self, mailbox: Mailbox) -> None:
        """Forget the sync state of a mailbox: every token issued so far is gone."""
        self._generations[mailbox.guid] = self._generations.get(mailbox.guid, 0) + 1
        self._model.shelf.put("delta-generation", mailbox.guid, self._generations[mailbox.guid])

    async def show(self, call: Call) -> Reply:
        call.did("view.delta")
        mailbox = self._context.mailbox(call)
        text = call.query.get("deltatoken") or call.query.get("skiptoken")
        token = self._first(call, mailbox) if text is None else self._known(text, mailbox)
        if self._lines_ahead(token) and self._is_empty_page():
            return self._reply(call, token, [], ends=False)
        size = self._context.throttle.page(min(call.prefer.page_size or PAGE, MOST))
        lines = self._lines(token)
        shown: list[Json] = []
        after, taken = token.after, 0
        for line in lines:
            if len(shown) >= size:
                break
            # A series is never split over two pages.
            shown += self._shown(line.thing, token, call)
            after, taken = line.place, taken + 1
        return self._reply(call, replace(token, after=after), shown, ends=taken == len(lines))

    def _first(self, call: Call, mailbox: Mailbox) -> DeltaToken:
        """Begin a round: the window is fixed from here on."""
        for name in UNSUPPORTED:
            if name in call.query:
                raise bad_request(f"The query option '${name}' is not supported with delta.")
        window = read_window(call)
        sequence = self._model.store.sequence(mailbox.guid)
        return DeltaToken(
            mailbox=mailbox.guid,
            folder=self._context.folder(call, mailbox) or CALENDAR,
            start=window.start.isoformat(),
            end=window.end.isoformat(),
            since=sequence,
            until=sequence,
            after=0,
            is_initial=True,
            generation=self._generation(mailbox),
            issued=self._model.clock.now().isoformat(),
        )

    def _known(self, text: str, mailbox: Mailbox) -> DeltaToken:
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

    def _lines(self, token: DeltaToken) -> list[Line]:
        """Return what is still to be delivered in this round, in order."""
        store, window = self._model.store, token.window
        items = store.in_folder(token.mailbox, token.folder)
        if token.is_initial:
            return [
                Line(item.number, item)
                for item in items
                if item.number > token.after and self._is_within(item, window)
            ]
        known = max(token.since, token.after)
        changed = [Line(i.sequence, i) for i in items if known < i.sequence <= token.until]
        left = [
            Line(t.sequence, t)
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

    def _shown(self, thing: Item | Tombstone, token: DeltaToken, call: Call) -> list[Json]:
        """Return what a change is told as: a series comes whole, its plain dates as stubs."""
        window, kind = token.window, {"@odata.type": "#microsoft.graph.event"}
        if not isinstance(thing, Item) or not self._is_within(thing, window):
            shown = {"id": shown_id(thing, immutable=call.prefer.immutable_ids)}
            return [kind | shown | {"@removed": {"reason": "deleted"}}]
        view = View(
            prefer=call.prefer,
            windows_zones=self._model.switches["original_time_zone"] == "windows",
        )
        parts = self._model.series.members(thing, window.start, window.end)
        return [kind | event_json(thing, view)] + [
            kind | (stub_json if part.kind is EventKind.OCCURRENCE else event_json)(part, view)
            for part in parts
        ]

    def _reply(self, call: Call, token: DeltaToken, value: list[Json], *, ends: bool) -> Reply:
        """Answer a page: a nextLink while there is more, then the deltaLink."""
        if ends:
            rest = replace(
                token,
                since=token.until,
                after=0,
                is_initial=False,
                issued=self._model.clock.now().isoformat(),
            )
            link = {"@odata.deltaLink": call.link(_deltatoken=rest.pack())}
        else:
            link = {"@odata.nextLink": call.link(_skiptoken=token.pack())}
        content = self._context.collection(call, "Collection(event)", value)
        return Reply(200, content | link)

    def _generation(self, mailbox: Mailbox) -> int:
        return FIRST_GENERATION * (1 + self._epoch) + self._generations.get(mailbox.guid, 0)
