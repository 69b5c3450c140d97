"""Operations on persons, the calendar page and the configuration (rooms-api 5 and 6)."""

from devstack.rooms.contract.operation import SPAN, V1, Operation


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
