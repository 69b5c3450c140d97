"""A series as callers are shown it: SeriesDto and SeriesItemDto (rooms-api 2)."""

from datetime import UTC, datetime, time
from typing import Any

from devstack.kit.switches import Switches
from devstack.rooms.face.casing import Dictionary
from devstack.rooms.face.errors import ERROR_LEVEL
from devstack.rooms.face.resource_views import location_path
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.refusal import TEXTS, Reason
from devstack.rooms.model.series import Kind, Series
from devstack.rooms.model.store import Store


def series_dto(series: Series, switches: Switches) -> dict[str, Any]:
    """Return the pattern as stored; how Monday to Friday is told is a switch."""
    pattern = series.pattern
    kind = pattern.kind
    if pattern.means_every_week_day and kind is Kind.WEEKLY:
        kind = Kind(str(switches["series_weekdays"]))
    return {
        "recurrenceType": kind.value,
        "interval": pattern.interval,
        "days": list(pattern.days),
        "dayInMonth": pattern.day_in_month,
        "weekNumber": pattern.week_number,
        "monthOfYear": pattern.month_of_year,
        "everyWeekDay": pattern.means_every_week_day,
        "hasEndDate": series.by_date,
        "endDate": datetime.combine(series.last_day, time(), UTC),
        "occurences": series.occurrences,
        "description": None,
    }


def item_dto(
    store: Store,
    switches: Switches,
    booking: Booking,
    title: str,
    *,
    is_master: bool,
    stored: bool = True,
    reasons: tuple[Reason, ...] = (),
) -> dict[str, Any]:
    """Return one date; `reasons` are what stands against it. A drawn-up one has no booking yet."""
    resource = store.resources[booking.resource_id]
    return {
        "id": booking.series_item_id or booking.id,
        "reservationId": booking.id if stored else 0,
        "reservationTitle": title,
        "start": booking.begin,
        "end": booking.end,
        "isMaster": is_master,
        "resourceId": resource.id,
        "resourceTitle": resource.name,
        "resourceLocation": store.locations[resource.location_id].name,
        "resourceHierarchyLocation": location_path(store, resource.location_id),
        "locationId": resource.location_id,
        "validationState": _state(switches, valid=not reasons),
        "validationMessage": " ".join(TEXTS[reason] for reason in reasons) or None,
        "messageList": [
            {
                "message": TEXTS[reason],
                "messageData": Dictionary(code=reason.value),
                "messageLevel": ERROR_LEVEL,
                "messagePath": None,
            }
            for reason in reasons
        ],
    }


def _state(switches: Switches, *, valid: bool) -> int:
    return 0 if valid == (switches["validation_state"] == "0 valid") else 2
