"""The signature of a ROOMS webhook: Standard Webhooks, on our clock, against hostile input."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from core.app.ingest_rooms import TOLERANCE_S, verify
from core.errors import MessageRejectedError

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests, 32 bytes.").decode()
OTHER = "whsec_" + base64.b64encode(b"the secret that comes after it..").decode()
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BODY = b'{"type": "booking.changed"}'


def signed(body: bytes = BODY, *, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body.decode()),
    }


def test_a_genuine_call_is_taken_whatever_the_case_of_its_headers():
    verify(BODY, signed(), [SECRET], NOW)
    verify(BODY, {name.title(): value for name, value in signed().items()}, [SECRET], NOW)


def test_the_example_of_the_specification_is_taken():
    """ews-and-security B1: the spec's own vector."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    moment = datetime.fromtimestamp(1614265330, UTC)

    verify(b'{"test": 2432232314}', headers, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], moment)


def test_while_a_secret_is_changed_both_are_taken():
    verify(BODY, signed(secret=SECRET), [OTHER, SECRET], NOW)
    verify(BODY, signed(secret=OTHER), [OTHER, SECRET], NOW)


def test_one_of_several_signatures_is_enough_even_beside_garbage():
    headers = signed()
    headers["webhook-signature"] = f"v1 v1,%%% v1a,xyz {headers['webhook-signature']}"

    verify(BODY, headers, [SECRET], NOW)


@pytest.mark.parametrize("off", [-TOLERANCE_S - 1, TOLERANCE_S + 1])
def test_an_old_or_future_call_is_refused_by_our_clock(off):
    with pytest.raises(MessageRejectedError, match="old") as refused:
        verify(BODY, signed(at=NOW + timedelta(seconds=off)), [SECRET], NOW)

    assert refused.value.status == 401


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-id": ""},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-timestamp": "-1"},
    ],
)
def test_what_does_not_fit_is_refused_with_401(change):
    with pytest.raises(MessageRejectedError) as refused:
        verify(BODY, {**signed(), **change}, [SECRET], NOW)

    assert refused.value.status == 401


def test_a_changed_body_is_refused():
    with pytest.raises(MessageRejectedError):
        verify(BODY + b" ", signed(), [SECRET], NOW)


@given(st.binary(max_size=60), st.dictionaries(st.sampled_from(list(signed())), st.text()))
def test_hostile_input_is_never_anything_but_refused(body, headers):
    with pytest.raises(MessageRejectedError):
        verify(body, {**signed(), "webhook-signature": "v1,AA", **headers}, [SECRET], NOW)
