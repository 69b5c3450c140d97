"""The calendars of a mailbox (graph-calendar 3.3, 12.17)."""

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import invalid_property
from devstack.exchange.graph.event_json import calendar_json
from devstack.exchange.graph.routing import Routes
from devstack.exchange.model import versions
from devstack.exchange.model.item import CALENDAR, DELETED_ITEMS
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.sent_items import SENT_ITEMS, is_sent_items


class Calendars:
    """The handlers of `/calendar` and `/calendars`."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        table.add("GET", "users/{user}/calendar", self.default)
        table.add("GET", "users/{user}/calendars", self.list)
        table.add("POST", "users/{user}/calendars", self.create)
        table.add("GET", "users/{user}/calendars/{calendar}", self.read)
        table.add("GET", "users/{user}/mailFolders/{folder}", self.folder)

    async def default(self, call: Call) -> Reply:
        call.did("calendar.read")
        return Reply(200, self._json(self._context.mailbox(call), CALENDAR))

    async def list(self, call: Call) -> Reply:
        call.did("calendar.list")
        mailbox = self._context.mailbox(call)
        shown = [self._json(mailbox, folder) for folder in self._context.calendars(mailbox)]
        entity = f"users('{call.params['user']}')/calendars"
        return Reply(200, self._context.collection(call, entity, shown))

    async def create(self, call: Call) -> Reply:
        """Add a calendar; its events are outside the default calendar's views."""
        call.did("calendar.create")
        mailbox = self._context.mailbox(call)
        name = call.parameters("name", "color").get("name")
        if not isinstance(name, str) or not name.strip():
            raise invalid_property("A new calendar needs a 'name'.")
        if name in self._context.calendars(mailbox).values():
            raise invalid_property(f"A calendar named '{name}' exists already.")
        folder = versions.guid("calendar", mailbox.guid, name)
        mailbox.calendars[folder] = name
        self._model.use_directory(self._model.directory)
        call.did("calendar.create", changed=True)
        return Reply(201, self._json(mailbox, folder))

    async def read(self, call: Call) -> Reply:
        call.did("calendar.read")
        mailbox = self._context.mailbox(call)
        folder = self._context.named_calendar(mailbox, call.params["calendar"])
        return Reply(200, self._json(mailbox, folder))

    async def folder(self, call: Call) -> Reply:
        """Tell the id of Deleted Items, which a deleted event's parent folder is compared with."""
        call.did("folder.read")
        mailbox = self._context.mailbox(call)
        wanted = call.params["folder"]
        own = versions.folder_id(mailbox.guid, DELETED_ITEMS)
        if wanted.lower() == DELETED_ITEMS or wanted == own:
            return Reply(200, {"id": own, "displayName": "Deleted Items"})
        if is_sent_items(wanted, mailbox):
            sent = versions.folder_id(mailbox.guid, SENT_ITEMS)
            return Reply(200, {"id": sent, "displayName": "Sent Items"})
        folder = self._context.named_calendar(mailbox, wanted)
        name = self._context.calendars(mailbox)[folder]
        return Reply(200, {"id": versions.folder_id(mailbox.guid, folder), "displayName": name})

    def _json(self, mailbox: Mailbox, folder: str) -> Json:
        name = self._context.calendars(mailbox)[folder]
        return calendar_json(mailbox, folder, name, can_edit=True)
