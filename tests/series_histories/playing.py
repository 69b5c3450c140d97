"""Plays a history on a world of four people and three rooms, and tells what is wrong at its end."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.domain.mapping import MappingState
from tests.kit.closing import comes_to_rest, complaints
from tests.kit.outlook import RefusedByOutlookError
from tests.kit.quiet import NeverQuietError
from tests.kit.rooms_user import RefusedByRoomsError
from tests.kit.world import World, a_world
from tests.series_histories.edits import OUTLOOK, Edit
from tests.series_histories.in_outlook import InOutlook
from tests.series_histories.in_rooms import InRooms

LENIENT = {
    "BookingWindowInDays": 1080,
    "EnforceSchedulingHorizon": False,
    "ConflictPercentageAllowed": 100,
    "MaximumConflictInstances": 100,
}
STRICT = {**LENIENT, "ConflictPercentageAllowed": 0, "MaximumConflictInstances": 0}
"""One conflict declines a whole series: as mailboxes are when nobody touches them."""
NO_GUARD = {"guard_creates": 900, "guard_cancels": 900}
"""In a history everything happens in the same minutes."""


@dataclass(slots=True)
class Outcome:
    """What became of a history: its story with what was refused, and what is wrong at its end."""

    seed: int
    story: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)


async def play(seed: int, edits: Sequence[Edit], made_by: type[World] = World) -> Outcome:
    """Play the edits one after another, wait, and look."""
    outcome = Outcome(seed)
    world = await _company(seed, made_by)
    try:
        await _play(world, edits, outcome)
        await comes_to_rest(world)
        outcome.wrong = await _wrong(world)
    except NeverQuietError as error:
        outcome.wrong.append(str(error))
    finally:
        await world.ends()
    return outcome


async def _play(world: World, edits: Sequence[Edit], outcome: Outcome) -> None:
    people = {True: InOutlook(world), False: InRooms(world)}
    for edit in edits:
        try:
            is_done = await people[edit.side == OUTLOOK].does(edit)
            outcome.story.append(str(edit) if is_done else f"({edit} Nothing to do it to.)")
            if is_done:
                outcome.done.append(f"{edit.side}: {edit.what}")
        except (RefusedByOutlookError, RefusedByRoomsError) as error:
            outcome.story.append(f"({edit} Refused: {str(error)[-160:]})")
        if edit.settles:
            await world.settles()


async def _wrong(world: World) -> list[str]:
    """Return what is wrong, but for meetings whose sync has ended by R-701, as it is to."""
    services = await world.app.services()
    async for link in services.mappings.all():
        if link.state is MappingState.SYNC_DISABLED:
            return []
    return await complaints(world)


async def _company(seed: int, made_by: type[World]) -> World:
    """Return a world whose rooms all have Sync-Master on: each refusal ends in agreement."""
    rules = {"calendar_processing": STRICT if seed % 4 == 3 else LENIENT}
    rooms = {name: {"sync_master": True, **rules} for name in ("Säntis", "Eiger", "Pilatus")}
    world = await a_world(seed=seed, resources=rooms, settings=NO_GUARD)
    world.exchange.switches.set("updates_per_change", 1 + seed % 2)
    return world
