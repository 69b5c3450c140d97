"""The web as anybody sees it: what answers at an address, and what time it is there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAnswer:
    """An answer, whatever it says; `date` is the server's clock, None where it does not tell."""

    status: int
    body: str = ""
    date: datetime | None = None


class Web(Protocol):
    """Asks an address without credentials; redirects are answers."""

    async def ask(self, method: str, url: str) -> WebAnswer:
        """Return what answers there; ServiceUnavailableError if nothing does, with the reason."""
        ...
