"""The operations that this face serves: method, path, parameters, body, answer (rooms-api 3-6).

Paths are as in the vendor's Swagger without `/{mandator}/api`. A parameter's notation ends with `!`
when it is required. Operation ids are the vendor's; the few doubled ones got a word more.
"""

from dataclasses import dataclass, field

V1, V2 = "/v1.0", "/v2.0"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; path parameters stand in the path with their type (`{id:int}`)."""

    method: str
    path: str
    id: str
    summary: str
    answer: str
    query: dict[str, str] = field(default_factory=dict)
    body: tuple[str, str] | None = None


SPAN = {"start": "time!", "end": "time!"}
BUSY = {**SPAN, "interval": "int"}
FIND = {
    "filter.reservationId": "int",
    "filter.resourceId": "int",
    "filter.resourceName": "text",
    "filter.resourcetypeIds": "int[]",
    "filter.location": "text",
    "filter.start": "time",
    "filter.end": "time",
    "filter.statusList": "int[]",
    "filter.organizerId": "int",
    "filter.creatorId": "int",
    "filter.personInChargeId": "int",
    "filter.modifiedOn": "time",
    "filter.isClaimedBooking": "bool",
    "filter.lessonList": "int[]",
    "filter.lessonLessonIdList": "text[]",
}
BLOCKERS = {
    "filter.start": "time",
    "filter.end": "time",
    "filter.resourceId": "int",
    "filter.resourceIdIn": "int[]",
    "filter.bookingIdToIgnore": "int",
    "filter.lang": "text",
}


def _calendar(prefix: str) -> dict[str, str]:
    return {
        f"{prefix}.id": "int[]",
        f"{prefix}.standortId": "int[]",
        f"{prefix}.from": "time",
        f"{prefix}.to": "time",
        f"{prefix}.mode": "int",
        f"{prefix}.anlassId": "int",
        f"{prefix}.filtersettingId": "int",
        f"{prefix}.displayFullDay": "bool",
    }


BOOKINGS = (
    Operation(
        "GET",
        f"{V2}/bookings/find",
        "Bookings2_Find",
        "All bookings that match the filter, by id, in one answer: there is no paging.",
        "BookingDto[]",
        FIND,
    ),
    Operation(
        "GET",
        f"{V2}/bookings/count",
        "Bookings2_Count",
        "How many bookings match the filter.",
        "int",
        FIND,
    ),
    Operation(
        "POST",
        f"{V2}/bookings/quickbooking",
        "Bookings2_QuickBooking",
        "Books at once in the caller's own name and sends the notifications.",
        "BookingDto",
        body=("quickBookingModel", "QuickBookingModel"),
    ),
    Operation(
        "PUT",
        f"{V2}/bookings/{{id:int}}/update",
        "Bookings2_Update",
        "Changes what the model names, at once or inside the caller's open draft.",
        "BookingDto",
        body=("bookingUpdateModel", "BookingUpdateModel"),
    ),
    Operation(
        "GET",
        f"{V1}/bookings/syncitemid",
        "Bookings_GetBookingIdByReservationSyncItemId",
        "The booking with this Exchange item id.",
        "int",
        {"syncItemId": "text!"},
    ),
    Operation(
        "GET",
        f"{V1}/bookings/marker/{{marker:uuid}}",
        "Bookings_GetByReservationMarker",
        "The booking with this AppointmentOid that overlaps the span.",
        "BookingDto",
        SPAN,
    ),
    Operation(
        "GET",
        f"{V1}/bookings/{{id:int}}",
        "Bookings_GetByReservationId",
        "One booking, or what the caller's open draft makes of it.",
        "BookingDto",
        {"fromTempContext": "bool"},
    ),
    Operation(
        "PUT",
        f"{V1}/bookings/{{id:int}}",
        "Bookings_Extend",
        "Moves the end of a booking to a later moment, or by minutes.",
        "BookingDto",
        {"end": "time", "duration": "int"},
    ),
    Operation(
        "POST",
        f"{V1}/bookings/{{ressourceId:int}}",
        "Bookings_CreateInstant",
        "Books the resource from this minute on, as a door sign does.",
        "BookingDto",
        {"end": "time", "duration": "int", "directCheckIn": "bool"},
    ),
    Operation(
        "PUT",
        f"{V1}/bookings/{{id:int}}/cancel",
        "Bookings_Cancel",
        "Annuls a booking.",
        "BookingDto",
        {"sendMail": "bool", "comment": "text", "cancelExchangeAppointment": "bool"},
    ),
    Operation(
        "PUT",
        f"{V1}/bookings/{{maskedIdentifier:uuid}}/cancel",
        "Bookings_CancelMasked",
        "Annuls the booking with this public identifier.",
        "BookingDto",
        {"sendMail": "bool", "comment": "text"},
    ),
    Operation(
        "PATCH",
        f"{V1}/bookings/{{id:int}}/removeRoom",
        "Bookings_RemoveRoom",
        "Moves a booking to an online resource.",
        "BookingDto",
        {"applyToSerie": "bool"},
    ),
    Operation(
        "PUT",
        f"{V1}/bookings/{{id:int}}/release",
        "Bookings_Release",
        "Gives the resource back: annuls what has not begun, ends at once what runs.",
        "BookingDto",
    ),
    Operation(
        "GET",
        f"{V1}/bookings/{{id:int}}/cancheckin",
        "Bookings_CanCheckin",
        "Whether a check-in is possible now.",
        "bool",
        {"pin": "text"},
    ),
    Operation(
        "GET",
        f"{V1}/bookings/{{id:int}}/cancheckout",
        "Bookings_CanCheckout",
        "Whether a check-out is possible now.",
        "bool",
    ),
    Operation(
        "PUT",
        f"{V1}/bookings/{{id:int}}/checkin",
        "Bookings_Checkin",
        "Confirms that somebody came.",
        "BookingDto",
        {"pin": "text"},
    ),
    Operation(
        "PUT",
        f"{V1}/bookings/{{id:int}}/checkout",
        "Bookings_Checkout",
        "Ends a running booking now; its follow-up time stays.",
        "BookingDto",
        {"sendMail": "bool"},
    ),
    Operation(
        "PUT",
        f"{V1}/bookings/{{id:int}}/checkout/release",
        "Bookings_CheckoutRelease",
        "Ends a running booking now and frees the resource at once.",
        "BookingDto",
        {"sendMail": "bool"},
    ),
    Operation(
        "PUT",
        f"{V1}/bookings/{{id:int}}/noshow/{{art:int}}",
        "Bookings_NoShow",
        "Annuls a booking nobody came to.",
        "BookingDto",
    ),
    Operation(
        "GET",
        f"{V1}/ressources/bookings",
        "Bookings_GetBookingsByStartAndEnd",
        "The bookings of a span, of one resource, type or status if named.",
        "BookingDto[]",
        {**SPAN, "ressourceId": "int", "ressourceType": "int", "statusId": "int"},
    ),
    Operation(
        "GET",
        f"{V1}/ressources/{{id:int}}/bookings",
        "Bookings_GetByRessourceIdAndEnd",
        "The bookings of a resource from now until `end`.",
        "BookingDto[]",
        {"end": "time!"},
    ),
)

RESERVATION = (
    Operation(
        "POST",
        f"{V1}/reservation/create",
        "Bookings_Create",
        "Opens a draft for a new booking and blocks its slot.",
        "CreateBookingDto",
        body=("reservationCreateModel", "ReservationCreateModel"),
    ),
    Operation(
        "POST",
        f"{V1}/reservation/edit/{{reservationId:int}}",
        "Bookings_Edit",
        "Opens a draft on a booking and takes its edit lock.",
        "BookingTempdataDto",
    ),
    Operation(
        "PUT",
        f"{V1}/reservation/confirm",
        "Bookings_Confirm",
        "Stores what the draft holds, with the last changes.",
        "BookingDto",
        body=("reservationEditModel", "ReservationEditModel"),
    ),
    Operation(
        "PUT",
        f"{V1}/reservation/abort",
        "Bookings_Abort",
        "Drops the draft.",
        "object",
        {"tempdataContextId": "int!"},
    ),
    Operation(
        "GET",
        f"{V1}/reservation/tempbooking/exists/{{tempdataContextId:int}}/{{bookingId:int}}",
        "Bookings_TempBookingExists",
        "Whether this draft of this booking is still open.",
        "bool",
    ),
    Operation(
        "GET",
        f"{V1}/workflow/statuslist/{{reservationOrTempdataContextId:int}}",
        "Workflow_GetAvailableStatusList",
        "What the caller may choose as the next status.",
        "StatusDto[]",
        {"fromTempdataContext": "bool"},
    ),
)

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

PERSONS = (
    Operation("GET", f"{V1}/person/userinfo", "Person_UserInfo", "Who the caller is.", "PersonDto"),
    Operation(
        "GET",
        f"{V1}/person/search",
        "Person_Search",
        "Persons with this text in name or mail.",
        "PersonIntelliboxModel[]",
        {"term": "text!"},
    ),
    Operation(
        "GET",
        f"{V1}/person/getcreated",
        "Person_GetCreatedPersonen",
        "Persons created in the span.",
        "PersonDto[]",
        SPAN,
    ),
    Operation(
        "GET",
        f"{V1}/person/getmodified",
        "Person_GetModifiedPersonen",
        "Persons modified in the span.",
        "PersonDto[]",
        SPAN,
    ),
    Operation(
        "GET",
        f"{V1}/person/getaddress",
        "Person_GetCreatedOrModifiedPersonen",
        "Persons created or modified in the span.",
        "PersonDto[]",
        SPAN,
    ),
    Operation(
        "PUT",
        f"{V1}/person/update",
        "Person_UpdatePersonen",
        "Changes persons; an administrator's call.",
        "object",
        body=("personen", "PersonDto[]"),
    ),
    Operation(
        "GET",
        f"{V1}/person/intelliboxperson/{{personId:int}}",
        "Person_IntelliboxPersonId",
        "One person, in short.",
        "PersonIntelliboxModel",
    ),
    Operation(
        "GET",
        f"{V1}/person/{{personId:int}}/resourcetypes",
        "Person_GetResourceTypes",
        "The resource types that a person may book.",
        "int[]",
    ),
    Operation(
        "GET",
        f"{V1}/person/{{personId:int}}/syncsettings",
        "Person_SyncSettings",
        "A person's sync settings; the shape is this project's (rooms-api 8).",
        "object",
    ),
    Operation("GET", f"{V1}/person/{{id:int}}", "Person_GetPersonById", "One person.", "PersonDto"),
    Operation(
        "GET",
        f"{V1}/person/{{mail:str}}",
        "Person_GetPersonByMail",
        "The person with this mail address.",
        "PersonDto",
    ),
)

CALENDAR = (
    Operation(
        "GET",
        f"{V1}/calendar",
        "Calendar_GetCalendar",
        "Resources with their mail address and bookings: the only place that shows it.",
        "CalendarModel",
        _calendar("searchModel"),
    ),
    Operation(
        "GET",
        f"{V1}/calendar/delta",
        "Calendar_GetCalendarDelta",
        "The same resources again; no token, so no feed of changes.",
        "RessourceDeltaModel",
        _calendar("model"),
    ),
    Operation(
        "GET",
        f"{V1}/calendar/freebusy",
        "Calendar_GetFreeBusy",
        "Free/busy of persons as Exchange would tell.",
        "CalendarTeilnehmerFreeBusy[]",
        {"emailList": "text[]!", "from": "time!", "to": "time!"},
    ),
    Operation(
        "POST",
        f"{V1}/calendar/freebusy/backsync",
        "Calendar_TriggerResourceBacksync",
        "Asks for a back-sync of a slot; accepted and logged.",
        "object",
        body=("request", "FreeBusyBacksyncRequest"),
    ),
    Operation(
        "GET",
        f"{V1}/configuration",
        "Configuration_Get",
        "All global parameters.",
        "ConfigurationDto[]",
    ),
    Operation(
        "GET",
        f"{V1}/configuration/{{id:int}}",
        "Configuration_GetById",
        "One global parameter by id.",
        "ConfigurationDto",
    ),
    Operation(
        "GET",
        f"{V1}/configuration/bezeichnung/{{bezeichnung:str}}",
        "Configuration_GetByBezeichnung",
        "One global parameter by name.",
        "ConfigurationDto",
    ),
    Operation(
        "GET",
        f"{V1}/status",
        "Status_FindAll",
        "The statuses of this installation with their ids.",
        "StatusDto[]",
    ),
)

SERVED = (*BOOKINGS, *RESERVATION, *RESOURCES, *LOCATIONS, *PERSONS, *CALENDAR)
