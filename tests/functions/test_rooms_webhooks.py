"""What ROOMS, and anybody who pretends to be ROOMS, may send to our webhook (design 8)."""

import base64
import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from core.app.ingest_rooms import MOST_BYTES
from core.errors import ServiceUnavailableError
from tests.kit.stage import WEBHOOK_SECRET

PATH = "/api/webhooks/rooms"
WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
OTHER_SECRET = base64.b64encode(b"another-secret-of-32-characters!").decode()


def a_change(booking_id=1001, **changes):
    data = {"mandator": "Default", "bookingId": booking_id, "modifiedOn": "2026-03-02T07:00:00Z"}
    return {"type": "booking.changed", "timestamp": "2026-03-02T07:00:00Z", "data": data | changes}


def signed(world, body, *, secret=WEBHOOK_SECRET, age_s=0):
    """Return the headers of a genuine call over these bytes."""
    moment = world.clock.now() - timedelta(seconds=age_s)
    text = body.decode("utf-8", "surrogateescape")
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", moment, text),
    }


async def sent(world, content, **how):
    """Send a signed call and return the status and how many looks it queued."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return await posted(world, body, signed(world, body, **how))


async def posted(world, body, headers):
    before = len(world.bus.sent)
    answer = await world.posts(PATH, content=body, headers=headers)
    return answer.status_code, len(world.bus.sent) - before


async def test_a_genuine_call_is_queued_and_answered_with_202(world):
    assert await sent(world, a_change()) == (202, 1)


async def test_a_call_without_a_stamp_is_taken(world):
    assert await sent(world, a_change(modifiedOn=None)) == (202, 1)


class TestSignatures:
    async def test_another_secret_is_refused(self, world):
        assert await sent(world, a_change(), secret=OTHER_SECRET) == (401, 0)

    async def test_a_body_that_was_changed_on_the_way_is_refused(self, world):
        headers = signed(world, json.dumps(a_change(1001)).encode())
        assert await posted(world, json.dumps(a_change(1002)).encode(), headers) == (401, 0)

    @pytest.mark.parametrize("age_s", [301, 86_400, -301])
    async def test_an_old_call_or_one_from_the_future_is_refused(self, world, age_s):
        assert await sent(world, a_change(), age_s=age_s) == (401, 0)

    @pytest.mark.parametrize("age_s", [299, -299])
    async def test_five_minutes_either_way_are_fine(self, world, age_s):
        assert await sent(world, a_change(), age_s=age_s) == (202, 1)

    @pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    async def test_a_missing_header_is_refused(self, world, name):
        body = json.dumps(a_change()).encode()
        headers = signed(world, body)
        del headers[name]
        assert await posted(world, body, headers) == (401, 0)

    @pytest.mark.parametrize("stamp", ["", "now", "1e9", "-5", "٣٣٣", "9" * 40])
    async def test_a_timestamp_that_is_none_is_refused(self, world, stamp):
        body = json.dumps(a_change()).encode()
        headers = signed(world, body) | {"webhook-timestamp": stamp}
        encoded = {name: value.encode() for name, value in headers.items()}
        assert await posted(world, body, encoded) == (401, 0)

    @pytest.mark.parametrize("signature", ["", "v1,", "v2,abc", "v1,####", "nonsense", "v1,ü"])
    async def test_a_signature_that_is_none_is_refused(self, world, signature):
        body = json.dumps(a_change()).encode()
        headers = signed(world, body) | {"webhook-signature": signature}
        encoded = {name: value.encode() for name, value in headers.items()}
        assert await posted(world, body, encoded) == (401, 0)

    async def test_one_good_signature_among_others_is_enough(self, world):
        body = json.dumps(a_change()).encode()
        headers = signed(world, body)
        headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']} v2,x"
        assert await posted(world, body, headers) == (202, 1)

    async def test_while_the_secret_is_changed_both_are_good(self, a_world):
        both = {"rooms_webhook_secrets": f"{OTHER_SECRET} {WEBHOOK_SECRET}"}
        world = await a_world(settings=both)
        assert await sent(world, a_change(), secret=OTHER_SECRET) == (202, 1)
        assert await sent(world, a_change(), secret=WEBHOOK_SECRET) == (202, 1)

    async def test_without_any_secret_nobody_is_let_in(self, a_world):
        world = await a_world(settings={"rooms_webhook_secrets": ""})
        assert await sent(world, a_change()) == (401, 0)

    async def test_bytes_that_are_no_text_are_refused(self, world):
        body = b"\xff\xfe\x00"
        headers = signed(world, b"x")
        assert await posted(world, body, headers) == (401, 0)


class TestContent:
    @pytest.mark.parametrize(
        "content",
        [
            b"no json",
            b"[" * 60_000,
            b"[]",
            b"null",
            b"3",
            b"{}",
            b'{"type": "booking.changed"}',
            b'{"type": "booking.changed", "data": []}',
            b'{"type": "something.else", "data": {"mandator": "Default", "bookingId": 1}}',
        ],
        ids=lambda content: repr(content[:40]),
    )
    async def test_what_is_no_booking_change_is_refused(self, world, content):
        assert await sent(world, content) == (400, 0)

    @pytest.mark.parametrize("number", [None, 0, -1, 2**31, "1001", 1.5, True, [1]])
    async def test_a_booking_id_that_is_none_is_refused(self, world, number):
        assert await sent(world, a_change(number)) == (400, 0)

    @pytest.mark.parametrize("mandator", ["Other", "", None, 5])
    async def test_another_mandator_is_refused(self, world, mandator):
        assert await sent(world, a_change(mandator=mandator)) == (400, 0)

    @pytest.mark.parametrize("stamp", [5, [], {}])
    async def test_a_stamp_that_is_no_text_is_refused(self, world, stamp):
        assert await sent(world, a_change(modifiedOn=stamp)) == (400, 0)

    async def test_a_body_that_is_too_large_is_refused_before_anything_is_computed(self, world):
        status, queued = await posted(world, b" " * (MOST_BYTES + 1), {})
        assert (status, queued) == (413, 0)

    async def test_more_than_the_contract_says_is_no_harm(self, world):
        assert await sent(world, a_change(more="and more") | {"extra": True}) == (202, 1)

    async def test_a_booking_that_does_not_exist_leads_nowhere(self, world):
        assert await sent(world, a_change(4711)) == (202, 1)
        await world.settles()


async def test_when_the_queue_is_down_rooms_is_asked_to_try_again(world):
    world.interruptions.strike(
        r"^bus\.sync-items\.send$", lambda: ServiceUnavailableError("the queue is down")
    )
    assert (await sent(world, a_change()))[0] == 503
    assert await sent(world, a_change()) == (202, 1)


async def test_the_contract_of_the_call_is_published(world):
    document = await world.app_answers(f"{PATH}/openapi.json")
    assert PATH in document["paths"]


async def test_a_stamp_that_lies_hides_no_change_for_long(world):
    """A forged stamp that looks like an echo: the poll finds the change all the same."""
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.push(silent=True)
    await world.rooms("anna").moves(booking, to=LATER)
    await sent(world, a_change(booking.booking_id, modifiedOn="1999-01-01T00:00:00Z"))
    await world.advances(minutes=2)
    await world.then_outlook_has("anna", LATER)
