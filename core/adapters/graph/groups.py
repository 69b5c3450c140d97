"""Distribution groups of the directory and the people in them (R-008, graph-calendar 6)."""

from core.adapters.graph.client import GraphConnection
from core.adapters.graph.directory_payloads import GroupPayload, MemberPayload
from core.adapters.graph.failures import Subject
from core.adapters.graph.paging import items, read_page
from core.domain.meeting import Attendee
from core.errors import NotFoundError

_PAGE = 500
"""Exchange takes no more attendees than this, so one page holds any group that matters."""


class GroupReader:
    """Expands an address. Needs `GroupMember.Read.All`, else NotPermittedError."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def members(self, address: str) -> tuple[Attendee, ...] | None:
        """Return everybody with an address behind `address`, sorted; None: no such group.

        One read for the group, one for its members of all levels. Dynamic distribution groups
        are not in the directory, so they are none.
        """
        doing = "looking a group up"
        found = await self._connection.read(lambda r: r.groups_at(address), doing)
        groups = read_page(found, doing).value
        if not groups:
            return None
        group_id = GroupPayload.read(groups[0], "group").id
        try:
            return await self._members(group_id)
        except NotFoundError:
            return None

    async def _members(self, group_id: str) -> tuple[Attendee, ...]:
        doing = "reading the members of a group"
        first = await self._connection.read(
            lambda r: r.members(group_id, _PAGE), doing, subject=Subject.GROUP
        )
        people: dict[str, Attendee] = {}
        async for item in items(self._connection, first, doing, _PAGE):
            member = MemberPayload.read(item, "member of a group")
            mail = member.mail.strip().lower()
            if mail and not member.is_group:
                people.setdefault(mail, Attendee(mail, member.display_name))
        return tuple(people[mail] for mail in sorted(people))
