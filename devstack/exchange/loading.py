"""Reads a world file into directory and calendars (contract of the stack 4)."""

from dataclasses import dataclass

from pydantic import ValidationError

from devstack.exchange.graph.errors import GraphError
from devstack.exchange.graph.event_body import read_edit
from devstack.exchange.graph.moments import stored_zone
from devstack.exchange.model import versions
from devstack.exchange.model.directory import Directory, Group
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import CALENDAR
from devstack.exchange.model.mailbox import SYSTEM_SENDER, Mailbox, Purpose
from devstack.exchange.model.processing_policy import ProcessingPolicy
from devstack.exchange.model.seeding import Seeding
from devstack.exchange.model.values import Draft, ZonedTime
from devstack.exchange.model.zones import UnknownTimeZoneError
from devstack.kit.world import Environment, Person, Resource, SeedEvent, World

ROOM_TYPES = ("raum", "room")


class WorldRefusedError(ValueError):
    """The world file asks for something that cannot be; the text says where and what."""


def load_directory(world: World) -> Directory:
    """Return the people, resources and groups of a world."""
    hosts = {domain.lower(): e for e in world.environments for domain in e.domains}
    buildings = {location.id: location.name for location in world.locations}
    mailboxes = [_person(person, hosts) for person in world.persons]
    for place, resource in enumerate(world.resources):
        if resource.mail is not None:
            mailboxes.append(_resource(resource, place, hosts, buildings))
    if all(SYSTEM_SENDER not in (m.mail, *m.aliases) for m in mailboxes):
        mailboxes.append(_system_sender())
    groups = [
        Group(
            guid=versions.guid("group", group.mail),
            mail=group.mail,
            name=group.mail.split("@")[0],
            members=tuple(group.members),
        )
        for group in world.groups
    ]
    try:
        return Directory(mailboxes, groups, {e.id: e.kind == "ews" for e in world.environments})
    except ValueError as error:
        raise WorldRefusedError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Seed:
    """An event of the world file, read: `deliver` makes the attendees' copies."""

    mailbox: Mailbox
    draft: Draft
    deliver: bool


def read_events(world: World, directory: Directory) -> list[Seed]:
    """Read the events of a world; nothing is placed yet, so a bad one spoils nothing."""
    seeds = []
    for place, seed in enumerate(world.events):
        mailbox = directory.find(seed.mailbox)
        if mailbox is None or not mailbox.has_mailbox:
            raise WorldRefusedError(f"events[{place}]: there is no mailbox {seed.mailbox!r}")
        try:
            seeds.append(Seed(mailbox, _draft(mailbox, seed), seed.deliver))
        except (GraphError, UnknownTimeZoneError) as error:
            raise WorldRefusedError(f"events[{place}]: {error}") from error
    return seeds


def place_events(seeds: list[Seed], model: Exchange) -> None:
    """Put the events into their calendars, silently."""
    seeding = Seeding(model)
    model.store.is_quiet = True
    try:
        for seed in seeds:
            item = seeding.place(seed.mailbox, CALENDAR, seed.draft)
            if seed.deliver:
                seeding.deliver(item)
    finally:
        model.store.is_quiet = False


def _draft(mailbox: Mailbox, seed: SeedEvent) -> Draft:
    edit = read_edit(seed.event, subject_max=0)
    for side, member in (("start", "originalStartTimeZone"), ("end", "originalEndTimeZone")):
        if (name := seed.event.get(member)) and side in edit.content:
            instant = edit.content[side].instant
            edit.content[side] = ZonedTime(instant, stored_zone(name, mailbox.time_zone))
    return edit.draft()


def _host(mail: str, hosts: dict[str, Environment]) -> Environment | None:
    return hosts.get(mail.rpartition("@")[2].lower())


def _person(person: Person, hosts: dict[str, Environment]) -> Mailbox:
    host = _host(person.mail, hosts)
    return Mailbox(
        guid=versions.guid("user", person.mail),
        mail=person.mail,
        name=person.name,
        purpose=Purpose.USER,
        time_zone=person.time_zone,
        environment=host.id if host else None,
        is_on_premises=host is not None and host.kind == "ews",
        language=person.language,
        aliases=tuple(person.aliases),
        delegates=tuple(person.delegates),
        has_mailbox=person.mailbox,
    )


def _system_sender() -> Mailbox:
    return Mailbox(
        guid=versions.guid("user", SYSTEM_SENDER),
        mail=SYSTEM_SENDER,
        name="ROOMS",
        purpose=Purpose.USER,
        time_zone="UTC",
        environment="system",
        is_system=True,
    )


def _resource(
    resource: Resource, place: int, hosts: dict[str, Environment], buildings: dict[int, str]
) -> Mailbox:
    mail = resource.mail or ""
    host = _host(mail, hosts)
    return Mailbox(
        guid=versions.guid("user", mail),
        mail=mail,
        name=resource.name,
        purpose=Purpose.ROOM if resource.type.lower() in ROOM_TYPES else Purpose.EQUIPMENT,
        time_zone=resource.time_zone,
        environment=host.id if host else None,
        is_on_premises=host is not None and host.kind == "ews",
        policy=_policy(resource, place),
        capacity=resource.capacity,
        building=buildings.get(resource.location, ""),
    )


def _policy(resource: Resource, place: int) -> ProcessingPolicy:
    try:
        return ProcessingPolicy.model_validate(resource.calendar_processing)
    except ValidationError as error:
        faults = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors())
        known = ", ".join(f.alias or "" for f in ProcessingPolicy.model_fields.values())
        raise WorldRefusedError(
            f"resources[{place}].calendar_processing: {faults}. Known parameters: {known}"
        ) from error
