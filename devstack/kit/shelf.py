"""State that outlives `kill -9`: changed things are written to SQLite before the answer is sent."""

import pickle
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Shelf:
    """Keeps pickled values under (kind, key); without a path it forgets everything at exit.

    Writes wait for `flush`, so a simulator calls it once per request. SQLite is told not to wait
    for the disk: a killed process loses nothing, only a crashed machine would.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._db: sqlite3.Connection | None = None
        self._changed: dict[tuple[str, str], Any] = {}
        self._gone: set[tuple[str, str]] = set()
        if path is not None:
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=OFF")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS shelf"
                " (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key)) WITHOUT ROWID"
            )

    @property
    def is_durable(self) -> bool:
        """Whether anything is written at all."""
        return self._db is not None

    def put(self, kind: str, key: str, value: Any) -> None:  # noqa: ANN401 - anything picklable
        """Remember `value`; it is pickled at the next flush, in the state it then has."""
        if self._db is not None:
            self._changed[kind, key] = value
            self._gone.discard((kind, key))

    def remove(self, kind: str, key: str) -> None:
        if self._db is not None:
            self._changed.pop((kind, key), None)
            self._gone.add((kind, key))

    def flush(self) -> None:
        """Write what changed since the last flush, in one transaction."""
        if self._db is None or not (self._changed or self._gone):
            return
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany("DELETE FROM shelf WHERE kind=? AND key=?", list(self._gone))
            self._db.executemany(
                "INSERT OR REPLACE INTO shelf VALUES (?, ?, ?)",
                [(k, n, pickle.dumps(v, protocol=5)) for (k, n), v in self._changed.items()],
            )
        self._changed.clear()
        self._gone.clear()

    def load(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Yield (key, value) of one kind as they were flushed last, by key."""
        if self._db is None:
            return
        rows = self._db.execute("SELECT key, value FROM shelf WHERE kind=? ORDER BY key", (kind,))
        for key, value in rows:
            yield key, pickle.loads(value)  # noqa: S301 - our own file on this machine

    def clear(self) -> None:
        """Forget everything, flushed or not."""
        self._changed.clear()
        self._gone.clear()
        if self._db is not None:
            self._db.execute("DELETE FROM shelf")

    def close(self) -> None:
        self.flush()
        if self._db is not None:
            self._db.close()
