"""Where no private title of a meeting may ever be found; of any title, see tests/kit/canary.py."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from devstack.kit.clock import Clock
from devstack.kit.journal import MailEntry
from tests.kit.canary import WATCH, Kind
from tests.kit.views import EventView


@dataclass(slots=True)
class Secrets:
    """All titles that users wrote; `private` are those of private meetings, since when."""

    clock: Clock
    titles: set[str] = field(default_factory=set)
    private: dict[str, datetime] = field(default_factory=dict)

    def saw(self, title: str, *, private: bool) -> None:
        self.titles.add(title)
        WATCH.plants(Kind.TITLE, title)
        if private:
            self.private.setdefault(title, self.clock.now())

    def published(self, title: str) -> None:
        """Forget that a title was private: its meeting no longer is."""
        self.private.pop(title, None)

    def leaked(
        self, *, resource_events: Iterable[EventView], mails: Iterable[MailEntry]
    ) -> list[str]:
        """Return where a private title was found that must not be there; none is told again."""
        complaints = [
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

    @staticmethod
    def _any(titles: Iterable[str], text: str) -> bool:
        return any(title in text for title in titles if title.strip())
