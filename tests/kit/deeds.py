"""What users did, and how many meeting messages that explains (P6)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from devstack.exchange.model.versions import occurrence_in
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.clock import Clock
from devstack.kit.journal import MailEntry, RequestEntry
from tests.kit.on_premises import item_written

ALLOWED = {"hands over": 3, "splits a series": 2}
"""An organizer change may cost somebody a cancellation, an invitation and an update (design 7).

A series that ROOMS splits costs an update of the old one and an invitation to the new one (R-611).
"""
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
    mails: Iterable[MailEntry],
    deeds: Deeds,
    machines: Collection[str] = (),
    dates: Mapping[int, str] | None = None,
) -> list[str]:
    """Return the mails that the service caused and no user's deed explains.

    Per deed everybody may get one meeting message, one notification of ROOMS and one error mail;
    `machines` are mailboxes that nobody reads: those of resources. Exchange sends one message for
    each exception that follows its series: of one request they count as one. What is written to
    single dates of a series (`dates`, by the number of the request) is counted date by date, for
    Exchange knows no other way (R-662).
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    complaints, counted = [], set()
    for mail in mails:
        actor = SERVICE if mail.kind == "error" else (mail.cause or {}).get("actor")
        if actor != SERVICE or mail.kind == "response":
            continue
        family = "meeting" if mail.kind in MEETING_MESSAGES else mail.kind
        request = (mail.cause or {}).get("request")
        date = (dates or {}).get(request or 0, "") if family == "meeting" else ""
        for person in (*mail.to, *mail.cc):
            if person.lower() in machines or (request and (person, family, request) in counted):
                continue
            counted.add((person, family, request))
            counts[family, person, date] += 1
            allowed = deeds.allowance(datetime.fromisoformat(mail.time))
            if counts[family, person, date] > allowed:
                complaints.append(
                    f"{person} got {counts[family, person, date]} {family} mails through the"
                    f" service, {allowed} deeds explain; the last: {mail.kind} {mail.subject!r}"
                )
    return complaints


def dates_written(requests: Iterable[RequestEntry], exchange: ExchangeSimulator) -> dict[int, str]:
    """Return the single dates of series that requests to Exchange have changed, by number."""
    found = {}
    for request in requests:
        _, _, rest = request.path.partition("/events/")
        item = unquote(rest.partition("/")[0]) or item_written(request, exchange)
        named = occurrence_in(item)
        if named is not None:
            master, day, _ = named
            found[request.number] = f"{master} {day}"
    return found
