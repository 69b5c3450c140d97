"""What the sources leave open about ROOMS, as switches that outlive a kill."""

from devstack.kit.shelf import Shelf
from devstack.kit.switches import Switch, Switches, Value


class KeptSwitches(Switches):
    """Switches whose positions are kept on the shelf."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(known_switches())
        self._shelf = shelf
        for name, value in shelf.load("switch"):
            super().set(name, value)

    def set(self, name: str, value: Value) -> None:
        super().set(name, value)
        self._shelf.put("switch", name, value)
        self._shelf.flush()

    def reset(self) -> None:
        """Put every switch back; the shelf is cleared by the store."""
        self.known = known_switches()


def known_switches() -> dict[str, Switch]:
    """Return every switch in its first position."""
    return {
        "refusal": Switch("4xx", ("4xx", "200"), "rooms-api 1 (error shape)"),
        "timestamps": Switch("zone", ("zone", "naive"), "rooms-api 7a"),
        "modified_on_filter": Switch(">=", (">=", ">", "date", "ignored"), "rooms-api 3 (find)"),
        "find_cancelled": Switch(True, (True, False), "rooms-api 3 (find)"),
        "find_system_resource": Switch(True, (True, False), "rooms-sync R-114"),
        "draft_minutes": Switch(20, (1, 5, 15, 20, 30), "rooms-api 4 (lifetime)"),
        "temporary_minutes": Switch(60, (15, 60, 240, 1440), "rooms-sync R-107"),
        "rights_of": Switch("both", ("both", "caller"), "rooms-api 1 (rights), rooms-sync R-108"),
        "rules_at": Switch("open", ("open", "confirm"), "rooms-api 4 (create, confirm)"),
        "edit_lock": Switch("others", ("others", "everyone"), "rooms-api 9a, 7."),
        "noop_update": Switch("keeps", ("keeps", "bumps"), "rooms-api 9a, 9."),
        "dotted_mail": Switch("found", ("found", "404"), "rooms-api 5 (person/{mail})"),
        "busy_digit": Switch("1", ("1", "status"), "rooms-api 7a (FreeBusyData)"),
        "busy_interval": Switch("asked", ("asked", "15"), "rooms-api 7a (FreeBusyData)"),
        "unknown_sync_item": Switch("0", ("0", "404"), "rooms-api 3 (syncitemid)"),
    }
