"""Operations on resources, locations and their hours (rooms-api 5)."""

from devstack.rooms.contract.operation import SPAN, V1, V2, Operation

BUSY = {**SPAN, "interval": "int"}
BLOCKERS = {
    "filter.start": "time",
    "filter.end": "time",
    "filter.resourceId": "int",
    "filter.resourceIdIn": "int[]",
    "filter.bookingIdToIgnore": "int",
    "filter.lang": "text",
}

RESOURCES = (
    Operation(
        "GET",
        f"{V1}/ressource/guid",
        "Ressources_GetRessourceByGuid",
        "The resource with this public identifier.",
        "RessourceDto",
        {"resourceId": "uuid!"},
    ),
    Operation(
        "GET",
        f"{V1}/ressource/{{resourceId:int}}",
        "Ressources_GetRessourceById",
        "One resource.",
        "RessourceDto",
    ),
    Operation(
        "POST",
        f"{V2}/ressources/available",
        "Ressources2_FindAvailableRessource",
        "The resources that are free for a wish.",
        "RessourceDto[]",
        body=("findModel", "RessourceFindModel"),
    ),
    Operation(
        "GET",
        f"{V2}/ressources/freebusy",
        "Ressources2_FreebusyMany",
        "Busy bits of several resources.",
        "FreeBusyDto[]",
        {"resourceIds": "int[]!", **BUSY},
    ),
    Operation(
        "GET",
        f"{V2}/ressources/{{resourceId:int}}/freebusy",
        "Ressources2_Freebusy",
        "Busy bits of one resource.",
        "FreeBusyDto",
        BUSY,
    ),
    Operation(
        "GET",
        f"{V2}/blockers/find",
        "Bookings2_FindBlockers",
        "Bookings, closed hours, holidays and blocking times of the span.",
        "BlockerDto[]",
        BLOCKERS,
    ),
)

LOCATIONS = (
    Operation(
        "GET",
        f"{V1}/locations",
        "Location_GetLocations",
        "The outermost locations with all that lies in them.",
        "LocationDto[]",
        {"preselectedLocationId": "int", "locationIds": "int[]"},
    ),
    Operation(
        "GET",
        f"{V1}/locations/leafs",
        "Location_GetLocationLeafs",
        "The innermost locations.",
        "LocationDto[]",
    ),
    Operation(
        "GET",
        f"{V1}/locations/search",
        "Location_Search",
        "The bookable locations with this text in their name.",
        "LocationDto[]",
        {"term": "text!", "skipResourceCheck": "bool"},
    ),
    Operation(
        "GET",
        f"{V1}/locations/person/{{personId:int}}",
        "Location_GetLocationsForPerson",
        "The locations at which a person may book something.",
        "LocationDto[]",
    ),
    Operation(
        "GET",
        f"{V1}/locations/{{locationId:int}}",
        "Location_GetLocationById",
        "One location.",
        "LocationDto",
        {"fromTempdataContext": "bool"},
    ),
    Operation(
        "GET",
        f"{V1}/locations/{{locationId:int}}/children",
        "Location_GetImmediateChildren",
        "What lies directly in a location.",
        "LocationDto[]",
    ),
    Operation(
        "GET",
        f"{V1}/locations/{{locationId:int}}/resources",
        "Ressources_GetResourcesFromLocation",
        "The resources of a location, inactive ones included.",
        "RessourceDto[]",
    ),
    Operation(
        "GET",
        f"{V1}/opening-hours/{{locationId:int}}",
        "OpeningHours_GetLocationById",
        "When the resources of a location can be booked on a day.",
        "OpeningHourDto",
        {"date": "time"},
    ),
    Operation(
        "GET",
        f"{V1}/opening-hours/all/{{locationId:int}}",
        "OpeningHours_GetAllHoursLocationById",
        "The same for the week that begins with a day.",
        "OpeningHourDto[]",
        {"date": "time"},
    ),
    Operation(
        "GET",
        f"{V1}/feiertag/{{locationId:int}}",
        "Feiertag_HasFeiertagAtLocationAtDate",
        "Whether a day is a holiday at a location.",
        "bool",
        {"date": "time!"},
    ),
)
