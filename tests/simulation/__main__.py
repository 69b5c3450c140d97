"""`make simulate SEEDS=n [FIRST_SEED=k] [DEPTH=ports|protocol]`: plays histories, writes a report.

With SEEDS=1 the one history is told. A failing one is made as short as it can be.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.kit import canary, quick
from tests.series_histories.__main__ import say
from tests.simulation.drawing import history
from tests.simulation.playing import PROTOCOL, Outcome, play
from tests.simulation.steps import Calm, Rest, Step

REPORT = Path("var/simulation.json")
SHORTENED = 3
"""How many failures are made short; that takes some dozen plays each."""
KIND = 15
"""So many letters tell what kind of thing is wrong: "P8: by push alone" is not "P8: after poll"."""


def main() -> int:
    """Play them all; the exit code is 1 if one of them went wrong."""
    seeds, first = int(os.environ.get("SEEDS", "10")), int(os.environ.get("FIRST_SEED", "0"))
    depth = os.environ.get("DEPTH", PROTOCOL)
    began, failures, fired, total = time.monotonic(), 0, Counter[str](), Counter[str]()
    for seed in range(first, first + seeds):
        steps = history(seed)
        outcome = asyncio.run(play(seed, steps, depth))
        fired.update({str(kind): count for kind, count in outcome.fired.items()})
        total.update(deeds=outcome.deeds, kills=outcome.kills)
        total["days"] += round(outcome.days)
        if outcome.wrong and os.environ.get("UNTIL_WRONG"):
            tell(outcome)
            return 1
        if outcome.wrong:
            failures += 1
            if failures <= SHORTENED:
                outcome = shortened(seed, steps, depth) or outcome
            tell(outcome)
        elif seeds == 1:
            tell(outcome)
        if (seed - first + 1) % 50 == 0:
            say(f"{seed - first + 1} of {seeds}, {failures} went wrong")
    wall_s = time.monotonic() - began
    report = {
        "depth": depth,
        "seeds": seeds,
        "first_seed": first,
        "user_actions": total["deeds"],
        "faults_injected": fired.total(),
        "kills": total["kills"],
        "virtual_days": total["days"],
        "violations": failures,
        "wall_s": round(wall_s, 1),
        "actions_per_s": round(total["deeds"] / wall_s, 1),
        "faults_by_kind": dict(sorted(fired.items())),
    }
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    say(f"{seeds} histories, {failures} went wrong, {report['actions_per_s']} actions/s: {REPORT}")
    return 1 if failures else 0


def shortened(seed: int, steps: Sequence[Step], depth: str) -> Outcome | None:
    """Leave out steps as long as the same goes wrong; None if it does not go wrong again.

    Big parts first, then ever smaller ones. Rests and the calm stay: without the rest before them,
    fair weather would begin in the middle of a storm.
    """
    kept, outcome = list(steps), asyncio.run(play(seed, steps, depth))
    kinds = _kinds(outcome)
    if not kinds:
        return None
    size = len(kept) // 2
    while size:
        at = 0
        while at < len(kept):
            part = kept[at : at + size]
            frame = [step for step in part if isinstance(step, Rest | Calm)]
            fewer = kept[:at] + frame + kept[at + size :]
            tried = outcome if frame == part else asyncio.run(play(seed, fewer, depth))
            if frame != part and kinds & _kinds(tried):
                kept, outcome = fewer, tried
                at += len(frame)
            else:
                at += size
        size //= 2
    return outcome


def _kinds(outcome: Outcome) -> set[str]:
    """Return what is wrong without saying of what: how the sentences begin."""
    return {wrong[:KIND] for wrong in outcome.wrong}


def tell(outcome: Outcome) -> None:
    """Print a history as a story, and how it is played again."""
    how = f"make simulate SEEDS=1 FIRST_SEED={outcome.seed} DEPTH={outcome.depth}"
    lines = [f"seed {outcome.seed}:", *outcome.story, *(f"! {w}" for w in outcome.wrong), how]
    say("\n  ".join(lines))


if __name__ == "__main__":
    quick.begin()
    canary.begin()
    sys.exit(main())
