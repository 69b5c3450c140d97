"""Loads a world file into ROOMS: persons, places, resources, bookings, parameters (contract 4)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date

from pydantic import ValidationError

from devstack.kit.world import Location as WorldLocation
from devstack.kit.world import Person as WorldPerson
from devstack.kit.world import Resource as WorldResource
from devstack.kit.world import SeedBooking, World
from devstack.rooms.contract.requests import REQUESTS
from devstack.rooms.face.models import ReservationCreateModel
from devstack.rooms.model.booking_change import blank, changed, status_for
from devstack.rooms.model.house import House
from devstack.rooms.model.opening import parse_opening_hours
from devstack.rooms.model.person import EVERY_RIGHT, Person, Rights, SyncSettings
from devstack.rooms.model.refusal import RoomsError
from devstack.rooms.model.resource import BlockingTime, Location, Resource
from devstack.rooms.model.saving import save
from devstack.rooms.model.series_limits import UserGroup
from devstack.rooms.model.status import Status, by_id
from devstack.rooms.model.store import Parameter, Store
from devstack.rooms.series_seeding import series_items_of

API_PERSON_ID = 9001
API_PERSON_NAME = "API Sync"
SYSTEM_RESOURCE_ID = 9900
SYSTEM_RESOURCE_NAME = "Systemressource"
TYPE_IDS = {"Raum": 3, "Arbeitsplatz": 5, "Equipment": 8, "Parkplatz": 11, "Fahrzeug": 12}
FIRST_CUSTOM_TYPE_ID = 40
HIDDEN_TYPE = ("System", 99)
SYNC_PARAMETER_ID = 110
PARAMETERS = (
    Parameter(id=32, name="ModellSerieBegerenzung", value="Zeitlich"),
    Parameter(id=67, name="Exchange: Subscriptions Intervall", value="240"),
    Parameter(
        id=68,
        name="Exchange (Jobmanager): Synchronisation von Jobmanager-Buchungen aktiviert",
        value="false",
    ),
    Parameter(id=105, name="BackSync delay in minutes", value="0"),
    Parameter(id=114, name="Serie creation timezone adjustable", value="false"),
)


def load_world(house: House, world: World, api_key: str) -> None:
    """Fill an empty store; what does not fit together is a ValueError that says where."""
    store = house.store
    store.keep_setting("mandator", world.mandator)
    store.keep_setting("world", world)
    for parameter in PARAMETERS:
        store.keep_parameter(parameter)
    store.keep_parameter(
        Parameter(
            id=SYNC_PARAMETER_ID,
            name="Exchange Ressource Sync enabled",
            value=str(world.global_sync_enabled).lower(),
        )
    )
    _load_places(store, world)
    _load_persons(store, world, api_key)
    _load_groups(store, world)
    for number, seed in enumerate(world.bookings):
        _load_booking(house, seed, f"bookings[{number}]")


def _load_places(store: Store, world: World) -> None:
    for number, location in enumerate(world.locations):
        store.keep_location(_location(location, f"locations[{number}]"))
    _require_a_tree(store.locations)
    ids = type_ids(world)
    for number, resource in enumerate(world.resources):
        if resource.location not in store.locations:
            raise ValueError(f"resources[{number}]: there is no location {resource.location}")
        if resource.rooms_id == SYSTEM_RESOURCE_ID:
            raise ValueError(f"resources[{number}]: rooms_id {SYSTEM_RESOURCE_ID} is ROOMS' own")
        place = f"resources[{number}]"
        store.keep_resource(resource_from(store, resource, ids[resource.type], place))
    store.keep_resource(
        Resource(
            id=SYSTEM_RESOURCE_ID,
            masked_identifier=store.guid("resource", SYSTEM_RESOURCE_ID),
            name=SYSTEM_RESOURCE_NAME,
            type_name=HIDDEN_TYPE[0],
            type_id=HIDDEN_TYPE[1],
            location_id=min(store.locations),
            time_zone="UTC",
            online=True,
            hidden=True,
        )
    )


def _require_a_tree(locations: Mapping[int, Location]) -> None:
    if not locations:
        raise ValueError("locations: at least one is needed")
    for location in locations.values():
        at, seen = location, {location.id}
        while at.parent_id is not None:
            if at.parent_id not in locations:
                raise ValueError(f"location {at.id}: there is no parent {at.parent_id}")
            at = locations[at.parent_id]
            if at.id in seen:
                raise ValueError(f"location {location.id}: it lies in itself")
            seen.add(at.id)


def type_ids(world: World) -> dict[str, int]:
    """Return the ids of the resource types; a customer's own follow in the order they appear."""
    ids = dict(TYPE_IDS)
    for resource in world.resources:
        ids.setdefault(resource.type, FIRST_CUSTOM_TYPE_ID + len(ids))
    return ids


