"""Draws what happens in a soak: the deeds and faults of a simulated history, kills of processes."""

import random
from collections.abc import Sequence

from tests.simulation.drawing import UNTIL_REST, history
from tests.simulation.steps import Deed, Fault, Rest, Series
from tests.soak.steps import PARTS, Breath, KillOf, Step

BREATHS_S = (0, 0, 0, 0.05, 0.1, 0.3, 0.7, 1.2)
"""Most deeds follow at once, while the service is still at work on others."""
AFTER_S, DOWN_S = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4), (0.0, 0.0, 0.5, 1.5)
MORE_KILLS = (0, 1, 2, 3)


def soak_history(seed: int, deeds: int | None = None) -> list[Step]:
    """Return the steps of a seed; with `deeds` only so many, with as many kills.

    The last rest is not among them: whoever plays them rests at the end.
    """
    chance = random.Random(f"soak {seed}")  # noqa: S311 - repeatable, no secrets
    steps: list[Step] = []
    done = 0
    for step in history(seed):
        if isinstance(step, Deed | Series):
            if done == deeds:
                break
            done += 1
            steps += [step, Breath(chance.choice(BREATHS_S))]
        elif isinstance(step, Fault | Rest):
            steps.append(step)
    if isinstance(steps[-1], Rest):
        steps.pop()
    for part in _parts_killed(chance):
        kill = KillOf(part, after_s=chance.choice(AFTER_S), down_s=chance.choice(DOWN_S))
        steps.insert(_place(steps, chance), kill)
    return steps


def _parts_killed(chance: random.Random) -> Sequence[str]:
    return [*PARTS, *(chance.choice(PARTS) for _ in range(chance.choice(MORE_KILLS)))]


def _place(steps: Sequence[Step], chance: random.Random) -> int:
    """Return where a kill has something to hit: behind a deed, and deeds before it."""
    behind = [n for n, step in enumerate(steps, 1) if isinstance(step, Deed | Series)]
    late = behind[min(len(behind) - 1, UNTIL_REST // 4) :]
    return chance.choice(late or behind)
