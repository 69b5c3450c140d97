"""Turns a wanted change into the booking that would result, and checks whether it may be stored."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from devstack.rooms.model.availability import (
    notice_reasons,
    occupation_reasons,
    slot_reasons,
)
from devstack.rooms.model.booking import Booking, Change, occupying
from devstack.rooms.model.custom_fields import merged
from devstack.rooms.model.house import House
from devstack.rooms.model.participants import resolve
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import Reason, Refusal, raise_any, refuse
from devstack.rooms.model.rights import booking_refusals, resource_refusals
from devstack.rooms.model.status import CHOOSABLE, Status, by_id, workflow_default
from devstack.rooms.model.store import Store

PLAIN = (
    "title",
    "comment",
    "confidential_comment",
    "begin",
    "end",
    "head_count",
    "external_head_count",
    "sync_with_calendar",
    "synced_to_exchange_series_item",
    "is_teams_meeting",
)
PEOPLE = (
    ("organizer_id", "organizerId"),
    ("creator_id", "creatorId"),
    ("person_in_charge_id", "personInChargeId"),
)

UNSET = datetime.min.replace(tzinfo=UTC)


def blank(store: Store, actor: Person, *, private: bool = False) -> Booking:
    """Return a booking of `actor` in which only what nobody asks for is filled in."""
    number = store.next_number("booking")
    stamp = store.stamp()
    return Booking(
        id=number,
        masked_identifier=store.guid("booking", number),
        resource_id=0,
        begin=UNSET,
        end=UNSET,
        begin_preparation=UNSET,
        end_follow_up=UNSET,
        organizer_id=actor.id,
        creator_id=actor.id,
        private=private,
        created_on=stamp,
        modified_on=stamp,
    )


def changed(store: Store, booking: Booking, change: Change) -> Booking:
    """Return `booking` with the change laid over it; what does not exist is refused.

    Lead and follow-up times become those the resource has now (R-412). The status is not touched.
    """
    values: dict[str, Any] = {
        name: getattr(change, name) for name in PLAIN if getattr(change, name) is not None
    }
    for name, path in PEOPLE:
        if (person_id := getattr(change, name)) is not None:
            values[name] = _active_person(store, person_id, path)
    if change.resource_id is not None:
        values["resource_id"] = _known_resource(store, change.resource_id)
    if change.participants is not None:
        values["participants"] = resolve(store, change.participants)
    if change.sync_appointment_oid is not None:
        values["sync_appointment_oid"] = str(change.sync_appointment_oid)
    if change.custom_fields is not None:
        values["custom_fields"] = merged(booking.custom_fields, change.custom_fields)
    result = replace(booking, **values)
    if not result.resource_id:
        raise refuse(Reason.UNKNOWN_RESOURCE, "resourceId")
    if UNSET in (result.begin, result.end):
        raise refuse(Reason.INVALID_PERIOD, "begin" if result.begin == UNSET else "end")
    return occupying(result, store.resources[result.resource_id])


def check(
    house: House,
    actor: Person,
    before: Booking | None,
    after: Booking,
    *,
    only_occupation: bool = False,
    leaving: Collection[int] = (),
) -> None:
    """Raise a RefusedError when `actor` may not store `after` in the place of `before`.

    `only_occupation`: the rules of the house are left for later (switch `rules_at`). `leaving`:
    bookings that give up their slots by the same change.
    """
    refusals = list(booking_refusals(actor, before, after))
    resource = house.store.resources[after.resource_id]
    for person in _whose_rights_count(house, actor, after):
        refusals += resource_refusals(person, resource, before, after)
    raise_any(refusals)
    if not after.is_active or (before is not None and slot_of(before) == slot_of(after)):
        return
    if before is not None and before.end <= house.now():
        raise refuse(Reason.PAST)
    if only_occupation:
        if not resource.online:
            wanted = occupation_reasons(house.store, resource, after.occupied, ignore=after.id)
            raise_any(Refusal(reason) for reason in wanted)
        return
    reasons = list(slot_reasons(house.store, after, house.now(), leaving=leaving))
    begins_anew = before is None or (before.begin, before.resource_id) != (
        after.begin,
        after.resource_id,
    )
    if begins_anew and Reason.PAST not in reasons:
        reasons += notice_reasons(resource, after.begin, house.now())
    raise_any(Refusal(reason) for reason in reasons)


def _whose_rights_count(house: House, actor: Person, booking: Booking) -> list[Person]:
    if house.switches["rights_of"] == "caller" or booking.organizer_id == actor.id:
        return [actor]
    return [actor, house.store.persons[booking.organizer_id]]


def slot_of(booking: Booking) -> tuple[object, ...]:
    """Return all that decides about the availability of a booking."""
    heads = booking.head_count + booking.external_head_count
    return (booking.resource_id, booking.begin, booking.end, booking.occupied, heads)


def status_for(actor: Person, present: Status, wanted_id: int | None) -> Status:
    """Return the status a saved booking gets: the wanted one, else the workflow's (R-107)."""
    definitive = actor.rights.book_definitive or actor.rights.administrator
    if wanted_id is None or wanted_id == present:
        if present is Status.SYSTEM:
            return workflow_default(may_book_definitive=definitive)
        return present
    wanted = by_id(wanted_id)
    if wanted not in CHOOSABLE or present is Status.CANCELLED:
        raise refuse(Reason.STATUS_NOT_ALLOWED, "statusId")
    if wanted is Status.DEFINITIVE and not definitive:
        raise refuse(Reason.RIGHT_DEFINITIVE, "statusId")
    return wanted


def _active_person(store: Store, person_id: int, path: str) -> int:
    person = store.persons.get(person_id)
    if person is None or not person.active:
        raise refuse(Reason.UNKNOWN_PERSON, path)
    return person_id


def _known_resource(store: Store, resource_id: int) -> int:
    resource = store.resources.get(resource_id)
    if resource is None or resource.hidden:
        raise refuse(Reason.UNKNOWN_RESOURCE, "resourceId")
    return resource_id
