"""The rooms that an installation offers: GetRoomLists, and GetRooms for each list."""

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.xml import Element, child, children, m, t, text
from core.ports.mailboxes import RoomFacts

_NO_LIST = frozenset({"ErrorNameResolutionNoResults", "ErrorNameResolutionNoMailbox"})
"""What a list that is empty, or went a moment ago, is answered with."""


async def rooms_near(connection: EwsConnection, near: str) -> list[RoomFacts]:
    """Return the rooms of all lists, in the first one that has them."""
    doing = "reading the room lists"
    answer = await connection.ask_directory(
        near, "GetRoomLists", m("GetRoomLists"), doing, _NO_LIST
    )
    lists = [] if answer is None else children(answer, "RoomLists")
    found: dict[str, RoomFacts] = {}
    for each in sorted(lists, key=lambda each: text(each, "Name").casefold()):
        for room in await _rooms(connection, near, each):
            found.setdefault(room.address.lower(), room)
    return list(found.values())


async def _rooms(connection: EwsConnection, near: str, room_list: Element) -> list[RoomFacts]:
    request = m("GetRooms", m("RoomList", t("EmailAddress", text(room_list, "EmailAddress"))))
    doing = "reading the rooms of a list"
    answer = await connection.ask_directory(near, "GetRooms", request, doing, _NO_LIST)
    ids = [child(room, "Id") for room in ([] if answer is None else children(answer, "Rooms"))]
    rooms = [
        RoomFacts(
            address=text(each, "EmailAddress").strip(),
            name=text(each, "Name").strip(),
            room_list=text(room_list, "Name").strip(),
        )
        for each in ids
        if each is not None and "@" in text(each, "EmailAddress")
    ]
    return sorted(rooms, key=lambda room: (room.name.casefold(), room.address))
