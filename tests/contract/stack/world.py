"""The world file of the contract, filled with enough people and rooms to act."""

from typing import Any

ANNA = "anna.meier@contoso.example"
MARC = "marc.weber@contoso.example"
SAENTIS = "saentis@contoso.example"
EIGER = "eiger@contoso.example"


def contract_world() -> dict[str, Any]:
    """Return the example of section 4, every key spelt out once."""
    return {
        "mandator": "Default",
        "global_sync_enabled": True,
        "start": "2026-03-02T07:00:00Z",
        "environments": [{"id": "contoso", "kind": "graph", "domains": ["contoso.example"]}],
        "policies": {
            "resources_per_event": "one",
            "direct_booking": "report",
            "unsynced_organizer": "report",
            "lead_follow_up": "zero",
            "hold_for_unsynced": True,
        },
        "persons": [
            {
                "mail": ANNA,
                "name": "Anna Meier",
                "rooms_id": 11,
                "pin": "100011",
                "time_zone": "Europe/Zurich",
                "language": "de",
                "aliases": [],
                "mode": "Microsoft365",
                "sync_url": None,
                "sync_disabled": False,
                "conflict_behaviour": "Rollback",
                "mail_on_error": True,
                "resource_types": None,
                "rights": {},
                "delegates": [],
                "mailbox": True,
                "rooms_person": True,
            },
            {
                "mail": MARC,
                "name": "Marc Weber",
                "rooms_id": 12,
                "pin": "100012",
                "delegates": [ANNA],
            },
        ],
        "locations": [
            {
                "id": 1,
                "name": "Bern",
                "parent": None,
                "time_zone": "Europe/Zurich",
                "holidays": ["2026-05-01"],
                "error_mail": None,
            }
        ],
        "resources": [
            {
                "rooms_id": 101,
                "name": "Säntis",
                "mail": SAENTIS,
                "external_identifier": SAENTIS,
                "type": "Raum",
                "location": 1,
                "time_zone": "Europe/Zurich",
                "capacity": 8,
                "active": True,
                "online": False,
                "mode": "Microsoft365",
                "sync_master": True,
                "lead_minutes": 0,
                "follow_up_minutes": 0,
                "opening_hours": {"mon-fri": "07:00-19:00"},
                "blocking_times": [
                    {
                        "start": "2026-03-09T08:00:00Z",
                        "end": "2026-03-09T12:00:00Z",
                        "title": "Reinigung",
                    }
                ],
                "calendar_processing": {
                    "AutomateProcessing": "AutoAccept",
                    "AllowConflicts": False,
                    "BookingWindowInDays": 180,
                },
            },
            {
                "rooms_id": 102,
                "name": "Eiger",
                "mail": EIGER,
                "external_identifier": EIGER,
            },
        ],
        "groups": [{"id": "g1", "mail": "team@contoso.example", "members": [ANNA]}],
        "events": [],
        "bookings": [],
    }
