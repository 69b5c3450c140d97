"""Places: the rooms of the organisation (graph-calendar 6)."""

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import GraphError
from devstack.exchange.graph.paging import page_of
from devstack.exchange.graph.routing import Routes
from devstack.exchange.model import versions
from devstack.exchange.model.mailbox import Mailbox, Purpose

PAGE = 100


class Places:
    """The handlers of `/places`; every building is a room list."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        table.add("GET", "places/room", self.rooms)
        table.add("GET", "places/roomlist", self.room_lists)
        table.add("GET", "places/{place}", self.read)
        table.add("GET", "places/{place}/roomlist/rooms", self.rooms_of_list)

    async def rooms(self, call: Call) -> Reply:
        call.did("place.list")
        return self._listed(call, [_room(room) for room in self._rooms()])

    async def room_lists(self, call: Call) -> Reply:
        call.did("place.list")
        return self._listed(call, [_room_list(name) for name in self._buildings()])

    async def rooms_of_list(self, call: Call) -> Reply:
        call.did("place.list")
        wanted = call.params["place"].lower()
        for building in self._buildings():
            if wanted in (_list_mail(building), versions.guid("roomlist", building)):
                found = [_room(room) for room in self._rooms() if room.building == building]
                return self._listed(call, found)
        raise _unknown(call)

    async def read(self, call: Call) -> Reply:
        call.did("place.read")
        wanted = call.params["place"].lower()
        for room in self._rooms():
            if wanted in (room.mail.lower(), versions.guid("place", room.guid)):
                return Reply(200, {"@odata.type": "#microsoft.graph.room", **_room(room)})
        raise _unknown(call)

    def _rooms(self) -> list[Mailbox]:
        return [
            mailbox
            for mailbox in self._model.directory
            if mailbox.purpose is Purpose.ROOM and mailbox.is_internal
        ]

    def _buildings(self) -> list[str]:
        return list(dict.fromkeys(room.building for room in self._rooms() if room.building))

    def _listed(self, call: Call, shown: list[Json]) -> Reply:
        page, beside = page_of(call, self._context.throttle, shown, PAGE)
        return Reply(200, self._context.collection(call, "places", list(page)) | beside)


def _room(room: Mailbox) -> Json:
    is_reserved = room.policy is not None and room.policy.booking_type == "Reserved"
    return {
        "id": versions.guid("place", room.guid),
        "placeId": room.guid,
        "displayName": room.name,
        "emailAddress": room.mail,
        "nickname": room.name,
        "label": None,
        "building": room.building or None,
        "floorNumber": None,
        "floorLabel": None,
        "capacity": room.capacity,
        "bookingType": "reserved" if is_reserved else "standard",
        "phone": "",
        "address": None,
        "geoCoordinates": None,
        "audioDeviceName": None,
        "videoDeviceName": None,
        "displayDeviceName": None,
        "isWheelChairAccessible": False,
        "tags": [],
    }


def _room_list(building: str) -> Json:
    return {
        "id": versions.guid("roomlist", building),
        "displayName": building,
        "emailAddress": _list_mail(building),
        "phone": "",
    }


def _list_mail(building: str) -> str:
    slug = "".join(c if c.isalnum() else "-" for c in building.lower())
    return f"roomlist-{slug}@places.example"


def _unknown(call: Call) -> GraphError:
    return GraphError(404, "ResourceNotFound", f"No place '{call.params['place']}' was found.")
