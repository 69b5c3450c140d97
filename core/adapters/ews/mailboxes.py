"""The MailboxDirectory port over ResolveNames, and a look at the calendar behind the address.

EWS does not say whether somebody is a person or a room, and names three addresses at most.
"""

from collections.abc import Callable, Sequence

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.item_shape import calendar_folder
from core.adapters.ews.room_lists import rooms_near
from core.adapters.ews.xml import Element, child, children, m, t, text
from core.domain.ids import EnvironmentId
from core.errors import NotPermittedError, PermanentError, PreconditionFailedError
from core.ports.mailboxes import MailboxFacts, MailboxKind, RoomFacts

Connect = Callable[[EnvironmentId], EwsConnection]

_NOBODY = frozenset({"ErrorNameResolutionNoResults"})
_PRIMARY = "SMTP:"
_GROUPS = frozenset({"PublicDL", "PrivateDL", "PublicFolder"})


class EwsMailboxDirectory:
    """Asks the address book of an installation; two requests per address."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    async def find(self, environment: EnvironmentId, address: str) -> MailboxFacts | None:
        """Return what is behind an address, primary or alias, None when there is nothing."""
        if "@" not in address:
            return None
        connection = self._connect(environment)
        doing = "looking an address up"
        request = m(
            "ResolveNames",
            m("UnresolvedEntry", f"smtp:{address}"),
            ReturnFullContactData="true",
            SearchScope="ActiveDirectory",
            ContactDataShape="AllProperties",
        )
        found = await connection.ask_directory(
            address, "ResolveNames", request, doing, nobody=_NOBODY
        )
        if found is None:
            return None
        for resolution in children(found, "ResolutionSet"):
            addresses = _addresses(resolution)
            if address.lower() in {known.lower() for known in addresses}:
                return await self._facts(connection, resolution, addresses)
        return None

    async def opens(self, environment: EnvironmentId, address: str) -> bool:
        """Tell whether the calendar behind an address opens to us; one request, of nothing in it.

        Who may not be impersonated and who has no mailbox is told apart by the installation.
        """
        try:
            await _opened(self._connect(environment), address)
        except NotPermittedError:
            return False
        return True

    async def rooms(self, environment: EnvironmentId, near: str) -> Sequence[RoomFacts]:
        """Return the rooms of all room lists; a request for the lists and one for each."""
        return await rooms_near(self._connect(environment), near)

    async def _facts(
        self, connection: EwsConnection, resolution: Element, addresses: list[str]
    ) -> MailboxFacts:
        primary = addresses[0]
        is_group = text(resolution, "Mailbox", "MailboxType") in _GROUPS
        return MailboxFacts(
            address=primary,
            aliases=tuple(addresses[1:]),
            kind=MailboxKind.OTHER if is_group else MailboxKind.UNKNOWN,
            is_usable=False if is_group else await _is_usable(connection, primary),
            mailbox_id=text(resolution, "Contact", "DirectoryId"),
        )


def _addresses(resolution: Element) -> list[str]:
    """Return the primary address and then the others."""
    primary = text(resolution, "Mailbox", "EmailAddress")
    lines = [line.text or "" for line in children(resolution, "Contact", "EmailAddresses")]
    known = [line.partition(":")[2] or line for line in sorted(lines, key=_is_other)]
    return list(dict.fromkeys([primary, *known]))


def _is_other(line: str) -> bool:
    return not line.startswith(_PRIMARY)


async def _is_usable(connection: EwsConnection, address: str) -> bool | None:
    """Tell whether the calendar opens; None where we may not ask."""
    try:
        reply = await _opened(connection, address)
    except NotPermittedError:
        return None
    except (PermanentError, PreconditionFailedError):
        return False
    return child(reply, "Folders") is not None


async def _opened(connection: EwsConnection, address: str) -> Element:
    shape = m("FolderShape", t("BaseShape", "IdOnly"))
    request = m("GetFolder", shape, calendar_folder("FolderIds"))
    return await connection.ask_mailbox(address, "GetFolder", request, "opening a calendar")
