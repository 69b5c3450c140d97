"""Persons: look-ups, listings by time, sync settings, updates (rooms-api 5)."""

from dataclasses import replace
from typing import Any

from devstack.rooms.face.call import Call, serves
from devstack.rooms.face.casing import Dictionary
from devstack.rooms.face.models import PersonDto
from devstack.rooms.face.zones import WINDOWS_NAMES
from devstack.rooms.model.custom_fields import merged
from devstack.rooms.model.person import RIGHT_IDS, Person
from devstack.rooms.model.refusal import ForbiddenError, MissingError
from devstack.rooms.model.store import Store

DEFAULT_MINUTES = 60

NOT_MODELLED: dict[str, Any] = {
    "isExtern": False,
    "companyName": None,
    "companyDescription": None,
    "companyDepartment": None,
    "companyAdress": None,
    "companyZip": None,
    "companyCity": None,
    "street": None,
    "poBox": None,
    "postcase": None,
    "zip": None,
    "city": None,
    "country": None,
    "phone": None,
    "mobile": None,
    "defaultLocationIds": [],
    "defaultDuration": DEFAULT_MINUTES,
    "defaultCapacity": 1,
    "defaultCostUnits": [],
    "claimedResources": [],
    "kategorie": None,
    "genderId": None,
    "salutation": None,
    "title": None,
    "password": None,
    "pin": None,
    "hasImage": False,
    "calculateCapacityBasedOnParticipantsEnabled": False,
}


@serves("Person_UserInfo")
def user_info(call: Call) -> object:
    return _dto(call.house.store, call.actor)


@serves("Person_GetPersonById")
def get_person(call: Call) -> object:
    return _dto(call.house.store, call.house.store.person(call.path["id"]))


@serves("Person_GetPersonByMail")
def get_person_by_mail(call: Call) -> object:
    lost = call.house.switches["dotted_mail"] == "404" and "." in call.path["mail"]
    person = None if lost else call.house.store.person_by_mail(call.path["mail"])
    if person is None:
        raise MissingError("Es gibt keine Person mit dieser E-Mail-Adresse.")
    return _dto(call.house.store, person)


@serves("Person_Search")
def search_persons(call: Call) -> object:
    term = call.query["term"].lower()
    persons = call.house.store.persons.values()
    return [
        _short(p)
        for p in persons
        if p.active and (term in p.name.lower() or term in (p.mail or "").lower())
    ]


@serves("Person_IntelliboxPersonId")
def short_person(call: Call) -> object:
    return _short(call.house.store.person(call.path["personId"]))


@serves("Person_GetCreatedPersonen")
def created_persons(call: Call) -> object:
    return _listed(call, created=True, modified=False)


@serves("Person_GetModifiedPersonen")
def modified_persons(call: Call) -> object:
    return _listed(call, created=False, modified=True)


@serves("Person_GetCreatedOrModifiedPersonen")
def created_or_modified_persons(call: Call) -> object:
    return _listed(call, created=True, modified=True)


@serves("Person_GetResourceTypes")
def bookable_types(call: Call) -> object:
    return sorted(_types(call.house.store, call.house.store.person(call.path["personId"])))


@serves("Person_SyncSettings")
def sync_settings(call: Call) -> object:
    store = call.house.store
    person = store.person(call.path["personId"])
    if person.id != call.actor.id and not call.actor.rights.administrator:
        raise ForbiddenError("Sie haben kein Recht, Einstellungen anderer Personen zu lesen.")
    wanted = person.sync.resource_types
    types = {r.type_id: r.type_name for r in store.resources.values() if not r.hidden}
    return {
        "syncMode": person.sync.mode,
        "syncUrl": person.sync.url,
        "mailbox": person.mail,
        "syncDisabled": person.sync.disabled,
        "syncOwnBookings": True,
        "mailOnSyncError": person.sync.mail_on_error,
        "syncConflictBehaviour": person.sync.conflict_behaviour,
        "resourceTypes": Dictionary(
            {str(number): wanted is None or name in wanted for number, name in types.items()}
        ),
        "consentState": "None",
    }


@serves("Person_UpdatePersonen", body=PersonDto, many=True)
def update_persons(call: Call) -> object:
    """Change persons found by id, else by mail; all or none."""
    if not call.actor.rights.administrator:
        raise ForbiddenError("Sie haben kein Recht, Personen zu ändern.")
    store = call.house.store
    models: list[PersonDto] = call.body
    updated = [_updated(store, model) for model in models]
    for person in updated:
        before = store.persons[person.id]
        store.keep_person(
            before if person == before else replace(person, modified_on=store.stamp())
        )
    call.views.forget()
    return {}


def _updated(store: Store, model: PersonDto) -> Person:
    person = store.persons.get(model.id or 0) or (model.mail and store.person_by_mail(model.mail))
    if not person:
        raise MissingError("Die Person ist nicht bekannt; nötig ist eine Id oder E-Mail-Adresse.")
    first = person.first_name if model.first_name is None else model.first_name
    last = person.last_name if model.last_name is None else model.last_name
    renamed = model.first_name is not None or model.last_name is not None
    return replace(
        person,
        first_name=first,
        last_name=last,
        name=model.name or (f"{first} {last}".strip() if renamed else person.name),
        mail=model.mail or person.mail,
        language=model.language or person.language,
        time_zone=model.timezone_iana_id or person.time_zone,
        active=person.active if model.is_active is None else model.is_active,
        custom_fields=merged(person.custom_fields, model.custom_fields or {}),
    )


def _listed(call: Call, *, created: bool, modified: bool) -> object:
    start, end = call.query["start"], call.query["end"]
    return [
        _dto(call.house.store, p)
        for p in call.house.store.persons.values()
        if (created and start <= p.created_on <= end)
        or (modified and start <= p.modified_on <= end)
    ]


def _types(store: Store, person: Person) -> dict[int, str]:
    if not (person.rights.book or person.rights.administrator):
        return {}
    return {r.type_id: r.type_name for r in store.resources.values() if not r.hidden}


def _short(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "bezeichnung": person.name,
        "mail": person.mail,
        "hasReservation": False,
        "infoUrl": None,
        "personThumbnailImageData": None,
        "showCheckbox": False,
        "tooltipContent": None,
    }


def _dto(store: Store, person: Person) -> dict[str, Any]:
    rights = person.rights
    return {
        **NOT_MODELLED,
        "id": person.id,
        "externalId": str(person.id),
        "uniqueKey": store.guid("person", person.id),
        "username": person.mail,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "name": person.name,
        "mail": person.mail,
        "isActive": person.active,
        "language": person.language,
        "timezoneId": WINDOWS_NAMES.get(person.time_zone),
        "timezoneIanaId": person.time_zone,
        "createdOn": person.created_on,
        "modifiedOn": person.modified_on,
        "globalRights": [number for name, number in RIGHT_IDS.items() if getattr(rights, name)],
        "resourcetypesGranted": Dictionary(
            {str(number): name for number, name in _types(store, person).items()}
        ),
        "customFields": Dictionary(person.custom_fields),
    }
