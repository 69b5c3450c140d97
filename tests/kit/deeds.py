"""What users did, and how many meeting messages that explains (P6)."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from devstack.kit.clock import Clock
from devstack.kit.journal import MailEntry

ALLOWED = {"hands over": 3}
"""An organizer change may cost somebody a cancellation, an invitation and an update (design 7)."""
MEETING_MESSAGES = ("invitation", "update", "cancellation")
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody did in Outlook or in ROOMS."""

    at: datetime
    who: str
    what: str


class Deeds:
    """The list of what users did."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.done: list[Deed] = []

    def note(self, who: str, what: str) -> None:
        self.done.append(Deed(self._clock.now(), who, what))

    def done_by(self, until: datetime) -> int:
        """Return how many things users had done by then."""
        return sum(deed.at.replace(microsecond=0) <= until for deed in self.done)

    def allowance(self, until: datetime) -> int:
        """Return how many messages of a kind one person may have got from the service by then."""
        whole = [(deed.at.replace(microsecond=0), deed) for deed in self.done]
        return sum(ALLOWED.get(deed.what, 1) for at, deed in whole if at <= until)


def too_many_errors(mails: Iterable[MailEntry], deeds: Deeds) -> list[str]:
    """Return the error mails that come after more of them than users did things (R-804, P6).

    However many people get it: one deed explains one mail of the sync.
    """
    errors = [mail for mail in mails if mail.kind == "error"]
    return [
        f"error mail {number} of the scenario, {done} deeds were done: {mail.subject!r}"
        for number, mail in enumerate(errors, 1)
        if number > (done := deeds.done_by(datetime.fromisoformat(mail.time)))
    ]


def unexplained(
    mails: Iterable[MailEntry], deeds: Deeds, machines: Collection[str] = ()
) -> list[str]:
    """Return the mails that the service caused and no user's deed explains.

    Per deed everybody may get one meeting message, one notification of ROOMS and one error mail;
    `machines` are mailboxes that nobody reads: those of resources.
    """
    counts: Counter[tuple[str, str]] = Counter()
    complaints = []
    for mail in mails:
        actor = SERVICE if mail.kind == "error" else (mail.cause or {}).get("actor")
        if actor != SERVICE or mail.kind == "response":
            continue
        family = "meeting" if mail.kind in MEETING_MESSAGES else mail.kind
        for person in (*mail.to, *mail.cc):
            if person.lower() in machines:
                continue
            counts[family, person] += 1
            allowed = deeds.allowance(datetime.fromisoformat(mail.time))
            if counts[family, person] > allowed:
                complaints.append(
                    f"{person} got {counts[family, person]} {family} mails through the service,"
                    f" {allowed} deeds explain; the last: {mail.kind} {mail.subject!r}"
                )
    return complaints
