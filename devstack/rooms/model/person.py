"""A person of ROOMS with rights and sync settings (R-030..R-036, R-117)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a person may do; `administrator` is the API user's: everything."""

    book: bool = True
    quick_booking: bool = True
    book_private: bool = True
    book_for_others: bool = True
    see_private: bool = False
    see_free_busy: bool = False
    book_definitive: bool = True
    administrator: bool = False


EVERY_RIGHT = Rights(see_private=True, see_free_busy=True, administrator=True)

RIGHT_IDS = {
    "book": 3,
    "quick_booking": 8,
    "book_private": 14,
    "book_for_others": 17,
    "see_private": 22,
    "see_free_busy": 61,
    "book_definitive": 35,
    "administrator": 90,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSettings:
    """What the profile page says about the calendar sync (`syncsettings`, rooms-api 8, 8.)."""

    mode: str = "None"
    url: str | None = None
    disabled: bool = False
    conflict_behaviour: str = "Rollback"
    mail_on_error: bool = True
    resource_types: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may log on with a PIN, organize and take part."""

    id: int
    name: str
    first_name: str = ""
    last_name: str = ""
    mail: str | None = None
    pin: str = ""
    time_zone: str = "Europe/Zurich"
    language: str = "de"
    active: bool = True
    rights: Rights = Rights()
    sync: SyncSettings = SyncSettings()
    series_zone_source: str | None = None
    custom_fields: Mapping[str, object] = field(default_factory=dict)
    created_on: datetime
    modified_on: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
