"""The people and rooms of a world by the short names that a script uses."""

from functools import cached_property

from devstack.kit.world import Person, Resource, World


class UnknownNameError(Exception):
    """A script names somebody whom the world does not have."""


class Company:
    """A person's short name is the first part of the mail address, a room's is its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._persons = {_short(person): person for person in world.persons}
        self._rooms = {room.name: room for room in world.resources}

    def person(self, name: str) -> Person:
        try:
            return self._persons[name]
        except KeyError:
            known = ", ".join(self._persons)
            raise UnknownNameError(f"nobody is called {name!r}; there are {known}") from None

    def room(self, name: str) -> Resource:
        try:
            return self._rooms[name]
        except KeyError:
            known = ", ".join(self._rooms)
            raise UnknownNameError(f"no room is called {name!r}; there are {known}") from None

    def address(self, name: str) -> str:
        """Return the mail address behind a short name; an outsider's address is its own."""
        return name if "@" in name else self.person(name).mail

    def room_numbered(self, number: int) -> str:
        """Return the name of the room with this ROOMS id, the id itself for a hidden one."""
        return self._room_names.get(number, str(number))

    @cached_property
    def room_mails(self) -> dict[str, str]:
        """Return the names of the rooms by lower-case mail address."""
        return {r.mail.lower(): r.name for r in self.world.resources if r.mail}

    @cached_property
    def _room_names(self) -> dict[int, str]:
        return {room.rooms_id: room.name for room in self.world.resources}

    def is_room_synced(self, name: str) -> bool:
        """Tell whether a room is invited into events: it has a mailbox that is synced."""
        room = self.room(name)
        return bool(room.mail) and room.mode != "None" and room.active and not room.online


def _short(person: Person) -> str:
    return person.mail.split("@", 1)[0].split(".", 1)[0]
