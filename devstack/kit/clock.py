"""The one clock of the local stack: time = real time + offset, so that weeks pass in a second."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time; every simulator, the broker's schedules and the host's timers ask it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class VirtualClock:
    """A clock that stands still until it is moved: for tests in one process."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment the clock was last moved to."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward by `by` (never negative) and return the new moment."""
        return self.move_to(self._now + by)

    def move_to(self, moment: datetime) -> datetime:
        """Move forward to `moment`; backwards is a ValueError."""
        if moment < self._now:
            raise ValueError(f"the clock never runs backwards: {self._now} -> {moment}")
        self._now = moment.astimezone(UTC)
        return self._now


class SharedClock:
    """Real time plus an offset kept in a file, so that all processes of a stack agree.

    Whoever owns the stack writes the file with `write_offset`; the others notice the new offset at
    their next question. A missing file means no offset.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """Return real time plus the offset in the file."""
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        """Return the present offset."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._offset = None, timedelta(0)
            return self._offset
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            self._offset = timedelta(seconds=float(content["offset_s"]))
            self._stamp = stamp
        return self._offset

    def write_offset(self, offset: timedelta) -> None:
        """Set the offset for every process that follows this file (atomically)."""
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps({"offset_s": offset.total_seconds()}), encoding="utf-8")
        draft.replace(self._path)
