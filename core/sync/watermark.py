"""How far ROOMS was read, by its own stamps: whatever its clock says, and when it jumps (design 8).

Pure. A stamp is text whose order is the order in time, "" before anything was read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from core.domain.stamps import change_stamp, moment_of

OVERLAP = timedelta(minutes=2)
"""Stamps are given before the change is visible, and several changes share one."""

FAR = timedelta(hours=3)
"""How far back is looked at times: a clock that was set back hides changes behind older ones."""

FUTURE = timedelta(hours=26)
"""A stamp further ahead of our clock than any zone explains is a mistake: it must not lead."""

MOST_SEEN = 5000
"""Stamps that are remembered; what is forgotten is looked at again, which changes nothing."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""ROOMS stamps what was never changed with the first day of its calendar."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """The stamp from which to ask on, and the stamps seen lately by booking."""

    stamp: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)

    def since(self, now: datetime, *, is_far: bool) -> str:
        """Return from which stamp to ask; "" is from the beginning.

        Far back means before our own clock, too: ROOMS' may have been ahead until just now.
        """
        moment = moment_of(self.stamp)
        if moment is None or moment < BEGINNING:
            return ""
        return _stamp(min(moment, now) - FAR if is_far else moment - OVERLAP)

    def unseen(self, found: Mapping[str, str], since: str) -> dict[str, str]:
        """Return what was found with a stamp that is not known; the filter may let all through."""
        return {
            name: stamp
            for name, stamp in found.items()
            if stamp >= since and self.seen.get(name) != stamp
        }

    def moved(
        self, found: Mapping[str, str], unseen: Mapping[str, str], now: datetime
    ) -> "Watermark":
        """Return how far ROOMS was read after this answer.

        The newest change leads, be it earlier than the one before: then ROOMS' clock was set back.
        """
        latest = _stamp(now + FUTURE)
        stamp = max((s for s in unseen.values() if s <= latest), default=self.stamp)
        oldest = _kept_from(stamp, now)
        known = {**self.seen, **found}
        recent = sorted((s, name) for name, s in known.items() if s >= oldest)[-MOST_SEEN:]
        return Watermark(stamp, {name: s for s, name in recent})


def _kept_from(stamp: str, now: datetime) -> str:
    moment = moment_of(stamp)
    return "" if moment is None or moment < BEGINNING else _stamp(min(moment, now) - FAR)


def _stamp(moment: datetime) -> str:
    return change_stamp(moment.isoformat())
