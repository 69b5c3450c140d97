"""Where the present moment comes from: the only place of the product that asks the machine."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.errors import InvalidPayloadError


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class FileClock:
    """Real time plus the offset in a file `{"offset_s": number}`: development only.

    All parts of a local stack follow the same file, so that weeks pass in a second. The file is
    read again when it was replaced or changed; without a file there is no offset.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """Return real time plus the offset; InvalidPayloadError when the file cannot be read."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return datetime.now(UTC)
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            self._offset, self._stamp = self._read(), stamp
        return datetime.now(UTC) + self._offset

    def _read(self) -> timedelta:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            return timedelta(seconds=float(content["offset_s"]))
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise InvalidPayloadError(
                f'clock file {self._path}: it must hold {{"offset_s": number}}'
            ) from error
