"""The company that scenarios play in, and how a test has it otherwise.

anna, marc, lea     synced, with a mailbox; Marc is Anna's delegate
peter               known to ROOMS and to Exchange, not synced
Säntis, Eiger       rooms with a mailbox, Sync-Master on
Pilatus             as these, Sync-Master off
Rigi                known to ROOMS only
Zoom                an online resource: no room at all
"""

import copy
from dataclasses import dataclass, field
from typing import Any

from devstack.kit.world import World as WorldFile
from tests.kit.on_premises import EWS, GRAPH, MIXED, usual_exchange

DOMAIN = "contoso.example"
CELLAR_DOMAIN = "cellar.example"
IN_THE_CELLAR = ("marc", "lea", "Säntis", "Pilatus")
"""Who lives on premises in a mixed company: an organizer and a room are on either side."""
START = "2026-03-02T07:00:05Z"
"""A Monday morning, 08:00 in Zurich, just after the timers of the full minute."""

PERSONS = {
    "anna": {"mail": f"anna.meier@{DOMAIN}", "name": "Anna Meier", "rooms_id": 11, "pin": "100011",
             "delegates": [f"marc.weber@{DOMAIN}"]},
    "marc": {"mail": f"marc.weber@{DOMAIN}", "name": "Marc Weber", "rooms_id": 12, "pin": "100012"},
    "lea": {"mail": f"lea.roth@{DOMAIN}", "name": "Lea Roth", "rooms_id": 13, "pin": "100013"},
    "peter": {"mail": f"peter.huber@{DOMAIN}", "name": "Peter Huber", "rooms_id": 16,
              "pin": "100016", "mode": "None"},
}  # fmt: skip


def _room(rooms_id: int, name: str, address: str, **more: object) -> dict[str, Any]:
    mail = f"{address}@{DOMAIN}"
    known = {"rooms_id": rooms_id, "name": name, "location": 1}
    return known | {"mail": mail, "external_identifier": mail, **more}


RESOURCES = {
    "Säntis": _room(101, "Säntis", "saentis"),
    "Eiger": _room(102, "Eiger", "eiger"),
    "Pilatus": _room(103, "Pilatus", "pilatus", sync_master=False),
    "Rigi": {"rooms_id": 106, "name": "Rigi", "location": 1, "mode": "None"},
    "Zoom": {"rooms_id": 107, "name": "Zoom", "location": 1, "mode": "None", "online": True},
}
LOCATIONS = [{"id": 1, "name": "Bern", "holidays": ["2026-05-01"]}]


