"""The same fault is the same error, whoever reports it; nothing is repeated, nothing is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.changes import EventChanges
from core.errors import (
    InvalidPayloadError,
    MailboxUnavailableError,
    NotFoundError,
    NotPermittedError,
    RoomSyncError,
    ServiceUnavailableError,
    StaleVersionError,
    ThrottledError,
)
from tests.contract.adapters.calendar.faults import BROKEN, BUSY_S
from tests.contract.adapters.graph.conftest import ANNA, BEAT, OID, WINDOW, a_draft, at, place
from tests.contract.adapters.graph.serial import a_series_draft

pytestmark = [
    pytest.mark.over_http, pytest.mark.parametrize("way", ["graph", "ews"], indirect=True),
]  # fmt: skip

FAULTS = {
    "busy": ThrottledError,
    "unavailable": ServiceUnavailableError,
    "mailbox is moving": ServiceUnavailableError,
    "conflict": StaleVersionError,
    "not found": NotFoundError,
    "denied": NotPermittedError,
    "no mailbox": MailboxUnavailableError,
    "full": MailboxUnavailableError,
    "nonsense": InvalidPayloadError,
} | dict.fromkeys(BROKEN, ServiceUnavailableError)
DONE = {"done and lost", "half"}
"""The service has done it, and who asked does not know."""
OF_WRITES = {"conflict", "not found", "done and lost"}


@pytest.fixture
def asked(simulator):
    """Return how many requests were struck or answered since the last look."""
    seen = 0

    def since():
        nonlocal seen
        lines = simulator.controls.requests.since(seen)
        seen = max([line.number for line in lines], default=seen)
        return len([line for line in lines if line.operation != "token.issue"])

    return since


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_of_an_update_is_classified_and_leaves_the_event_alone(
    calendar, faults, asked, clock, fault
):
    event = await calendar.create_event(ANNA, a_draft())
    asked()
    await faults.strike(fault, "update", times=3)
    with pytest.raises(RoomSyncError) as raised:
        await calendar.update_event(event, EventChanges(subject="Neu"))
    assert type(raised.value) is FAULTS[fault]
    assert asked() == 1, "nothing is tried again by itself"
    assert raised.value.origin == "exchange/contoso/p11"
    for secret in ("Planung", "Neu", "anna", "Geheimrat", event.event_id):
        assert secret not in str(raised.value)
    if fault == "busy":
        assert raised.value.retry_after_s == BUSY_S
        clock.advance(timedelta(seconds=BUSY_S))
    if fault not in DONE:
        assert (await calendar.get_event(ANNA, event.event_id)).subject == "Planung"


@pytest.mark.parametrize(
    "fault", sorted(FAULTS.keys() - {"conflict", "not found", "done and lost"})
)
@pytest.mark.parametrize("deed", ["get_event", "list_events", "changes", "find", "get_series"])
async def test_a_fault_of_a_read_is_classified(calendar, faults, deed, fault):
    event = await calendar.create_event(ANNA, a_series_draft())
    await faults.strike(fault, "read", times=2)
    reads = {
        "get_event": lambda: calendar.get_event(ANNA, event.event_id),
        "list_events": lambda: all_of(calendar.list_events(ANNA, WINDOW)),
        "changes": lambda: calendar.changes(ANNA, WINDOW, None),
        "find": lambda: calendar.find_by_appointment_oid(ANNA, OID),
        "get_series": lambda: calendar.get_series(ANNA, event.event_id),
    }
    with pytest.raises(FAULTS[fault]) as raised:
        await reads[deed]()
    assert raised.value.origin == "exchange/contoso/p11"
    assert "Geheimrat" not in str(raised.value)


async def all_of(events):
    return [event async for event in events]


@pytest.mark.parametrize("fault", ["busy", "unavailable", "denied", *BROKEN])
async def test_a_fault_of_a_create_leaves_at_most_one_event(calendar, faults, clock, fault):
    draft = a_draft()
    await faults.strike(fault, "create")
    with pytest.raises(FAULTS[fault]):
        await calendar.create_event(ANNA, draft)
    clock.advance(timedelta(seconds=BUSY_S))
    assert len(await calendar.find_by_appointment_oid(ANNA, OID)) == (fault in DONE)
    created = await calendar.create_event(ANNA, draft)
    assert await calendar.find_by_appointment_oid(ANNA, OID) == [created]


@pytest.mark.parametrize("fault", ["busy", "unavailable", "denied", "no mailbox", *BROKEN])
async def test_a_fault_of_a_deletion_is_no_deletion(calendar, faults, clock, fault):
    event = await calendar.create_event(ANNA, a_draft())
    await faults.strike(fault, "delete")
    with pytest.raises(FAULTS[fault]):
        await calendar.delete_event(ANNA, event.event_id)
    clock.advance(timedelta(seconds=BUSY_S))
    assert await calendar.is_in_calendar(ANNA, event.event_id, WINDOW) == (fault not in DONE)
    await calendar.delete_event(ANNA, event.event_id)


@pytest.mark.parametrize("mailbox", ["p99", "p404"])
async def test_a_mailbox_that_does_not_exist_is_unavailable_and_proves_nothing(calendar, mailbox):
    gone = place(mailbox)
    made = await calendar.create_event(ANNA, a_draft())
    for deed in (
        calendar.create_event(gone, a_draft()),
        calendar.get_event(gone, made.event_id),
        calendar.is_in_calendar(gone, made.event_id, WINDOW),
        calendar.delete_event(gone, made.event_id),
        calendar.decline(gone, made.event_id, ""),
        calendar.cancel_event(gone, made.event_id, ""),
        calendar.find_by_appointment_oid(gone, OID),
        calendar.changes(gone, WINDOW, None),
        calendar.update_event(replace(made, place=gone), EventChanges(time=at(11))),
    ):
        with pytest.raises(MailboxUnavailableError):
            await deed


async def test_a_mailbox_of_another_environment_is_not_asked(calendar, asked):
    elsewhere = type(ANNA)("fabrikam", ANNA.mailbox)
    with pytest.raises(MailboxUnavailableError):
        await calendar.get_event(elsewhere, "id")
    assert asked() == 0


async def test_a_pause_that_a_server_asks_for_is_kept_for_that_mailbox_alone(
    calendar, faults, asked, clock
):
    """Who comes back too early makes it worse: nothing is sent until it is over."""
    event = await calendar.create_event(ANNA, a_draft())
    await faults.strike("busy", "update")
    with pytest.raises(ThrottledError):
        await calendar.update_event(event, EventChanges(subject="Neu"))
    asked()
    clock.advance(timedelta(seconds=7))
    with pytest.raises(ThrottledError) as held_back:
        await calendar.get_event(ANNA, event.event_id)
    assert (held_back.value.retry_after_s, asked()) == (BUSY_S - 7, 0)
    assert held_back.value.origin == "exchange/contoso/p11"
    await calendar.find_by_appointment_oid(BEAT, OID)
    assert asked() == 1
    clock.advance(timedelta(seconds=10))
    assert await calendar.get_event(ANNA, event.event_id) == event
