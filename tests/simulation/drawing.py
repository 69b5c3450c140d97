"""Draws a history from a seed: the same steps for the same seed, on every machine."""

import random
from datetime import timedelta

from tests.series_histories.drawing import history as series_history
from tests.simulation.fault_kinds import FaultKind
from tests.simulation.steps import (
    OUTLOOK,
    ROOMS,
    SENTENCES,
    Calm,
    Deed,
    Fault,
    Kill,
    Pause,
    Rest,
    Series,
    Step,
)

DEEDS, FAULTS = 60, 12
CALM_DEEDS = 8
"""How much is done after all that, when nothing goes wrong any more."""
SHARE_OF_SERIES, SHARE_OF_NEW = 0.15, 0.25
UNTIL_REST = 20
"""How many deeds there are between two rests."""
PEOPLE, PLACES = ("anna", "marc", "lea"), ("Säntis", "Eiger", "Pilatus")
STARTS = (
    "2026-03-02T07:00:05Z",
    "2026-03-27T15:00:05Z",
    "2026-10-23T06:00:05Z",
    "2026-12-30T09:00:05Z",
    "2028-02-25T09:00:05Z",
)
"""Before ordinary weeks, both changes of the clocks, the turn of a year and 29 February."""
PAUSES = (0, 0, 0, 3, 20, 90, 600, 3 * 3600, 20 * 3600, 3 * 86400)
"""Seconds until the next deed; most follow at once."""


def start_of(seed: int) -> str:
    """Return when a history begins."""
    return STARTS[seed % len(STARTS)]


def history(seed: int) -> list[Step]:
    """Return the steps of a seed: deeds, between them faults, a kill or two, pauses and rests."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secrets
    # What was booked as private stays so in ROOMS (design 5.2): histories of series look at that.
    series = [edit for edit in series_history(seed, DEEDS) if edit.what != "private"]
    steps: list[Step] = []
    for number in range(DEEDS):
        if series and number and chance.random() < SHARE_OF_SERIES:
            steps.append(Series(series.pop(0)))
        else:
            steps.append(_deed(chance))
        steps.append(Pause(timedelta(seconds=chance.choice(PAUSES))))
        if (number + 1) % UNTIL_REST == 0:
            steps.append(Rest())
    kinds = [chance.choice(tuple(FaultKind)) for _ in range(FAULTS)]
    others: list[Step] = [
        Fault(kind, skip=chance.choice((0, 0, 1, 3, 8)), times=chance.choice((1, 1, 1, 2, 6)))
        for kind in kinds
    ]
    others += [
        Kill(after=chance.randrange(60), is_done=chance.random() < 0.7)
        for _ in range(chance.choice((1, 1, 2)))
    ]
    for other in others:
        # Never last: what is armed is to have something to hit.
        steps.insert(chance.randrange(len(steps) - UNTIL_REST), other)
    return [*steps, *_calm(random.Random(f"calm {seed}"))]  # noqa: S311 - as above


def _calm(chance: random.Random) -> list[Step]:
    """Return deeds in fair weather; none that leaves a booking open, and so locked."""
    deeds: list[Step] = []
    while len(deeds) < CALM_DEEDS:
        deed = _deed(chance)
        if deed.what != "opens":
            deeds.append(deed)
    return [Calm(), *deeds, Calm(is_over=True)]


def _deed(chance: random.Random) -> Deed:
    side = chance.choice((OUTLOOK, ROOMS))
    if chance.random() < SHARE_OF_NEW:
        whats = ["books", "books", "books privately"] if side == OUTLOOK else ["books"]
    else:
        whats = [what for of, what in SENTENCES if of == side and not what.startswith("books")]
    return Deed(
        side=side,
        what=chance.choice(whats),
        nth=chance.randrange(40),
        person=chance.choice(PEOPLE),
        guest=chance.choice(PEOPLE),
        room=chance.choice(PLACES),
        day=chance.randrange(4, 15),
        hour=chance.randrange(8, 18),
    )
