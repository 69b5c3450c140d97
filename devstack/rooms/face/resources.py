"""Resources, their free/busy bits and what blocks them (rooms-api 5)."""

from datetime import datetime, timedelta
from typing import Any

from devstack.rooms.face.binding import BadRequestError
from devstack.rooms.face.booking_views import PRIVATE_TITLE
from devstack.rooms.face.call import Call, serves
from devstack.rooms.face.models import RessourceFindModel
from devstack.rooms.face.resource_views import resource_dto
from devstack.rooms.model.blocking import Blocker, blockers, busy_bits
from devstack.rooms.model.free import ResourceWish, free_resources
from devstack.rooms.model.opening import Interval
from devstack.rooms.model.refusal import MissingError
from devstack.rooms.model.resource import Resource
from devstack.rooms.model.rights import may_see_details
from devstack.rooms.model.search import visible_resources

DEFAULT_INTERVAL_MINUTES = 15
MOST_INTERVALS = 100_000
DEFAULT_BLOCKER_DAYS = 30
MOST_DAYS = 3660


@serves("Ressources_GetRessourceById")
def get_resource(call: Call) -> object:
    return resource_dto(call.house.store, _visible(call, call.path["resourceId"]))


@serves("Ressources_GetRessourceByGuid")
def get_resource_by_guid(call: Call) -> object:
    wanted = str(call.query["resourceId"])
    for resource_id in _shown(call):
        resource = call.house.store.resources[resource_id]
        if resource.masked_identifier == wanted:
            return resource_dto(call.house.store, resource)
    raise MissingError("Es gibt keine Ressource mit dieser GUID.")


@serves("Ressources_GetResourcesFromLocation")
def resources_of_location(call: Call) -> object:
    store = call.house.store
    location = store.location(call.path["locationId"])
    here = [store.resources[r] for r in _shown(call)]
    return [resource_dto(store, r) for r in here if r.location_id == location.id]


@serves("Ressources2_FindAvailableRessource", body=RessourceFindModel)
def available_resources(call: Call) -> object:
    model: RessourceFindModel = call.body
    store = call.house.store
    places = list(model.location_ids or [])
    if model.location_id:
        places.append(model.location_id)
    if any((model.equipment_list, model.category_list, model.gliederungen_list, model.seating_ids)):
        return []  # no resource of this installation has equipment, categories or seatings
    wish = ResourceWish(
        start=model.start,
        end=model.end,
        capacity=model.capacity or 0,
        location_ids=tuple(places),
        resourcetype_id=model.resourcetype_id or None,
        within_opening_hours=model.filter_opening_hours is not False,
    )
    found = [resource_dto(store, r) for r in free_resources(store, call.actor, wish)]
    if not model.page_size:
        return found
    first = max(0, model.page_index or 0) * model.page_size
    return found[first : first + model.page_size]


@serves("Ressources2_Freebusy")
def free_busy(call: Call) -> object:
    return _bits(call, _visible(call, call.path["resourceId"]))


@serves("Ressources2_FreebusyMany")
def free_busy_of_many(call: Call) -> object:
    return [_bits(call, _visible(call, each)) for each in call.query["resourceIds"]]


@serves("Bookings2_FindBlockers")
def find_blockers(call: Call) -> object:
    query, store = call.query, call.house.store
    start: datetime = query["start"] or call.house.now()
    end: datetime = query["end"] or start + timedelta(days=DEFAULT_BLOCKER_DAYS)
    wanted = set(query["resourceIdIn"]) | ({query["resourceId"]} if query["resourceId"] else set())
    shown = sorted(_shown(call))
    return [
        _blocker(call, blocker)
        for resource_id in shown
        if not wanted or resource_id in wanted
        for blocker in blockers(
            store,
            store.resources[resource_id],
            _span(start, end),
            ignore=query["bookingIdToIgnore"] or 0,
        )
    ]


def _bits(call: Call, resource: Resource) -> dict[str, Any]:
    window = _span(call.query["start"], call.query["end"])
    interval = call.query["interval"]
    minutes = DEFAULT_INTERVAL_MINUTES if interval is None else interval
    switches = call.house.switches
    if switches["busy_interval"] != "asked":
        minutes = int(switches["busy_interval"])
    if minutes < 1 or (window[1] - window[0]) / timedelta(minutes=minutes) > MOST_INTERVALS:
        raise BadRequestError({"interval": [f"1 to {MOST_INTERVALS} intervals can be asked for."]})
    shows_status = switches["busy_digit"] == "status"
    bits = busy_bits(call.house.store, resource, window, minutes, shows_status=shows_status)
    return {"resourceId": resource.id, "freeBusyData": bits}


def _span(start: datetime, end: datetime) -> Interval:
    if not start < end <= start + timedelta(days=MOST_DAYS):
        raise BadRequestError(
            {"end": [f"The end must be after the start, by {MOST_DAYS} days at most."]}
        )
    return start, end


def _blocker(call: Call, blocker: Blocker) -> dict[str, Any]:
    booking = blocker.booking
    masked = booking is not None and not may_see_details(call.actor, booking)
    return {
        "blockerType": int(blocker.type),
        "bookingId": None if booking is None else booking.id,
        "resourceId": blocker.resource_id,
        "start": blocker.start,
        "end": blocker.end,
        "statusId": None if booking is None else int(booking.status),
        "title": PRIVATE_TITLE if masked else blocker.title,
        "istPrivat": int(booking is not None and booking.private),
    }


def _visible(call: Call, resource_id: int) -> Resource:
    resource = call.house.store.resource(resource_id)
    if resource_id not in _shown(call):
        raise MissingError(f"Es gibt keine Ressource mit der Id {resource_id}.")
    return resource


def _shown(call: Call) -> list[int]:
    return sorted(visible_resources(call.house.store, call.house.switches, call.actor))