@dataclass(slots=True)
class Company:
    """Who and what exists, by short name; `more` are keys of the settings file that only the app
    reads, by short name, too.
    """

    persons: dict[str, dict[str, Any]] = field(default_factory=lambda: copy.deepcopy(PERSONS))
    resources: dict[str, dict[str, Any]] = field(default_factory=lambda: copy.deepcopy(RESOURCES))
    policies: dict[str, Any] = field(default_factory=dict)
    app_policies: dict[str, Any] = field(default_factory=dict)
    global_sync: bool = True
    locations: list[dict[str, Any]] = field(default_factory=lambda: copy.deepcopy(LOCATIONS))
    groups: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    bookings: list[dict[str, Any]] = field(default_factory=list)
    start: str = START
    exchange: str = field(default_factory=usual_exchange)
    more: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.exchange == MIXED:
            self._move_into_the_cellar()

    def as_world(self) -> dict[str, Any]:
        """Return the world file of devstack.md, section 4."""
        return {
            "mandator": "Default",
            "global_sync_enabled": self.global_sync,
            "start": self.start,
            "environments": self.environments(),
            "policies": self.policies,
            "persons": [self._with_mode(entry) for entry in self.persons.values()],
            "locations": self.locations,
            "resources": [self._with_mode(entry) for entry in self.resources.values()],
            "groups": self.groups,
            "events": self.events,
            "bookings": self.bookings,
        }

    def environments(self) -> list[dict[str, Any]]:
        """Return where mailboxes live."""
        kind = EWS if self.exchange == EWS else GRAPH
        here: dict[str, Any] = {"id": "contoso", "kind": kind, "domains": [DOMAIN]}
        cellar: dict[str, Any] = {"id": "cellar", "kind": EWS, "domains": [CELLAR_DOMAIN]}
        return [here, cellar] if self.exchange == MIXED else [here]

    def _with_mode(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return an entry with the mode of the place where its mailbox is (R-011)."""
        domain = str(entry.get("mail") or "").rpartition("@")[2].lower()
        on_premises = {d for e in self.environments() if e["kind"] == EWS for d in e["domains"]}
        if domain in on_premises and entry.get("mode", "Microsoft365") == "Microsoft365":
            return {**entry, "mode": "EWS1"}
        return entry

    def _move_into_the_cellar(self) -> None:
        moved = {
            str(entry["mail"]): str(entry["mail"]).replace(DOMAIN, CELLAR_DOMAIN)
            for name, entry in (self.persons | self.resources).items()
            if name in IN_THE_CELLAR and entry.get("mail")
        }
        for entry in (*self.persons.values(), *self.resources.values()):
            for key in ("mail", "external_identifier"):
                if entry.get(key) in moved:
                    entry[key] = moved[entry[key]]
            if "delegates" in entry:
                entry["delegates"] = [moved.get(mail, mail) for mail in entry["delegates"]]

    def as_settings(self) -> dict[str, Any]:
        """Return the same as the app imports it, with what only the app knows."""
        whole = WorldFile.model_validate(self.as_world()).model_dump(mode="json")
        for row in (*whole["persons"], *whole["resources"]):
            row.update(self.more.get(self.name_of(str(row.get("mail") or "")), {}))
        return whole | {"policies": {**whole["policies"], **self.app_policies}}

    def address(self, name: str) -> str:
        """Return the address behind a short name; an address stays what it is."""
        for known in (self.persons, self.resources):
            if name in known:
                return str(known[name].get("mail") or "")
        if "@" not in name:
            raise ValueError(f"nobody is called {name!r}; write an address for outsiders")
        return name

    def environment_of(self, name: str) -> str:
        """Return the id of the environment in which somebody's mailbox lives."""
        domain = self.address(name).rpartition("@")[2].lower()
        return next(str(e["id"]) for e in self.environments() if domain in e["domains"])

    def person_number(self, name: str) -> int:
        return int(self.persons[name]["rooms_id"])

    def resource_number(self, name: str) -> int:
        return int(self.resources[name]["rooms_id"])

    def name_of(self, address: str) -> str:
        """Return the short name behind an address or alias; outsiders keep their address."""
        wanted = address.lower()
        for name, entry in (self.persons | self.resources).items():
            known = {
                str(entry.get("mail") or "").lower(),
                *map(str.lower, entry.get("aliases", [])),
            }
            if wanted and wanted in known:
                return name
        return wanted

    def person_named(self, number: int) -> str:
        return next((n for n, p in self.persons.items() if p["rooms_id"] == number), str(number))

    def resource_named(self, number: int) -> str:
        return next((n for n, r in self.resources.items() if r["rooms_id"] == number), str(number))

    # What the rules say about who takes part (rooms-sync (a)), told once more, apart from core/

    def is_synced(self, person: str) -> bool:
        entry = self.persons.get(person)
        return (
            entry is not None
            and entry.get("mode", "Microsoft365") != "None"
            and not entry.get("sync_disabled", False)
            and entry.get("mailbox", True)
        )

    def is_room_synced(self, resource: str) -> bool:
        entry = self.resources.get(resource, {})
        return bool(
            self.global_sync
            and entry.get("mail")
            and entry.get("external_identifier") == entry.get("mail")
            and entry.get("mode", "Microsoft365") != "None"
            and entry.get("active", True)
            and not entry.get("online", False)
        )

    def unfolded_groups(self) -> dict[str, frozenset[str]]:
        """Return who is in each group, through all levels; none unless the policy wants that."""
        if not self.policies.get("resolve_groups"):
            return {}
        inner = {str(group["mail"]).lower(): group["members"] for group in self.groups}

        def people(address: str) -> frozenset[str]:
            if address.lower() not in inner:
                return frozenset({self.name_of(address)})
            return frozenset().union(*map(people, inner[address.lower()]))

        return {address: people(address) for address in inner}

    def is_since(self, person: str, resource: str) -> bool:
        """Tell whether there is a moment since which one of the two is synced (D11)."""
        entries = (self.persons.get(person, {}), self.resources.get(resource, {}))
        return any(entry.get("synced_since") for entry in entries)

    def takes(self, person: str, resource: str) -> bool:
        ticked = self.persons[person].get("resource_types")
        return ticked is None or self.resources[resource].get("type", "Raum") in ticked


def usual_address(name: str) -> str:
    """Return the address behind a short name where the usual company lives (no world yet)."""
    return Company().address(name)


def usual_environment(name: str) -> str:
    """Return the id of the environment in which somebody of the usual company lives."""
    return Company().environment_of(name)
