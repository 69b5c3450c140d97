"""What the statuses of this installation mean to the sync (R-107, rooms-api 7).

Ids differ between installations and names can be edited, so ids are read at run time and mapped
by configured names.
"""

import re
from collections.abc import Mapping

from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.payloads import BookingPayload, StatusLine
from core.domain.booking import BookingStatus
from core.errors import InvalidPayloadError, ServiceUnavailableError

DEFAULT_STATUS_NAMES: Mapping[str, BookingStatus] = {
    "Besetzt (System)": BookingStatus.SYSTEM,
    "Besetzt (provisorisch)": BookingStatus.PROVISIONAL,
    "Besetzt (temporär)": BookingStatus.TEMPORARY,
    "Besetzt (definitiv)": BookingStatus.DEFINITIVE,
    "Annulliert": BookingStatus.CANCELLED,
}


class StatusTable:
    """Asks ROOMS for its statuses once; names are compared without case and brackets."""

    def __init__(
        self,
        connection: RoomsConnection,
        names: Mapping[str, BookingStatus] = DEFAULT_STATUS_NAMES,
    ) -> None:
        self._connection = connection
        self._names = {_folded(name): meaning for name, meaning in names.items()}
        self._ids: dict[int, BookingStatus] | None = None

    async def ids(self) -> dict[int, BookingStatus]:
        """Return the meaning of every status id; without a cancelled one nothing can be synced."""
        if self._ids is None:
            content = await self._connection.get("v1.0/status", "reading the statuses")
            if not isinstance(content, list):
                raise ServiceUnavailableError("ROOMS' list of statuses cannot be read")
            lines = [StatusLine.read(item, "status") for item in content]
            self._ids = self._mapped(lines)
        return self._ids

    async def meaning(self, booking: BookingPayload) -> BookingStatus:
        """Return what a booking's status means: by its id, else by its text."""
        ids = await self.ids()
        if booking.status_dto is not None and booking.status_dto.id in ids:
            return ids[booking.status_dto.id]
        return self._by_name(booking.status)

    def _mapped(self, lines: list[StatusLine]) -> dict[int, BookingStatus]:
        ids = {line.id: self._by_name(line.name) for line in lines}
        if BookingStatus.CANCELLED not in ids.values():
            raise InvalidPayloadError(
                "no status of ROOMS is known as cancelled: configure the name that this"
                f" installation uses, one of {', '.join(repr(line.name) for line in lines)}"
            )
        return ids

    def _by_name(self, name: str) -> BookingStatus:
        return self._names.get(_folded(name), BookingStatus.OTHER)


def _folded(name: str) -> str:
    return " ".join(re.sub(r"[()]", " ", name).casefold().split())
