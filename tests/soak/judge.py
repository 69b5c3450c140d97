"""What is wrong with a stack at rest, told from one picture of it (P1, P3, P4, P5, P9)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.ids import MappingId
from core.domain.mapping import Mapping as Link
from tests.kit.agreement import disagreements
from tests.kit.links import wrong_links
from tests.kit.sides import Sides
from tests.kit.views import BookingView, EventView
from tests.simulation.properties import double_owners
from tests.simulation.wishes import Ledger

OF_SINGLES = ("Anlass ", "Reservation ")
"""How the titles begin that people give to single meetings: each title is given once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All there is at one moment.

    `told` are those who got an error mail since the last rest, `left` what was given up and what
    the console lists, in the words of the judge.
    """

    sides: Sides
    dates: list[EventView]
    table: Mapping[MappingId, Link]
    told: set[str] = field(default_factory=set)
    left: tuple[str, ...] = ()

    @property
    def events(self) -> list[EventView]:
        return list(self.sides.events)

    @property
    def bookings(self) -> list[BookingView]:
        return list(self.sides.bookings)

    @property
    def now(self) -> datetime:
        return self.sides.now


@dataclass(slots=True)
class Verdict:
    """What is wrong, in sentences, by kind; nothing is wrong with one that is false."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    """What two further full passes wrote, or left to be tried again (P2)."""

    def __bool__(self) -> bool:
        return any(self.by_kind().values())

    def by_kind(self) -> dict[str, list[str]]:
        """Return the sentences by the names of the report."""
        return {
            "lost": self.lost,
            "doubled": self.doubled,
            "differences": self.different,
            "left": self.left,
            "writes_of_further_passes": self.moved,
        }

    def lines(self) -> list[str]:
        """Return all sentences, each with its kind."""
        return [f"{kind}: {line}" for kind, lines in self.by_kind().items() for line in lines]


def judge(picture: Picture, ledger: Ledger) -> Verdict:
    """Compare both sides with each other, with what users wanted, and with our table of links."""
    verdict = Verdict(left=list(picture.left))
    by_field = {"missing": verdict.lost, "link": verdict.doubled}
    for finding in disagreements(picture.sides):
        by_field.get(finding.field, verdict.different).append(finding.text)
    events, bookings = picture.events, picture.bookings
    verdict.lost += ledger.broken(events, bookings, picture.told)
    verdict.doubled += double_owners(events, picture.sides.company, picture.now)
    verdict.doubled += same_titles(events, bookings)
    for wrong in wrong_links(events, bookings, picture.table, picture.now, picture.dates):
        (verdict.doubled if " carry link " in wrong else verdict.different).append(wrong)
    return verdict


def same_titles(events: Iterable[EventView], bookings: Iterable[BookingView]) -> Iterator[str]:
    """Yield what stands twice in a calendar or in ROOMS, whatever links it carries.

    Titles that were ever those of a series do not count: one meeting may have become several there.
    """
    events, bookings = list(events), list(bookings)
    of_series = {e.subject for e in events if e.kind != "singleInstance"}
    of_series |= {b.title for b in bookings if b.series is not None}
    shown = Counter(e.subject for e in events if e.is_alive and e.is_organizer)
    booked = Counter(b.title for b in bookings if b.is_promise)
    for side, titles in (("Exchange", shown), ("ROOMS", booked)):
        for title, count in titles.items():
            if count > 1 and title.startswith(OF_SINGLES) and title not in of_series:
                yield f"{title!r} is there {count} times in {side}"
