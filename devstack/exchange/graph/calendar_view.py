"""calendarView: what lies in a window, by start (graph-calendar 3.3)."""

from devstack.exchange.graph.calls import Call, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.event_fields import ordered, resolver
from devstack.exchange.graph.event_json import event_json
from devstack.exchange.graph.events import PAGE, PREFIXES
from devstack.exchange.graph.odata import parse_filter
from devstack.exchange.graph.paging import page_of
from devstack.exchange.graph.routing import Routes
from devstack.exchange.graph.windows import read_window
from devstack.exchange.model.item import CALENDAR


class CalendarView:
    """The handler of `/calendarView`."""

    def __init__(self, context: Context) -> None:
        self._context, self._store = context, context.model.store

    def routes(self, table: Routes) -> None:
        for prefix in PREFIXES:
            table.add("GET", f"{prefix}/calendarView", self.show)

    async def show(self, call: Call) -> Reply:
        call.did("view.list")
        mailbox = self._context.mailbox(call)
        window = read_window(call)
        view = self._context.view(call)
        folder = self._context.folder(call, mailbox) or CALENDAR
        items = sorted(
            (
                item
                for item in self._store.in_folder(mailbox.guid, folder)
                if item.overlaps(window.start, window.end)
            ),
            key=lambda item: (item.content.start.instant, item.number),
        )
        if condition := call.query.get("filter"):
            fits = parse_filter(condition)
            items = [item for item in items if fits(resolver(item))]
        page, beside = page_of(
            call, self._context.throttle, ordered(items, call.query.get("orderby")), PAGE
        )
        entity = f"users('{call.params['user']}')/calendarView"
        shown = [event_json(item, view) for item in page]
        return Reply(200, self._context.collection(call, entity, shown) | beside)
