"""Events: list, create, read, update, delete (graph-calendar 3.3, 4, 5)."""

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.context import Context, expansions, selected
from devstack.exchange.graph.errors import (
    bad_request,
)
from devstack.exchange.graph.event_body import Edit, read_edit
from devstack.exchange.graph.event_fields import ordered, resolver
from devstack.exchange.graph.event_json import cancelled_json, event_json
from devstack.exchange.graph.odata import parse_filter
from devstack.exchange.graph.paging import page_of
from devstack.exchange.graph.routing import Routes
from devstack.exchange.model.item import CALENDAR, Item

PREFIXES = ("users/{user}", "users/{user}/calendar", "users/{user}/calendars/{calendar}")
PAGE = 10


class Events:
    """The handlers of `/events` and `/events/{id}`."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        for prefix in PREFIXES:
            table.add("GET", f"{prefix}/events", self.list)
            table.add("POST", f"{prefix}/events", self.create)
            table.add("GET", f"{prefix}/events/{{event}}", self.read)
            table.add("PATCH", f"{prefix}/events/{{event}}", self.update)
            table.add("DELETE", f"{prefix}/events/{{event}}", self.delete)

    async def list(self, call: Call) -> Reply:
        """Answer singles and masters, unexpanded; `users/{id}/events` is the default calendar."""
        call.did("event.list")
        mailbox = self._context.mailbox(call)
        if "search" in call.query:
            raise bad_request("$search is not supported on events.")
        view = self._context.view(call)
        folder = self._context.folder(call, mailbox) or CALENDAR
        items = self._context.deeds.listed(mailbox, folder, is_service=call.is_service)
        if condition := call.query.get("filter"):
            fits = parse_filter(condition)
            items = [item for item in items if fits(resolver(item))]
        page, beside = page_of(
            call, self._context.throttle, ordered(items, call.query.get("orderby")), PAGE
        )
        shown = [event_json(item, view) for item in page]
        entity = f"users('{call.params['user']}')/events"
        return Reply(200, self._context.collection(call, entity, shown) | beside)

    async def create(self, call: Call) -> Reply:
        """Make an event; the mailbox becomes its organizer and invitations go out at once."""
        call.did("event.create")
        mailbox = self._context.mailbox(call)
        folder = self._context.folder(call, mailbox) or CALENDAR
        item, is_new = self._context.deeds.create(
            mailbox, folder, self._edit(call), self._context.by(call)
        )
        call.did("event.create", changed=is_new)
        return self._show(call, item, 201)

    async def read(self, call: Call) -> Reply:
        call.did("event.read")
        mailbox = self._context.mailbox(call)
        item = self._context.deeds.read(
            mailbox,
            call.params["event"],
            self._context.folder(call, mailbox),
            is_service=call.is_service,
        )
        return self._show(call, item, 200, self._parts(call, item))

    async def update(self, call: Call) -> Reply:
        """Change what was sent and nothing else; collections are replaced whole."""
        call.did("event.update")
        mailbox = self._context.mailbox(call)
        deeds, folder = self._context.deeds, self._context.folder(call, mailbox)
        item = deeds.changeable(mailbox, call.params["event"], folder)
        edit, before = self._edit(call), item.values()
        wanted = call.headers.get("if-match")
        item = deeds.update(mailbox, item, edit, wanted, self._context.by(call))
        call.did("event.update", changed=item.values() != before)
        return self._show(call, item, 200)

    async def delete(self, call: Call) -> Reply:
        """Move to Deleted Items; the organizer's delete cancels the meeting."""
        call.did("event.delete")
        mailbox = self._context.mailbox(call)
        item = self._context.item(call, mailbox)
        wanted = call.headers.get("if-match")
        self._context.deeds.delete(mailbox, item, wanted, self._context.by(call))
        call.did("event.delete", changed=True)
        return Reply(204)

    def _parts(self, call: Call, item: Item) -> Json:
        """Return what a series tells of its dates, to those who ask (graph-calendar 3.1)."""
        if not item.is_master or not self._model.switches["exception_occurrences"]:
            return {}
        wanted = selected(call.query.get("select", ""))
        expand = expansions(call.query.get("expand", ""))
        shown: Json = {}
        if "cancelledOccurrences" in wanted:
            shown["cancelledOccurrences"] = cancelled_json(item, self._context.view(call))
        options = expand.get("exceptionoccurrences")
        if options is not None or "exceptionOccurrences" in wanted:
            view = self._context.nested_view(call, options or "")
            shown["exceptionOccurrences"] = [
                event_json(exception, view) for exception in self._model.series.exceptions(item)
            ]
        return shown

    def _edit(self, call: Call) -> Edit:
        return read_edit(call.json(), subject_max=int(self._model.switches["subject_max"]))

    def _show(self, call: Call, item: Item, status: int, parts: Json | None = None) -> Reply:
        content: Json = {
            "@odata.context": f"{call.origin}/v1.0/$metadata"
            f"#users('{call.params['user']}')/events/$entity"
        }
        return Reply(status, content | event_json(item, self._context.view(call)) | (parts or {}))
