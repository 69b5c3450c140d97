"""Where no title of a meeting may ever be found, and where no private one (P9, D13)."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from core.adapters.tables.table import Row
from devstack.kit.clock import Clock
from devstack.kit.journal import MailEntry
from tests.kit.views import EventView

SIMULATORS = "devstack"
PLAIN_LOG = frozenset(vars(logging.makeLogRecord({})))


class LogKeeper(logging.Handler):
    """Keeps everything that the app logs, extra fields included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record as text."""
        if record.name.startswith(SIMULATORS):
            return
        extra = {k: v for k, v in vars(record).items() if k not in PLAIN_LOG}
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.lines.append(f"{record.name} {record.getMessage()} {extra} {trace}")


@dataclass(slots=True)
class Secrets:
    """All titles that users wrote; `private` are those of private meetings, since when."""

    clock: Clock
    titles: set[str] = field(default_factory=set)
    private: dict[str, datetime] = field(default_factory=dict)

    def saw(self, title: str, *, private: bool) -> None:
        self.titles.add(title)
        if private:
            self.private.setdefault(title, self.clock.now())

    def published(self, title: str) -> None:
        """Forget that a title was private: its meeting no longer is."""
        self.private.pop(title, None)

    def leaked(
        self,
        *,
        rows: Iterable[tuple[str, Row]],
        bodies: Iterable[bytes],
        lines: Iterable[str],
        resource_events: Iterable[EventView],
        mails: Iterable[MailEntry],
    ) -> list[str]:
        """Return where a title was found that must not be there; no title is told again."""
        complaints = []
        kept = [(f"{row.partition} {row.key} {row.values}", name, row.key) for name, row in rows]
        for title in self._in_any(text for text, _, _ in kept):
            complaints += [
                f"a title in table {name}, row {key}" for text, name, key in kept if title in text
            ]
        if self._in_any(body.decode("utf-8", "replace") for body in bodies):
            complaints.append("a title in a queue message")
        lines = list(lines)
        for title in self._in_any(lines):
            complaints += [
                f"a title in a log line of {line.split(' ', 1)[0]}"
                for line in lines
                if title in line
            ]
        complaints += [
            f"a private title in the calendar of {event.mailbox}"
            for event in resource_events
            if self._any(self.private, f"{event.subject} {event.body} {event.location}")
        ]
        complaints += [
            f"a private title in a mail of kind {mail.kind}"
            for mail in mails
            if self._any(self._private_at(mail.time), f"{mail.subject} {mail.text} {mail.html}")
        ]
        return complaints

    def _private_at(self, time: str) -> list[str]:
        moment = datetime.fromisoformat(time)
        return [title for title, since in self.private.items() if since <= moment]

    def _in_any(self, texts: Iterable[str]) -> list[str]:
        """Return the titles that are in any of many texts, which are searched as one."""
        whole = "\0".join(texts)
        return [title for title in self.titles if title.strip() and title in whole]

    @staticmethod
    def _any(titles: Iterable[str], text: str) -> bool:
        return any(title in text for title in titles if title.strip())
