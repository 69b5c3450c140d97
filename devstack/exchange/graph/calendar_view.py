"""What lies in a window, by start: of a calendar, of one series (graph-calendar 3.3)."""

from devstack.exchange.graph.calls import Call, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import invalid_request
from devstack.exchange.graph.event_fields import ordered, resolver
from devstack.exchange.graph.event_json import event_json
from devstack.exchange.graph.events import PAGE, PREFIXES
from devstack.exchange.graph.odata import parse_filter
from devstack.exchange.graph.paging import page_of
from devstack.exchange.graph.routing import Routes
from devstack.exchange.graph.windows import read_window
from devstack.exchange.model.item import CALENDAR, Item


class CalendarView:
    """The handlers of `/calendarView` and of a series' `/instances`."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        for prefix in PREFIXES:
            table.add("GET", f"{prefix}/calendarView", self.show)
            table.add("GET", f"{prefix}/events/{{event}}/instances", self.instances)

    async def show(self, call: Call) -> Reply:
        call.did("view.list")
        mailbox = self._context.mailbox(call)
        window = read_window(call)
        folder = self._context.folder(call, mailbox) or CALENDAR
        items = self._model.series.instances(mailbox.guid, folder, window.start, window.end)
        return self._page(call, items, "calendarView")

    async def instances(self, call: Call) -> Reply:
        """Answer what a series has in a window; deleted dates are absent (graph-calendar 3.3)."""
        call.did("event.instances")
        mailbox = self._context.mailbox(call)
        master = self._context.item(call, mailbox)
        window = read_window(call)
        if not master.is_master:
            raise invalid_request("The item is not the master of a series.")
        items = self._model.series.members(master, window.start, window.end)
        return self._page(call, items, "events/instances")

    def _page(self, call: Call, items: list[Item], name: str) -> Reply:
        view = self._context.view(call)
        if condition := call.query.get("filter"):
            fits = parse_filter(condition)
            items = [item for item in items if fits(resolver(item))]
        page, beside = page_of(
            call, self._context.throttle, ordered(items, call.query.get("orderby")), PAGE
        )
        entity = f"users('{call.params['user']}')/{name}"
        shown = [event_json(item, view) for item in page]
        return Reply(200, self._context.collection(call, entity, shown) | beside)