def _load_persons(store: Store, world: World, api_key: str) -> None:
    now = store.stamp()
    store.keep_person(
        Person(
            id=API_PERSON_ID,
            name=API_PERSON_NAME,
            pin=api_key,
            rights=EVERY_RIGHT,
            created_on=now,
            modified_on=now,
        )
    )
    pins = {api_key}
    for number, person in enumerate(world.persons):
        if not person.rooms_person:
            continue
        if person.rooms_id in store.persons:
            raise ValueError(f"persons[{number}]: rooms_id {person.rooms_id} is taken")
        if person.pin and person.pin in pins:
            raise ValueError(f"persons[{number}]: somebody else has the same pin")
        pins.add(person.pin)
        store.keep_person(person_from(store, person))


def _load_groups(store: Store, world: World) -> None:
    for number, group in enumerate(world.user_groups):
        if unknown := [str(m) for m in group.members if m not in store.persons]:
            raise ValueError(f"user_groups[{number}]: there is no person {', '.join(unknown)}")
        store.keep_group(
            UserGroup(
                id=group.id,
                name=group.name,
                members=frozenset(group.members),
                daily=group.max_daily,
                weekly=group.max_weekly,
                monthly=group.max_monthly,
                yearly=group.max_yearly,
                absolute=group.max_absolute,
            )
        )


def _location(location: WorldLocation, place: str) -> Location:
    try:
        holidays = frozenset(date.fromisoformat(day) for day in location.holidays)
    except ValueError as error:
        raise ValueError(f"{place}.holidays: {error}") from error
    return Location(
        id=location.id,
        name=location.name,
        parent_id=location.parent,
        time_zone=location.time_zone,
        holidays=holidays,
    )


def resource_from(store: Store, resource: WorldResource, type_id: int, place: str) -> Resource:
    try:
        hours = parse_opening_hours(resource.opening_hours)
    except ValueError as error:
        raise ValueError(f"{place}.opening_hours: {error}") from error
    return Resource(
        id=resource.rooms_id,
        masked_identifier=store.guid("resource", resource.rooms_id),
        name=resource.name,
        type_id=type_id,
        type_name=resource.type,
        location_id=resource.location,
        time_zone=resource.time_zone,
        mail=resource.mail,
        mode=resource.mode,
        capacity=resource.capacity,
        active=resource.active,
        online=resource.online,
        lead_minutes=resource.lead_minutes,
        follow_up_minutes=resource.follow_up_minutes,
        min_minutes=resource.min_minutes,
        max_minutes=resource.max_minutes,
        checkin=resource.checkin,
        no_show_minutes=resource.no_show_minutes,
        auto_extension=resource.auto_extension,
        book_ahead_days=resource.book_ahead_days,
        book_before_minutes=resource.book_before_minutes,
        bookable_by=(None if resource.bookable_by is None else frozenset(resource.bookable_by)),
        opening_hours=hours,
        blocking_times=tuple(
            BlockingTime(start=b.start.astimezone(UTC), end=b.end.astimezone(UTC), title=b.title)
            for b in resource.blocking_times
        ),
    )


def person_from(store: Store, person: WorldPerson) -> Person:
    first, _, last = person.name.rpartition(" ")
    now = store.stamp()
    return Person(
        id=person.rooms_id,
        name=person.name,
        first_name=first,
        last_name=last,
        mail=person.mail,
        pin=person.pin,
        time_zone=person.time_zone,
        language=person.language,
        rights=Rights(**person.rights.model_dump()),
        series_zone_source=person.series_zone_source,
        sync=SyncSettings(
            mode=person.mode,
            url=person.sync_url,
            disabled=person.sync_disabled,
            conflict_behaviour=person.conflict_behaviour,
            mail_on_error=person.mail_on_error,
            resource_types=(
                None if person.resource_types is None else tuple(person.resource_types)
            ),
        ),
        created_on=now,
        modified_on=now,
    )


def _load_booking(house: House, seed: SeedBooking, place: str) -> None:
    """Store a booking that exists from the start; the past and conflicts are nobody's business."""
    store = house.store
    known = {name.lower() for name in REQUESTS["ReservationCreateModel"]}
    if unknown := [name for name in seed.booking if name.lower() not in known]:
        raise ValueError(f"{place}.booking: a ReservationCreateModel has no {', '.join(unknown)}")
    try:
        creator = store.person(seed.creator)
        model = ReservationCreateModel.model_validate(seed.booking)
        model.require_modelled()
        opening = model.opening()
        empty = blank(store, creator, private=opening.private)
        booking = changed(store, empty, model.change())
        wanted = None if model.status_id is None else by_id(model.status_id)
        status = wanted or status_for(creator, Status.SYSTEM, model.status_id)
        origin = opening.origin_of_creation
        booking = replace(booking, status=status, origin_of_creation=origin)
        oid = None if seed.appointment_oid is None else str(seed.appointment_oid)
        booking = replace(booking, lesson_id=seed.lesson_id, sync_appointment_oid=oid)
        items = series_items_of(house, creator, booking, seed.recurrence)
    except (RoomsError, ValidationError) as error:
        raise ValueError(f"{place}: {error}") from error
    if booking.end <= booking.begin:
        raise ValueError(f"{place}: ende must be after beginn")
    if seed.silent:
        with store.silence():
            for item in items:
                save(house, item, event=None)
        return
    for at, item in enumerate(items):
        save(house, item, event="confirmed" if opening.sends_mail and at == 0 else None)
