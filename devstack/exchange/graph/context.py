"""What every handler needs: the model, access, limits, and how to find what a path names."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from devstack.exchange.graph.access import Access
from devstack.exchange.graph.calls import Call
from devstack.exchange.graph.errors import bad_request, item_not_found
from devstack.exchange.graph.event_deeds import Doer, EventDeeds
from devstack.exchange.graph.event_json import View
from devstack.exchange.graph.properties import read_property_id
from devstack.exchange.graph.throttle import Throttle
from devstack.exchange.graph.vocabulary import EVENT_EXPANSIONS, EVENT_PROPERTIES
from devstack.exchange.model import versions
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.mailbox import Mailbox

CALENDAR_NAME = "Calendar"
_EXPANSION = re.compile(r"([\w.]+)(?:\(((?:[^()]|\([^()]*\))*)\))?(?:,|$)")
_ID_EQUALS = re.compile(r"id\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)


@dataclass(slots=True)
class Context:
    """Shared by the handlers of the face."""

    model: Exchange
    access: Access
    throttle: Throttle
    deeds: EventDeeds

    def mailbox(self, call: Call) -> Mailbox:
        """Return the mailbox of the path, opened for the caller."""
        return self.access.open(call, call.params["user"])

    def calendars(self, mailbox: Mailbox) -> dict[str, str]:
        """Return the names of a mailbox's calendars by folder; the default one first."""
        return {CALENDAR: CALENDAR_NAME, **mailbox.calendars}

    def folder(self, call: Call, mailbox: Mailbox) -> str | None:
        """Return the calendar a path names, None if it names none."""
        wanted = call.params.get("calendar")
        return None if wanted is None else self.named_calendar(mailbox, wanted)

    def named_calendar(self, mailbox: Mailbox, wanted: str) -> str:
        """Return the folder of a calendar's id; `calendar` is the default one."""
        for folder in self.calendars(mailbox):
            if wanted in (folder, versions.folder_id(mailbox.guid, folder)):
                return folder
        raise item_not_found()

    def item(self, call: Call, mailbox: Mailbox) -> Item:
        """Return the event of the path; what lies in Deleted Items is a switch."""
        return self.deeds.item(mailbox, call.params["event"], self.folder(call, mailbox))

    def by(self, call: Call) -> Doer:
        """Return who makes a call, as the deeds know it."""
        return Doer(call.is_service, call.cause)

    def view(self, call: Call) -> View:
        """Return how the caller wants events shown."""
        select = call.query.get("select")
        expand = expansions(call.query.get("expand", ""))
        return View(
            prefer=call.prefer,
            select=selected(select) if select else None,
            properties=expanded_ids(expand),
            windows_zones=self.model.switches["original_time_zone"] == "windows",
            lower_guid=self.model.switches["property_guid"] == "lower",
        )

    def nested_view(self, call: Call, options: str) -> View:
        """Return how the events in an `$expand` with these options are shown."""
        given = dict(part.strip().split("=", 1) for part in options.split(";") if "=" in part)
        query = {name.removeprefix("$").lower(): value for name, value in given.items()}
        select = query.get("select")
        return replace(
            self.view(call),
            select=selected(select) if select else None,
            properties=expanded_ids(expansions(query.get("expand", ""))),
        )

    def collection(self, call: Call, entity: str, value: list[Any]) -> dict[str, Any]:
        return {"@odata.context": f"{call.origin}/v1.0/$metadata#{entity}", "value": value}


_PROPERTIES = {name.lower(): name for name in EVENT_PROPERTIES}


@lru_cache
def selected(select: str) -> frozenset[str]:
    """Return the properties of `$select`; unknown ones are an error."""
    wanted = [part.strip() for part in select.split(",") if part.strip()]
    for name in wanted:
        if name.lower() not in _PROPERTIES:
            raise bad_request(
                f"Could not find a property named '{name}' on type 'microsoft.graph.event'."
            )
    return frozenset(_PROPERTIES[name.lower()] for name in wanted)


def expansions(expand: str) -> dict[str, str]:
    """Return what `$expand` names, with the options in brackets."""
    found: dict[str, str] = {}
    place = 0
    while place < len(expand):
        part = _EXPANSION.match(expand, place)
        if part is None or part.end() == place or part[1].lower() not in EVENT_EXPANSIONS:
            raise bad_request(f"Invalid $expand: {expand[place:]!r}.")
        found[part[1].lower()] = part[2] or ""
        place = part.end()
    return found


def expanded_ids(expand: dict[str, str]) -> frozenset[tuple[str, str, str]]:
    """Return the extended properties an `$expand` asks for by id (graph-calendar 4)."""
    options = expand.get("singlevalueextendedproperties")
    if options is None:
        return frozenset()
    ids = [found.replace("''", "'") for found in _ID_EQUALS.findall(options)]
    if not ids:
        raise bad_request("$expand of singleValueExtendedProperties needs $filter=id eq '...'.")
    return frozenset(read_property_id(found).key for found in ids)
