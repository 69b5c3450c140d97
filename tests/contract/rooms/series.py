"""Short forms of the calls that tests of series make."""

from typing import Any

import httpx

from tests.contract.rooms.requests import confirmed, opened

MONDAYS = {"recurrenceType": "Weekly", "interval": 1, "days": [1], "iterations": 4}
DAILY = {"recurrenceType": "Daily", "iterations": 4}
NINE, TEN = "2026-03-10T08:00:00Z", "2026-03-10T09:00:00Z"
"""Tuesday 9 to 10 in Bern; DST begins on 29 March."""


async def drawn_up(
    client: httpx.AsyncClient, context: int, recurrence: dict[str, Any]
) -> list[dict[str, Any]]:
    """Draw up a series in a draft."""
    answer = await client.post(
        "/v1.0/reservation/recurrence/create",
        json={"tempdataContextId": context, **recurrence},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def booked_series(
    client: httpx.AsyncClient,
    recurrence: dict[str, Any],
    confirming: dict[str, Any] | None = None,
    **draft: Any,
) -> dict[str, Any]:
    """Create and confirm a series and return its first booking."""
    values = {"ressourceId": 106, "beginn": NINE, "ende": TEN} | draft
    created = await opened(client, **values)
    await drawn_up(client, created["tempdataContextId"], recurrence)
    return await confirmed(client, created["tempdataContextId"], **(confirming or {}))


async def items_of(client: httpx.AsyncClient, series_id: int) -> list[dict[str, Any]]:
    answer = await client.get(f"/v1.0/series/{series_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def bookings_of(client: httpx.AsyncClient, series_id: int) -> list[dict[str, Any]]:
    """Return all bookings of a series, annulled ones too, by time."""
    answer = await client.get("/v2.0/bookings/find")
    found = [b for b in answer.json() if b["serienId"] == series_id]
    return sorted(found, key=lambda b: b["begin"])


def starts(items: list[dict[str, Any]]) -> list[str]:
    """Return when dates begin, as `03-10T08`."""
    return [(i.get("start") or i["begin"])[5:13] for i in items]


async def move_item(
    client: httpx.AsyncClient, context: int, item: dict[str, Any], **changes: Any
) -> httpx.Response:
    return await client.put(
        "/v1.0/reservation/recurrence/update",
        json={"tempdataContextId": context, "id": item["id"], **changes},
    )
