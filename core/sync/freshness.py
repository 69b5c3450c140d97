"""Is what was read as new as what announced it? Reads may lag behind (graph-calendar 1.5, 12.2).

Versions have no order of their own; what orders them is when this link met them.
"""

from collections.abc import Sequence


def is_superseded(read: str, settled: Sequence[str]) -> bool:
    """Tell whether a read shows a version that the link knows to have been replaced.

    The last settled version is the one a pass ended with; a version never comes back.
    """
    return read in settled[:-1]


def unseen(read: str, settled: Sequence[str], announced: Sequence[str]) -> frozenset[str]:
    """Return the announced versions that were neither read now nor dealt with before.

    There are none when there is nothing left to read (`read` is empty).
    """
    told = frozenset(version for version in announced if version and read)
    return told - {read, *settled}


def is_behind(read: str, settled: Sequence[str], announced: Sequence[str]) -> bool:
    """Tell whether a read is probably too old to show something that was announced.

    One that shows what nobody has spoken of yet is probably newer.
    """
    return bool(unseen(read, settled, announced)) and (read in settled or read in announced)
