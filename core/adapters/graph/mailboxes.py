"""The MailboxDirectory port over Graph's users and mailbox settings (graph-calendar 6)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from core.adapters.graph.client import GraphConnection
from core.adapters.graph.directory_payloads import (
    MailboxSettingsPayload,
    RoomPayload,
    UserPayload,
)
from core.adapters.graph.paging import items, read_page
from core.domain.ids import EnvironmentId
from core.domain.interval import Interval
from core.errors import MailboxUnavailableError, NotPermittedError
from core.ports.mailboxes import MailboxFacts, MailboxKind, RoomFacts

Connect = Callable[[EnvironmentId], GraphConnection]

_ROOMS = 100
"""Rooms on a page."""
_PRIMARY, _ANY = "SMTP:", "smtp:"
_LONG_AGO = Interval(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, 0, 1, tzinfo=UTC))
_KINDS = {
    "user": MailboxKind.PERSON,
    "linked": MailboxKind.PERSON,
    "room": MailboxKind.RESOURCE,
    "equipment": MailboxKind.RESOURCE,
    "shared": MailboxKind.OTHER,
    "others": MailboxKind.OTHER,
}


class GraphMailboxDirectory:
    """Asks the directory of an environment; two reads per address.

    Needs `User.Read.All`, for rooms `Place.Read.All`; without `MailboxSettings.Read` kind and
    usability stay unknown.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    async def find(self, environment: EnvironmentId, address: str) -> MailboxFacts | None:
        """Return what is behind an address, primary or alias, None when there is nothing."""
        connection = self._connect(environment)
        doing = "looking an address up"
        content = await connection.read(lambda requests: requests.users_at(address), doing)
        found = read_page(content, doing).value
        if not found:
            return None
        user = UserPayload.read(found[0], "user")
        proxies = [(p[: len(_ANY)], p[len(_ANY) :]) for p in user.proxy_addresses]
        primary = next((mail for kind, mail in proxies if kind == _PRIMARY), user.mail)
        others = [mail for kind, mail in proxies if kind == _ANY and mail != primary]
        kind, is_usable = await self._mailbox(connection, user.id)
        return MailboxFacts(
            address=primary,
            aliases=tuple(others),
            kind=kind,
            is_usable=is_usable and bool(primary),
            mailbox_id=user.id,
        )

    async def opens(self, environment: EnvironmentId, address: str) -> bool:
        """Tell whether the calendar behind an address opens to us; one read, of nothing in it."""
        connection = self._connect(environment)
        try:
            await connection.read(
                lambda requests: requests.view_ids(address, _LONG_AGO, 1), "opening a calendar"
            )
        except NotPermittedError:
            return False
        return True

    async def rooms(
        self,
        environment: EnvironmentId,
        near: str,  # noqa: ARG002 - a tenant is found without
    ) -> Sequence[RoomFacts]:
        """Return the rooms of the tenant; a read per 100 of them."""
        connection, doing = self._connect(environment), "reading the rooms"
        first = await connection.read(lambda requests: requests.rooms(_ROOMS), doing)
        found: dict[str, RoomFacts] = {}
        async for item in items(connection, first, doing, _ROOMS):
            room = RoomPayload.read(item, "room")
            if "@" in room.email_address:
                address = room.email_address.strip()
                facts = RoomFacts(
                    address=address, name=room.display_name.strip(), room_list=room.building.strip()
                )
                found.setdefault(address.lower(), facts)
        return sorted(found.values(), key=lambda r: (r.room_list.casefold(), r.name.casefold()))

    async def _mailbox(
        self, connection: GraphConnection, user_id: str
    ) -> tuple[MailboxKind, bool | None]:
        try:
            content = await connection.read(
                lambda requests: requests.mailbox_settings(user_id, "userPurpose"),
                "reading the settings of a mailbox",
            )
        except MailboxUnavailableError:
            return MailboxKind.UNKNOWN, False
        except NotPermittedError:
            return MailboxKind.UNKNOWN, None
        purpose = MailboxSettingsPayload.read(content, "mailbox settings").user_purpose
        return _KINDS.get(purpose.lower(), MailboxKind.UNKNOWN), True
