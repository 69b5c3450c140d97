"""The address book straight from the model: the MailboxDirectory port without Graph."""

from core.adapters.graph.mailboxes import _KINDS
from core.domain.ids import EnvironmentId
from core.errors import MailboxUnavailableError, NotPermittedError
from core.ports.mailboxes import MailboxFacts, MailboxKind, RoomFacts
from devstack.exchange.model.mailbox import Mailbox, Purpose
from tests.simulation.ports.exchange_line import MAILBOX_SETTINGS, USERS, Asking, ExchangeLine


class ModelMailboxes:
    """Asks the directory of the one organisation that the model has."""

    def __init__(self, line: ExchangeLine) -> None:
        self._line = line

    async def find(
        self,
        environment: EnvironmentId,  # noqa: ARG002 - there is one organisation
        address: str,
    ) -> MailboxFacts | None:
        asking = Asking(
            port="find", operation="user.list", doing="looking an address up", permission=USERS
        )
        user = await self._line.ask(asking, "/v1.0/users", lambda _: self._at(address))
        if user is None:
            return None
        kind, is_usable = await self._mailbox(user)
        return MailboxFacts(
            address=user.mail,
            aliases=tuple(alias for alias in user.aliases if alias != user.mail),
            kind=kind,
            is_usable=is_usable and bool(user.mail),
            mailbox_id=user.guid,
        )

    def _at(self, address: str) -> Mailbox | None:
        wanted = address.casefold()
        for user in self._line.simulator.model.directory:
            known = (user.mail.casefold(), *(alias.casefold() for alias in user.aliases))
            if user.is_internal and not user.is_system and wanted in known:
                return user
        return None

    async def _mailbox(self, user: Mailbox) -> tuple[MailboxKind, bool | None]:
        asking = Asking(
            port="find",
            operation="settings.read",
            doing="reading the settings of a mailbox",
            permission=MAILBOX_SETTINGS,
        )
        try:
            purpose = await self._line.ask(
                asking, "mailboxSettings", lambda asked: asked.opened.purpose.value, user.guid
            )
        except MailboxUnavailableError:
            return MailboxKind.UNKNOWN, False
        except NotPermittedError:
            return MailboxKind.UNKNOWN, None
        return _KINDS.get(purpose.lower(), MailboxKind.UNKNOWN), True

    async def opens(
        self,
        environment: EnvironmentId,  # noqa: ARG002 - there is one organisation
        address: str,
    ) -> bool:
        user = self._at(address)
        if user is None:
            raise MailboxUnavailableError("nobody has this address")
        asking = Asking(
            port="opens",
            operation="calendar.view",
            doing="opening a calendar",
        )
        try:
            await self._line.ask(asking, "calendarView", lambda _: None, user.guid)
        except NotPermittedError:
            return False
        return True

    async def rooms(
        self,
        environment: EnvironmentId,  # noqa: ARG002 - there is one organisation
        near: str,  # noqa: ARG002 - as above
    ) -> list[RoomFacts]:
        asking = Asking(port="rooms", operation="place.list", doing="reading the rooms")
        return await self._line.ask(asking, "places", lambda _: self._rooms())

    def _rooms(self) -> list[RoomFacts]:
        found = [
            RoomFacts(address=room.mail, name=room.name, room_list=room.building)
            for room in self._line.simulator.model.directory
            if room.purpose is Purpose.ROOM and room.is_internal
        ]
        return sorted(found, key=lambda room: (room.room_list.casefold(), room.name.casefold()))
