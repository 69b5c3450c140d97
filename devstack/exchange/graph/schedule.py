"""getSchedule: free/busy of several addresses at once (graph-calendar 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import GraphError, invalid_request
from devstack.exchange.graph.moments import read_wall, wall_text
from devstack.exchange.graph.routing import Routes
from devstack.exchange.graph.users import working_hours
from devstack.exchange.model import freebusy
from devstack.exchange.model.freebusy import Block
from devstack.exchange.model.item import Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.values import Sensitivity, ShowAs, ZonedTime

MOST_ADDRESSES = 100
LONGEST = timedelta(days=62)
INTERVAL_RANGE = range(5, 1441)
MOST_ENTRIES = 1000
OPEN_SENSITIVITIES = (Sensitivity.NORMAL, Sensitivity.PERSONAL)


@dataclass(frozen=True, slots=True)
class Question:
    """What one call asks about every address."""

    start: datetime
    end: datetime
    interval: timedelta
    elsewhere: int


class Schedule:
    """The handler of `/calendar/getSchedule`."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        table.add("POST", "users/{user}/calendar/getSchedule", self.ask)

    async def ask(self, call: Call) -> Reply:
        call.did("schedule.read")
        self._context.mailbox(call)
        given = call.parameters("Schedules", "StartTime", "EndTime", "AvailabilityViewInterval")
        addresses = given.get("Schedules")
        if not isinstance(addresses, list) or not all(isinstance(a, str) for a in addresses):
            raise invalid_request("'schedules' must be a collection of addresses.")
        if len(addresses) > MOST_ADDRESSES:
            raise GraphError(
                400,
                "ErrorMailboxDataArrayTooBig",
                f"The number of mailboxes exceeds the maximum of {MOST_ADDRESSES}.",
            )
        question = self._question(given)
        shown = [self._about(call, address, question) for address in addresses]
        entity = "Collection(microsoft.graph.scheduleInformation)"
        return Reply(200, self._context.collection(call, entity, shown))

    def _question(self, given: Json) -> Question:
        start = read_wall(given.get("StartTime"), "startTime").instant
        end = read_wall(given.get("EndTime"), "endTime").instant
        minutes = given.get("AvailabilityViewInterval", 30)
        if (
            not isinstance(minutes, int)
            or minutes not in INTERVAL_RANGE
            or end <= start
            or end - start < timedelta(minutes=minutes)
        ):
            raise GraphError(
                400,
                "ErrorInvalidTimeInterval",
                "The time interval is not valid: the end must lie after the start, and the view"
                " interval between 5 and 1440 minutes and within the time asked for.",
            )
        if end - start > LONGEST:
            raise GraphError(
                400,
                "ErrorTimeIntervalTooBig",
                f"The requested time duration specified is too long. Allowed limit = {LONGEST}.",
            )
        elsewhere = int(self._model.switches["schedule_working_elsewhere"])
        return Question(start, end, timedelta(minutes=minutes), elsewhere)

    def _about(self, call: Call, address: str, question: Question) -> Json:
        found = [self._model.directory.find(a) for a in self._model.directory.expand(address)]
        mailboxes = [m for m in found if m and m.has_mailbox and m.is_internal]
        if not mailboxes:
            return _failed(
                address, "ErrorMailRecipientNotFound", f"The address {address} was not found."
            )
        if call.is_service and any(mailbox.is_on_premises for mailbox in mailboxes):
            # Outlook's users are served by this face wherever their mailbox is, the sync is not.
            return _failed(
                address,
                "ErrorProxyRequestNotAllowed",
                f"No availability is configured for the organization of {address}.",
            )
        blocks = [
            block
            for mailbox in mailboxes
            for block in freebusy.blocks(self._model.series, mailbox, question.start, question.end)
        ]
        if len(blocks) > MOST_ENTRIES:
            return _failed(address, "ErrorResultSetTooBig", "The calendar holds too many entries.")
        view = freebusy.availability(
            blocks, question.start, question.end, question.interval, question.elsewhere
        )
        return {
            "scheduleId": address,
            "availabilityView": view,
            "scheduleItems": [
                self._entry(call, block)
                for block in blocks
                if block.item.private.show_as != ShowAs.FREE
            ],
            "workingHours": working_hours(mailboxes[0]),
        }

    def _entry(self, call: Call, block: Block) -> Json:
        item = block.item
        is_private = item.content.sensitivity not in OPEN_SENSITIVITIES
        entry: Json = {
            "isPrivate": is_private,
            "status": item.private.show_as.value,
            "start": _wall(block.start, call),
            "end": _wall(block.end, call),
        }
        if not is_private and self._sees_details(call, self._owner(item)):
            places = item.content.locations
            entry["subject"] = item.content.subject
            entry["location"] = "; ".join(p.display_name for p in places)
        return entry

    def _owner(self, item: Item) -> Mailbox:
        return self._model.directory.of_guid(item.mailbox)

    def _sees_details(self, call: Call, owner: Mailbox) -> bool:
        """Others see times only, as calendars are shared by default."""
        return self._context.access.may_open(self._context.access.user(call), owner)


def _failed(address: str, code: str, message: str) -> Json:
    return {
        "scheduleId": address,
        "availabilityView": "",
        "scheduleItems": [],
        "error": {"message": message, "responseCode": code},
    }


def _wall(moment: datetime, call: Call) -> dict[str, str]:
    return wall_text(ZonedTime(moment, call.prefer.zone), call.prefer.zone)
