"""The settings as the use cases see them: read once, kept for a while, refreshed on demand."""

import time
from collections.abc import Callable

from core.domain.directory import Directory
from core.domain.ids import MailboxKey
from core.ports.stores import SettingsStore


class Roster:
    """Keeps the Directory for `max_age_s` seconds of process time, so that a look costs no read."""

    def __init__(
        self,
        store: SettingsStore,
        *,
        max_age_s: float = 30.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._max_age_s, self._monotonic = store, max_age_s, monotonic
        self._directory: Directory | None = None
        self._before = Directory()
        self._read_at = 0.0

    async def directory(self) -> Directory:
        """Return the settings, at most `max_age_s` old."""
        age = self._monotonic() - self._read_at
        if self._directory is None or age > self._max_age_s:
            self._directory = await self._store.load()
            self._read_at = self._monotonic()
        return self._directory

    @property
    def latest(self) -> Directory:
        """Return the settings as they were last read; an empty Directory before that."""
        return self._directory or self._before

    def address_of(self, mailbox: MailboxKey) -> str:
        """Return the primary address behind a key, as last read; KeyError where there is none."""
        return self.latest.address_of(mailbox)

    def zone_of(self, mailbox: MailboxKey) -> str:
        """Return the IANA zone of a mailbox's owner, as last read."""
        return self.latest.zone_of(mailbox)

    def url_of(self, mailbox: MailboxKey) -> str:
        """Return the address of EWS that is a mailbox's own, as last read (R-021)."""
        return self.latest.url_of(mailbox)

    def forget(self) -> None:
        """Make the next question read the settings again: call it after changing them."""
        self._before, self._directory = self.latest, None
