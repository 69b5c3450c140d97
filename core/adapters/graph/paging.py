"""Collections of Graph, page by page."""

from collections.abc import AsyncIterator
from typing import Any

from core.adapters.graph.client import GraphConnection
from core.adapters.graph.payloads import Page
from core.errors import InvalidPayloadError, ServiceUnavailableError


def read_page(content: object, doing: str) -> Page:
    """Return a page; one without items is half an answer: ServiceUnavailableError."""
    try:
        return Page.read(content, "page")
    except InvalidPayloadError:
        raise ServiceUnavailableError(f"Graph's page cannot be read while {doing}") from None


async def items(
    connection: GraphConnection, first: dict[str, Any], doing: str, page_size: int
) -> AsyncIterator[Any]:
    """Yield the items of a page and of all that follow it; an empty page ends nothing."""
    page = read_page(first, doing)
    while True:
        for item in page.value:
            yield item
        if not page.next_link:
            return
        page = read_page(await connection.follow(page.next_link, doing, page_size), doing)
