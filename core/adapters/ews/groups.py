"""Distribution groups and the people in them, through ExpandDL: one request per group (R-008)."""

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.xml import Element, children, m, t, text
from core.domain.meeting import Attendee

MOST_GROUPS = 50
"""Groups in groups; more is a mistake of the directory."""
_NO_GROUP = frozenset({"ErrorNameResolutionNoResults", "ErrorNameResolutionNoMailbox"})
_GROUPS = frozenset({"PublicDL", "PrivateDL", "GroupMailbox"})


class GroupReader:
    """Expands an address."""

    def __init__(self, connection: EwsConnection) -> None:
        self._connection = connection

    async def members(self, address: str) -> tuple[Attendee, ...] | None:
        """Return everybody with an address behind `address`, sorted; None: no such group."""
        first = await self._expanded(address)
        if first is None:
            return None
        people: dict[str, Attendee] = {}
        waiting, seen = first, {address.lower()}
        while waiting:
            member = waiting.pop(0)
            mail = text(member, "EmailAddress").strip().lower()
            if not mail or mail in seen:
                continue
            seen.add(mail)
            if text(member, "MailboxType") not in _GROUPS:
                people.setdefault(mail, Attendee(mail, text(member, "Name")))
            elif len(seen) < MOST_GROUPS + len(people):
                waiting += await self._expanded(mail) or []
        return tuple(people[mail] for mail in sorted(people))

    async def _expanded(self, address: str) -> list[Element] | None:
        if "@" not in address:
            return None
        request = m("ExpandDL", m("Mailbox", t("EmailAddress", address)))
        doing = "reading the members of a group"
        found = await self._connection.ask_directory(
            address, "ExpandDL", request, doing, nobody=_NO_GROUP
        )
        return None if found is None else children(found, "DLExpansion")
