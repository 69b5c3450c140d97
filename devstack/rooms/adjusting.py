"""What an administrator of ROOMS changes while it runs: resources, persons, global parameters.

The same keys as in the world file; what is absent stays. Existing bookings are not recomputed
(R-412).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from devstack.kit.world import Person as WorldPerson
from devstack.kit.world import Resource as WorldResource
from devstack.kit.world import World
from devstack.rooms.model.store import Store
from devstack.rooms.seeding import person_from, resource_from, type_ids

WORLD = "world"


def adjust_resource(store: Store, changes: Mapping[str, Any]) -> None:
    """Change the resource with this `rooms_id`, or add it; nonsense is a ValueError."""
    world: World = store.settings[WORLD]
    resources = {r.rooms_id: r for r in world.resources}
    before = resources.get(changes["rooms_id"])
    wanted = WorldResource.model_validate({**(before.model_dump() if before else {}), **changes})
    if wanted.location not in store.locations:
        raise ValueError(f"resource {wanted.rooms_id}: there is no location {wanted.location}")
    resources[wanted.rooms_id] = wanted
    adjusted = world.model_copy(update={"resources": list(resources.values())})
    type_id = type_ids(adjusted)[wanted.type]
    store.keep_resource(resource_from(store, wanted, type_id, f"resource {wanted.rooms_id}"))
    store.keep_setting(WORLD, adjusted)


def adjust_person(store: Store, changes: Mapping[str, Any]) -> None:
    """Change the person with this `rooms_id`, or add them; nonsense is a ValueError."""
    world: World = store.settings[WORLD]
    persons = {p.rooms_id: p for p in world.persons}
    before = persons.get(changes["rooms_id"])
    wanted = WorldPerson.model_validate({**(before.model_dump() if before else {}), **changes})
    persons[wanted.rooms_id] = wanted
    person, stored = person_from(store, wanted), store.persons.get(wanted.rooms_id)
    if stored is not None:
        person = replace(
            person,
            active=stored.active,
            custom_fields=stored.custom_fields,
            created_on=stored.created_on,
        )
    store.keep_person(person)
    store.keep_setting(WORLD, world.model_copy(update={"persons": list(persons.values())}))


def adjust_parameter(store: Store, parameter_id: int, value: str) -> None:
    """Set a global parameter; an unknown one is a ValueError that lists the known ones."""
    parameter = store.parameters.get(parameter_id)
    if parameter is None:
        known = ", ".join(f"{p.id} {p.name}" for p in store.parameters.values())
        raise ValueError(f"there is no parameter {parameter_id}; known: {known}")
    store.keep_parameter(replace(parameter, value=value))
