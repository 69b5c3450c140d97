"""Why ROOMS says no: one code and one German text per reason, never a title or a foreign name.

RoomsError
  RefusedError       validation failed; nothing was stored (400, or 200 with a messageList)
  MissingError       no such booking, resource, person, draft ... (404)
  ForbiddenError     an administrator's call made by somebody else (403)
  NotModelledError   the request asks for something this simulator does not model (501)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """The code of a refusal, sent as `messageData.code`."""

    OCCUPIED = "occupied"
    OCCUPIED_BY_DRAFT = "occupied_by_draft"
    BLOCKING_TIME = "blocking_time"
    OUTSIDE_OPENING_HOURS = "outside_opening_hours"
    HOLIDAY = "holiday"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    CAPACITY = "capacity"
    INACTIVE_RESOURCE = "inactive_resource"
    UNKNOWN_RESOURCE = "unknown_resource"
    INVALID_PERIOD = "invalid_period"
    PAST = "past"
    LOCKED = "locked"
    DRAFT_OPEN = "draft_open"
    RIGHT_BOOK = "right_book"
    RIGHT_QUICK_BOOKING = "right_quick_booking"
    RIGHT_PRIVATE = "right_private"
    RIGHT_FOR_OTHERS = "right_for_others"
    RIGHT_DEFINITIVE = "right_definitive"
    UNKNOWN_PERSON = "unknown_person"
    STATUS_NOT_ALLOWED = "status_not_allowed"
    NO_ONLINE_RESOURCE = "no_online_resource"
    NOT_AN_EXTENSION = "not_an_extension"
    NOT_STARTED = "not_started"
    CHECKIN_NOT_POSSIBLE = "checkin_not_possible"
    CHECKOUT_NOT_POSSIBLE = "checkout_not_possible"
    CANCELLED = "cancelled"
    SERIES_PATTERN = "series_pattern"
    SERIES_ENDLESS = "series_endless"
    SERIES_EMPTY = "series_empty"
    SERIES_LIMIT = "series_limit"


TEXTS = {
    Reason.OCCUPIED: "Die Ressource ist zur gewünschten Zeit bereits besetzt.",
    Reason.OCCUPIED_BY_DRAFT: "Die Ressource ist zur gewünschten Zeit besetzt (System).",
    Reason.BLOCKING_TIME: "Die Ressource ist zur gewünschten Zeit gesperrt.",
    Reason.OUTSIDE_OPENING_HOURS: "Die Buchung liegt ausserhalb der Öffnungszeiten.",
    Reason.HOLIDAY: "Am gewünschten Tag ist am Standort ein Feiertag.",
    Reason.TOO_SHORT: "Die Mindestdauer der Ressource ist unterschritten.",
    Reason.TOO_LONG: "Die Maximaldauer der Ressource ist überschritten.",
    Reason.TOO_EARLY: "So weit im Voraus kann die Ressource nicht gebucht werden.",
    Reason.TOO_LATE: "So kurzfristig kann die Ressource nicht gebucht werden.",
    Reason.CAPACITY: "Die Kapazität der Ressource reicht für die Anzahl Personen nicht aus.",
    Reason.INACTIVE_RESOURCE: "Die Ressource ist inaktiv und kann nicht gebucht werden.",
    Reason.UNKNOWN_RESOURCE: "Die Ressource existiert nicht.",
    Reason.INVALID_PERIOD: "Das Ende muss nach dem Beginn liegen.",
    Reason.PAST: "In der Vergangenheit kann nicht gebucht oder geändert werden.",
    Reason.LOCKED: "Die Buchung wird gerade von einer anderen Person bearbeitet.",
    Reason.DRAFT_OPEN: "Die Buchung ist noch nicht bestätigt; bestätigen oder verwerfen Sie sie.",
    Reason.RIGHT_BOOK: "Sie haben kein Recht, diese Ressource zu buchen.",
    Reason.RIGHT_QUICK_BOOKING: "Sie haben kein Recht für Schnellbuchungen.",
    Reason.RIGHT_PRIVATE: "Sie haben kein Recht, private Buchungen zu erstellen.",
    Reason.RIGHT_FOR_OTHERS: "Sie haben kein Recht, für andere Personen zu buchen.",
    Reason.RIGHT_DEFINITIVE: "Sie haben kein Recht, definitiv zu buchen.",
    Reason.UNKNOWN_PERSON: "Die angegebene Person ist nicht bekannt oder nicht aktiv.",
    Reason.STATUS_NOT_ALLOWED: "Dieser Status kann jetzt nicht gewählt werden.",
    Reason.NO_ONLINE_RESOURCE: "Es ist keine Online-Ressource vorhanden.",
    Reason.NOT_AN_EXTENSION: "Das neue Ende muss nach dem bisherigen Ende liegen.",
    Reason.NOT_STARTED: "Die Buchung hat noch nicht begonnen.",
    Reason.CHECKIN_NOT_POSSIBLE: "Ein Check-in ist jetzt nicht möglich.",
    Reason.CHECKOUT_NOT_POSSIBLE: "Ein Check-out ist jetzt nicht möglich.",
    Reason.CANCELLED: "Die Buchung ist annulliert.",
    Reason.SERIES_PATTERN: "Dieses Serienmuster ist nicht möglich.",
    Reason.SERIES_ENDLESS: "Eine Serie braucht ein Enddatum oder eine Anzahl Termine.",
    Reason.SERIES_EMPTY: "Die Serie enthält keinen Termin.",
    Reason.SERIES_LIMIT: "Die Serie ist länger, als es Ihre Benutzergruppe erlaubt.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason and the property it is about (`messagePath`), empty when it is about all."""

    reason: Reason
    path: str = ""

    @property
    def text(self) -> str:
        return TEXTS[self.reason]


class RoomsError(Exception):
    """Something was asked that ROOMS does not do."""


class RefusedError(RoomsError):
    """Validation failed; nothing was stored."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.reason for refusal in refusals))
        self.refusals = refusals


class MissingError(RoomsError):
    """There is no such thing; the text says which."""


class ForbiddenError(RoomsError):
    """The caller is not allowed to make this call at all."""


class NotModelledError(RoomsError):
    """The request carries values for something this simulator does not model."""


def refuse(reason: Reason, path: str = "") -> RefusedError:
    """Return the error for a single reason, to be raised."""
    return RefusedError(Refusal(reason, path))


def raise_any(refusals: Iterable[Refusal]) -> None:
    """Raise one RefusedError that carries all of them; none: return."""
    found = tuple(dict.fromkeys(refusals))
    if found:
        raise RefusedError(*found)
