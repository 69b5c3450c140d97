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
        **series_switches(),
    }


def series_switches() -> dict[str, Switch]:
    """Return what is open about series."""
    return {
        "series_zone": Switch(
            "organizer", ("organizer", "creator", "location"), "rooms-sync R-660"
        ),
        "series_conflicts": Switch(
            "refused", ("refused", "left_out", "without_room"), "rooms-api 4 (confirm)"
        ),
        "series_split": Switch("splits", ("splits", "keeps"), "rooms-sync R-611"),
        "series_over_limit": Switch("refused", ("refused", "cut"), "rooms-sync R-604"),
        "series_link": Switch(
            "every_item", ("every_item", "first_item"), "rooms-api 4 (syncAppointmentOid)"
        ),
        "series_delete_in_edit": Switch(
            "ends", ("ends", "nothing"), "rooms-api 4 (recurrence/delete)"
        ),
        "series_week_start": Switch("monday", ("monday", "sunday"), "rooms-sync R-600"),
        "series_short_months": Switch("last", ("last", "skipped"), "rooms-sync R-600"),
        "series_fifth_week": Switch("last", ("last", "fifth"), "rooms-api 4 (dayOfWeekInMonth)"),
        "series_end_date": Switch("date", ("date", "instant"), "rooms-api 4 (endDate)"),
        "series_weekdays": Switch("Weekly", ("Weekly", "Daily"), "rooms-api 8, 9."),
        "validation_state": Switch(
            "0 valid", ("0 valid", "2 valid"), "rooms-api 7 (validationState)"
        ),
    }
