"""`make series-histories N=2000 [SEED=17] [FIRST=6]`: plays histories and writes the report.

SEED names the first history, with N=1 the only one; FIRST plays only its first edits. A failure is
made as short as it can be and printed as a story.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.kit import quick
from tests.series_histories.drawing import LENGTH, history
from tests.series_histories.edits import Edit
from tests.series_histories.playing import Outcome, play

REPORT = Path("var/series-histories.json")
SHORTENED = 5
"""How many failures are made short; that takes some dozen plays each."""


def main() -> int:
    """Play them all; the exit code is 1 if one of them went wrong."""
    count, seed = int(os.environ.get("N", "2000")), int(os.environ.get("SEED", "0"))
    length = int(os.environ.get("FIRST", str(LENGTH)))
    began, failures, deeds = time.monotonic(), [], Counter[str]()
    for number in range(seed, seed + count):
        edits = history(number)[:length]
        outcome = asyncio.run(play(number, edits))
        deeds.update(outcome.done)
        if outcome.wrong:
            if len(failures) < SHORTENED:
                outcome = shortened(number, edits) or outcome
            failures.append(outcome)
            tell(outcome)
        if (number - seed + 1) % 100 == 0:
            say(f"{number - seed + 1} of {count}, {len(failures)} went wrong")
    REPORT.parent.mkdir(exist_ok=True)
    report = {
        "histories": count,
        "first_seed": seed,
        "edits_each": length,
        "edits_done": deeds.total(),
        "edits_by_kind": dict(sorted(deeds.items())),
        "failed": [{"seed": f.seed, "story": f.story, "wrong": f.wrong} for f in failures],
        "seconds": round(time.monotonic() - began, 1),
    }
    REPORT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    say(f"{count} histories, {len(failures)} went wrong, {report['seconds']} s: {REPORT}")
    return 1 if failures else 0


def shortened(seed: int, edits: Sequence[Edit]) -> Outcome | None:
    """Leave out edits as long as something still goes wrong; None if it does not go wrong again."""
    kept, outcome = list(edits), None
    at = len(kept) - 1
    while at >= 0:
        fewer = kept[:at] + kept[at + 1 :]
        tried = asyncio.run(play(seed, fewer))
        if tried.wrong:
            kept, outcome = fewer, tried
        at -= 1
    return outcome


def tell(outcome: Outcome) -> None:
    """Print a failure as a story."""
    lines = [f"seed {outcome.seed} went wrong:", *outcome.story, *(f"! {w}" for w in outcome.wrong)]
    say("\n  ".join(lines))


def say(text: str) -> None:
    """Write at once: a long run is looked at meanwhile."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    quick.begin()
    sys.exit(main())
