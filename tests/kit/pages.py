"""What the console shows at one moment, for a search: no title is on its pages (D13, S30)."""

import html
from collections.abc import Awaitable, Callable, Iterable, Iterator

from tests.kit.canary import Watch
from web.app import EVERYTHING
from web.routing import BASE

Ask = Callable[[str], Awaitable[str]]
"""Returns what is answered at a path of the app, whatever its status."""

_OF_ONE = (f"{BASE}/history", f"{BASE}/history/answers", f"{BASE}/v1/history")
"""What tells of the meeting that is asked for with `item`."""

MEETINGS = 2
"""Of so many the history is looked at, at the end of a simulated or soaked one."""


def addresses_of_pages(links: Iterable[str]) -> Iterator[str]:
    """Yield the path of whatever is only read; what is about one meeting, for each of its links.

    Left out are the parts of one difference: they show titles to whoever is to decide.
    """
    for route in (route for routes in EVERYTHING for route in routes.all):
        if route.method == "GET" and "{" not in route.path:
            yield route.path
    for link in links:
        yield from (f"{path}?item={link}" for path in _OF_ONE)


async def see_pages(watch: Watch, ask: Ask, links: Iterable[str] = ()) -> None:
    """Show the watch what the console answers to an operator."""
    for path in addresses_of_pages(links):
        watch.saw("a page of the console", f"{path} {html.unescape(await ask(path))}")
