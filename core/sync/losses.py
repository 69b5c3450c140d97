"""When so much is gone at once that no single proof is believed any more (S22). Pure.

A service that briefly shows nothing answers every question for a proof with "not there".
"""

from collections.abc import Set as AbstractSet

FEWEST = 5
"""Fewer items than this may vanish at once without anybody being asked: people tidy up, too."""


def is_mass_loss(expected: AbstractSet[object], shown: AbstractSet[object], fewest: int) -> bool:
    """Tell whether more than half of what should be there is missing, and not just a few."""
    missing = len(expected - shown)
    return missing >= fewest and missing * 2 > len(expected)
