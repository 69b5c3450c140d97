"""Short forms of the calls that tests make most."""

from typing import Any

import httpx

BEGIN, END = "2026-03-03T08:00:00Z", "2026-03-03T09:00:00Z"


def draft_body(**changes: Any) -> dict[str, Any]:
    return {"ressourceId": 101, "beginn": BEGIN, "ende": END, "titel": "Planung", **changes}


async def opened(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """Open a draft for a new booking."""
    answer = await client.post("/v1.0/reservation/create", json=draft_body(**changes))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def confirmed(client: httpx.AsyncClient, context: int, **changes: Any) -> dict[str, Any]:
    answer = await client.put(
        "/v1.0/reservation/confirm", json={"tempdataContextId": context, **changes}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def booked(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """Create and confirm a booking."""
    draft = await opened(client, **changes)
    return await confirmed(client, draft["tempdataContextId"])


async def edited(client: httpx.AsyncClient, booking_id: int) -> dict[str, Any]:
    answer = await client.post(f"/v1.0/reservation/edit/{booking_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(answer: httpx.Response) -> list[str]:
    """Return the reason codes of a refusal."""
    return [m["messageData"]["code"] for m in answer.json()["messageList"]]


async def found(client: httpx.AsyncClient, **query: Any) -> list[int]:
    """Return the ids that `bookings/find` gives for a filter."""
    params = {f"filter.{name}": value for name, value in query.items()}
    answer = await client.get("/v2.0/bookings/find", params=params)
    assert answer.status_code == 200, answer.text
    return [b["id"] for b in answer.json()]
