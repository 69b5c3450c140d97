"""Resources and locations as answers; no mail address here (rooms-api 2)."""

from typing import Any

from devstack.rooms.model.resource import Location, Resource
from devstack.rooms.model.store import Store

SEPARATOR = " > "

ADDIN_VISIBLE = "Visible"


def resource_dto(store: Store, resource: Resource, *, counted: bool = True) -> dict[str, Any]:
    """Return a RessourceDto; lead and follow-up are the stored configuration (R-411).

    `counted` off leaves the number of bookings at 0, as inside a booking.
    """
    return {
        "id": resource.id,
        "name": resource.name,
        "title": resource.name,
        "description": None,
        "realDescription": None,
        "resourceType": resource.type_id,
        "capacity": resource.capacity,
        "minCapacity": 0,
        "maxCapacity": resource.capacity,
        "standardCapacity": resource.capacity,
        "locationId": resource.location_id,
        "location": store.locations[resource.location_id].name,
        "locationDescription": None,
        "hierarchicalDescription": location_path(store, resource.location_id),
        "preparationDuration": resource.lead_minutes,
        "followUpDuration": resource.follow_up_minutes,
        "maskedIdentifier": resource.masked_identifier,
        "metadata": None,
        "checkinEnabled": resource.checkin,
        "addinVisibility": ADDIN_VISIBLE,
        "bookingsCount": store.count_on(resource.id) if counted else 0,
        "price": 0.0,
        "currency": "CHF",
        "totalCosts": None,
        "priority": None,
        "categoryItems": [],
        "hasCateringAvailable": False,
        "hasImage": False,
        "images": [],
        "infoUrl": None,
        "attachments": [],
        "hasAnzahlPersonenBasedTarif": False,
        "messageList": [],
    }


def location_dto(store: Store, location: Location) -> dict[str, Any]:
    """Return a LocationDto with everything in it; `parent` is left to its own call."""
    children = children_of(store, location.id)
    return {
        "id": location.id,
        "title": location.name,
        "description": None,
        "parentId": location.parent_id,
        "parent": None,
        "children": [location_dto(store, child) for child in children],
        "childCount": len(children),
        "hasChildren": bool(children),
        "hierarchicalTitle": location_path(store, location.id),
        "hierarchicalDescription": location_path(store, location.id),
        "mapHeight": 0,
        "mapWidth": 0,
        "messageList": [],
    }


def children_of(store: Store, location_id: int | None) -> list[Location]:
    """Return what lies directly in a location, or the outermost ones for None."""
    return [each for each in store.locations.values() if each.parent_id == location_id]


def location_path(store: Store, location_id: int) -> str:
    """Return the names from the outside in: «Bern > Hauptsitz > 2. OG»."""
    names = [each.name for each in store.lineage(store.locations[location_id])]
    return SEPARATOR.join(reversed(names))
