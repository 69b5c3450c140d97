"""The window of a calendar view: two instants in the query (graph-calendar 2, 10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from devstack.exchange.graph.calls import Call
from devstack.exchange.graph.errors import invalid_request
from devstack.exchange.graph.moments import read_instant

LONGEST = timedelta(days=1825)


@dataclass(frozen=True, slots=True)
class Window:
    """The half-open interval [start, end), in UTC."""

    start: datetime
    end: datetime


def read_window(call: Call) -> Window:
    """Read `startDateTime` and `endDateTime`; too long or turned round is a 400."""
    start = read_instant(call.query.get("startdatetime"), "startDateTime")
    end = read_instant(call.query.get("enddatetime"), "endDateTime")
    if end <= start:
        raise invalid_request("The end of the window must be after its start.")
    if end - start > LONGEST:
        raise invalid_request(
            f"The requested time duration between startDateTime and endDateTime is larger than"
            f" {LONGEST.days} days."
        )
    return Window(start, end)
