"""Locations, their opening hours and holidays (rooms-api 5). No time zone is shown anywhere."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from devstack.rooms.face.call import Call, serves
from devstack.rooms.face.resource_views import children_of, location_dto
from devstack.rooms.model.opening import local_minute
from devstack.rooms.model.resource import Location


@serves("Location_GetLocations")
def root_locations(call: Call) -> object:
    store = call.house.store
    roots = children_of(store, None)
    wanted = set(call.query["locationIds"])
    if call.query["preselectedLocationId"]:
        wanted.add(call.query["preselectedLocationId"])
    return [
        location_dto(store, root) for root in roots if not wanted or store.below(root.id) & wanted
    ]


@serves("Location_GetLocationLeafs")
def leaf_locations(call: Call) -> object:
    store = call.house.store
    return [
        location_dto(store, each)
        for each in store.locations.values()
        if not children_of(store, each.id)
    ]


@serves("Location_GetLocationById")
def get_location(call: Call) -> object:
    return location_dto(call.house.store, _location(call))


@serves("Location_GetImmediateChildren")
def child_locations(call: Call) -> object:
    store = call.house.store
    return [location_dto(store, each) for each in children_of(store, _location(call).id)]


@serves("Location_Search")
def search_locations(call: Call) -> object:
    term = call.query["term"].lower()
    unchecked = call.query["skipResourceCheck"] is True
    bookable = _bookable(call)
    return [
        location_dto(call.house.store, each)
        for each in call.house.store.locations.values()
        if term in each.name.lower() and (unchecked or each.id in bookable)
    ]


@serves("Location_GetLocationsForPerson")
def locations_of_person(call: Call) -> object:
    store = call.house.store
    person = store.person(call.path["personId"])
    if not (person.rights.book or person.rights.administrator):
        return []
    return [location_dto(store, store.locations[place]) for place in sorted(_bookable(call))]


@serves("Feiertag_HasFeiertagAtLocationAtDate")
def is_holiday(call: Call) -> object:
    location = _location(call)
    day = _day(call.query["date"])
    return any(day in each.holidays for each in call.house.store.lineage(location))


@serves("OpeningHours_GetLocationById")
def opening_hours(call: Call) -> object:
    return _hours(call, _location(call), _day(call.query["date"] or call.house.now()))


@serves("OpeningHours_GetAllHoursLocationById")
def opening_hours_of_week(call: Call) -> object:
    first = _day(call.query["date"] or call.house.now())
    return [_hours(call, _location(call), first + timedelta(days=step)) for step in range(7)]


def _hours(call: Call, location: Location, day: date) -> dict[str, Any]:
    """Return from the first opening to the last closing of the location's resources.

    These are fixed local times; they become UTC with the zone of the caller, or of the location
    named in `X-timezone-locationId`, whatever zone the resource is in (rooms-api 1).
    """
    store = call.house.store
    here = [
        r
        for r in store.resources.values()
        if r.location_id == location.id and r.active and not r.hidden and not r.online
    ]
    holiday = any(day in each.holidays for each in store.lineage(location))
    open_minutes = [minutes for r in here for minutes in r.opening_hours.on(day)]
    midnight = datetime.combine(day, time(), UTC)
    if holiday or not open_minutes:
        return {"beginn": None, "end": None, "closed": True, "date": midnight}
    opens = min(first for first, _ in open_minutes)
    closes = max(last for _, last in open_minutes)
    return {
        "beginn": local_minute(day, opens, call.local_zone),
        "end": local_minute(day, closes, call.local_zone),
        "closed": False,
        "date": midnight,
    }


def _day(moment: datetime) -> date:
    return moment.date()


def _location(call: Call) -> Location:
    return call.house.store.location(call.path["locationId"])


def _bookable(call: Call) -> set[int]:
    resources = call.house.store.resources.values()
    return {r.location_id for r in resources if r.active and not r.hidden}
