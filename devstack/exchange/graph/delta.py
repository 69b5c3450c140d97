"""Delta on calendarView: rounds as Graph writes them (graph-calendar 2).

Extended properties never arrive here.
"""

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.delta_rounds import DeltaRounds, How, RoundPage, Told
from devstack.exchange.graph.delta_token import DeltaToken
from devstack.exchange.graph.errors import bad_request
from devstack.exchange.graph.event_json import View, event_json, stub_json
from devstack.exchange.graph.events import PREFIXES
from devstack.exchange.graph.ids import shown_id
from devstack.exchange.graph.routing import Routes
from devstack.exchange.graph.windows import read_window
from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.mailbox import Mailbox

PAGE = 10
MOST = 1000
UNSUPPORTED = ("select", "expand", "filter", "orderby", "search")


class Delta:
    """The handler of `/calendarView/delta` in both spellings."""

    def __init__(self, context: Context, rounds: DeltaRounds) -> None:
        self._context, self._model, self._rounds = context, context.model, rounds

    def routes(self, table: Routes) -> None:
        for prefix in PREFIXES:
            table.add("GET", f"{prefix}/calendarView/delta", self.show)

    async def show(self, call: Call) -> Reply:
        call.did("view.delta")
        mailbox = self._context.mailbox(call)
        text = call.query.get("deltatoken") or call.query.get("skiptoken")
        token = self._first(call, mailbox) if text is None else self._rounds.known(text, mailbox)
        size = self._context.throttle.page(min(call.prefer.page_size or PAGE, MOST))
        return self._reply(call, self._rounds.page(token, size))

    def _first(self, call: Call, mailbox: Mailbox) -> DeltaToken:
        for name in UNSUPPORTED:
            if name in call.query:
                raise bad_request(f"The query option '${name}' is not supported with delta.")
        window, folder = read_window(call), self._context.folder(call, mailbox)
        return self._rounds.first(mailbox, folder or CALENDAR, window)

    def _shown(self, told: Told, view: View) -> Json:
        kind = {"@odata.type": "#microsoft.graph.event"}
        thing = told.thing
        if told.how is How.REMOVED or not isinstance(thing, Item):
            shown = {"id": shown_id(thing, immutable=view.prefer.immutable_ids)}
            return kind | shown | {"@removed": {"reason": "deleted"}}
        return kind | (stub_json if told.how is How.STUB else event_json)(thing, view)

    def _reply(self, call: Call, page: RoundPage) -> Reply:
        """Answer a page: a nextLink while there is more, then the deltaLink."""
        view = View(
            prefer=call.prefer,
            windows_zones=self._model.switches["original_time_zone"] == "windows",
        )
        value = [self._shown(told, view) for told in page.lines]
        if page.ends:
            link = {"@odata.deltaLink": call.link(_deltatoken=page.token.pack())}
        else:
            link = {"@odata.nextLink": call.link(_skiptoken=page.token.pack())}
        content = self._context.collection(call, "Collection(event)", value)
        return Reply(200, content | link)
