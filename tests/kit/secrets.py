"""Where no title of a meeting may ever be found, and where no private one (P9, D13)."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.adapters.tables.table import Row
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
    """All titles that users wrote; `private` are those of private meetings."""

    titles: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)

    def saw(self, title: str, *, private: bool) -> None:
        self.titles.add(title)
        if private:
            self.private.add(title)

    def leaked(
        self,
        *,
        rows: Iterable[tuple[str, Row]],
        bodies: Iterable[bytes],
        lines: Iterable[str],
        resource_events: Iterable[EventView],
        mail_texts: Iterable[str],
    ) -> list[str]:
        """Return where a title was found that must not be there; no title is told again."""
        complaints = []
        for name, row in rows:
            if self._any(self.titles, f"{row.partition} {row.key} {row.values}"):
                complaints.append(f"a title in table {name}, row {row.key}")
        if any(self._any(self.titles, body.decode("utf-8", "replace")) for body in bodies):
            complaints.append("a title in a queue message")
        complaints += [
            f"a title in a log line of {line.split(' ', 1)[0]}"
            for line in lines
            if self._any(self.titles, line)
        ]
        complaints += [
            f"a private title in the calendar of {event.mailbox}"
            for event in resource_events
            if self._any(self.private, f"{event.subject} {event.body} {event.location}")
        ]
        if any(self._any(self.private, text) for text in mail_texts):
            complaints.append("a private title in a notification or error mail")
        return complaints

    @staticmethod
    def _any(titles: set[str], text: str) -> bool:
        return any(title in text for title in titles if title.strip())
