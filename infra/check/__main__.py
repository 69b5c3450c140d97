"""`python -m infra.check`: says everything that is wrong with infra/, or that nothing is."""

import sys
from pathlib import Path

from infra.check.app_facts import read_app_facts
from infra.check.faults import all_faults
from infra.check.papers import read_papers
from infra.check.source import BicepError, read_folder
from infra.check.types import PLACE, find_types, load_types

PROJECT = Path(__file__).parents[2]


def main() -> int:
    """Print the faults; return 1 if there are any."""
    place = find_types(PROJECT)
    texts = read_folder(PROJECT / "infra" / "bicep") | read_papers(PROJECT)
    try:
        faults = all_faults(
            texts, read_app_facts(PROJECT), None if place is None else load_types(place)
        )
    except BicepError as error:
        faults = [str(error)]
    for fault in faults:
        print(fault)  # noqa: T201 - a command
    against = "without the compiler's types" if place is None else "against the compiler's types"
    print(f"infra: {len(texts)} files read, {against}, {len(faults)} faults")  # noqa: T201 - as above
    if place is None:
        print(f"infra: {PLACE} says where types.json lies")  # noqa: T201 - as above
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
