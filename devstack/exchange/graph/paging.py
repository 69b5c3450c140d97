"""Pages of a list: `$top`, `$skip` and an absolute nextLink (graph-calendar 3.3)."""

from collections.abc import Sequence
from urllib.parse import urlencode

from devstack.exchange.graph.calls import Call, Json
from devstack.exchange.graph.throttle import Throttle

MOST = 1000


def page_of[Thing](
    call: Call, throttle: Throttle, things: Sequence[Thing], default: int
) -> tuple[Sequence[Thing], Json]:
    """Return one page and the members that belong beside it (count, next link)."""
    wanted = call.number("top", call.prefer.page_size or default, MOST)
    size = throttle.page(wanted)
    skip = call.number("skip", 0, 10**9)
    beside: Json = {}
    if call.query.get("count", "").lower() == "true":
        beside["@odata.count"] = len(things)
    if size and skip + size < len(things):
        kept = {k: v for k, v in call.query.items() if k != "skip"} | {"skip": str(skip + size)}
        options = {_spelled(name): value for name, value in kept.items()}
        beside["@odata.nextLink"] = f"{call.address}?{urlencode(options, safe='$()')}"
    return things[skip : skip + size], beside


def _spelled(name: str) -> str:
    own = {"startdatetime": "startDateTime", "enddatetime": "endDateTime"}
    return own.get(name, f"${name}")
