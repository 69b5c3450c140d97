"""The messages' JSON: everything survives, nothing that is wrong gets in, errors say where."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.servicebus.messages import (
    MAX_BODY,
    MAX_RAW,
    MAX_TEXT,
    decode_given_up,
    decode_item,
    decode_job,
    encode_given_up,
    encode_item,
    encode_job,
)
from core.domain.event import EventPlace
from core.domain.ids import BookingId, EnvironmentId, EventId, ICalUid, MailboxKey, MappingId
from core.domain.notice import Notice
from core.domain.work import (
    BookingKey,
    EventKey,
    GivenUp,
    ICalKey,
    MailboxJob,
    MappingKey,
    Source,
    WorkItem,
)
from core.errors import InvalidPayloadError
from tests.kit.search import examples

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
moments = st.datetimes(timezones=st.just(UTC))
places = st.builds(
    EventPlace, names.map(EnvironmentId), st.from_regex(r"[pr][0-9]{1,6}", fullmatch=True)
)
keys = st.one_of(
    st.builds(EventKey, places, names.map(EventId)),
    st.builds(ICalKey, places, names.map(ICalUid)),
    st.builds(BookingKey, names, st.integers(1, 2**53).map(BookingId), st.none() | places),
    st.builds(MappingKey, names.map(MappingId), places),
)


def every_field(kind: type, /, **given: st.SearchStrategy[object]) -> st.SearchStrategy[Any]:
    """Build values with all fields drawn, so that a new field is never forgotten here."""
    return st.builds(kind, **{**{field.name: ... for field in fields(kind)}, **given})


items = every_field(
    WorkItem,
    key=keys,
    version=names | st.just(""),
    also=st.lists(names | st.just(""), max_size=5).map(tuple),
    attempt=st.integers(0, 99),
    given_up=names | st.just(""),
    deaths=st.integers(0, 99),
    first_seen=moments,
    trace_id=names | st.just(""),
)
jobs = every_field(
    MailboxJob,
    kind=names,
    place=st.none() | places,
    requested_at=moments,
    attempt=st.integers(0, 99),
)
notices = every_field(
    Notice,
    id=names,
    mapping_id=names,
    person=st.none() | st.integers(1, 999),
    parts=st.just(()),
    place=st.none() | places,
    event_id=st.none() | names,
    booking_id=st.none() | st.integers(1, 999),
    at=moments,
    attempt=st.integers(0, 99),
)
given_ups = every_field(
    GivenUp,
    reason=names,
    text=names,
    item=st.none() | items,
    notice=st.none() | notices,
    job=st.none() | jobs,
    raw=names,
    mapping_id=st.none() | names,
)


@given(items)
@examples(100)
def test_every_look_survives_its_message(item: WorkItem):
    assert decode_item(encode_item(item)) == item


@given(jobs)
@examples(50)
def test_every_job_survives_its_message(job: MailboxJob):
    assert decode_job(encode_job(job)) == job


@given(given_ups)
@examples(50)
def test_every_failed_item_survives_its_message(given_up: GivenUp):
    assert decode_given_up(encode_given_up(given_up)) == given_up


@given(st.binary(max_size=300) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["v", "key", "kind", "place", "source"]), inner),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
@examples(150)
def test_garbage_is_refused_and_nothing_else_happens(body: bytes):
    for decode in (decode_item, decode_job, decode_given_up):
        with pytest.raises(InvalidPayloadError):
            decode(body)


def a_look() -> WorkItem:
    return WorkItem(key=EventKey(ANNA, EventId("AAMk")), source=Source.PUSH, first_seen=NOW)


def test_a_message_says_no_more_than_it_must():
    assert json.loads(encode_item(a_look())) == {
        "v": 1,
        "key": {
            "kind": "event",
            "place": {"environment": "contoso", "mailbox": "p11"},
            "event_id": "AAMk",
        },
        "source": "push",
        "first_seen": "2026-03-02T07:00:00Z",
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"v": 0}, "v: Input should be 1"),
        ({"v": None}, "v: "),
        ({"source": "gossip"}, "source: Input should be"),
        ({"key": {"kind": "rumour"}}, "key: Input tag 'rumour'"),
        ({"key": {"kind": "booking", "mandator": "D", "booking_id": 0}}, "key.booking.booking_id"),
        ({"key": {"kind": "booking", "mandator": "D", "booking_id": "7"}}, "booking_id: Input"),
        ({"key": {"kind": "mapping", "mapping_id": "m"}}, "key.mapping.home: Field required"),
        ({"first_seen": "2026-03-02T07:00:00"}, "first_seen: Input should have timezone info"),
        ({"attempt": -1}, "attempt: "),
        ({"version": "x" * 1025}, "version: String should have at most"),
    ],
)
def test_what_is_wrong_is_told_by_field(change: dict[str, object], told: str):
    body = json.dumps({**json.loads(encode_item(a_look())), **change})
    with pytest.raises(InvalidPayloadError) as caught:
        decode_item(body)
    assert str(caught.value).startswith("sync-items: not a message of version 1 (")
    assert told in str(caught.value)


@pytest.mark.parametrize("mailbox", ["", "11", "x11", "p", "p11/r1", "p\u0661", "p11\n"])
def test_a_mailbox_is_a_person_or_a_resource_by_number(mailbox: str):
    body = encode_item(a_look()).replace(b'"p11"', json.dumps(mailbox).encode())
    with pytest.raises(InvalidPayloadError, match="mailbox"):
        decode_item(body)


def test_an_error_never_repeats_the_content():
    body = encode_item(a_look()).replace(b'"push"', b'"canary subject"')
    with pytest.raises(InvalidPayloadError) as caught:
        decode_item(body)
    assert "canary" not in str(caught.value)


def test_fields_of_a_later_version_are_ignored():
    body = json.dumps({**json.loads(encode_item(a_look())), "colour": "blue"})
    assert decode_item(body) == a_look()


def test_times_come_back_in_utc():
    east = NOW.astimezone(timezone(timedelta(hours=5)))
    item = WorkItem(key=a_look().key, source=Source.PUSH, first_seen=east)
    assert decode_item(encode_item(item)).first_seen.tzinfo is UTC


def test_a_message_that_is_too_long_is_refused_on_both_ends():
    with pytest.raises(InvalidPayloadError, match="event_id"):
        encode_item(
            WorkItem(key=EventKey(ANNA, EventId("x" * 5000)), source=Source.PUSH, first_seen=NOW)
        )
    with pytest.raises(InvalidPayloadError, match=f"{MAX_BODY} are allowed"):
        decode_item(encode_item(a_look()) + b" " * MAX_BODY)


def test_of_many_merged_versions_the_newest_are_kept():
    item = replace(a_look(), also=tuple(f"v{n}" for n in range(100)))
    assert decode_item(encode_item(item)).also == tuple(f"v{n}" for n in range(68, 100))


def test_the_texts_of_a_failed_item_are_cut_not_refused():
    given_up = GivenUp(reason="poison", text="\0" * 9000, item=None, raw="\0" * 99_000)
    back = decode_given_up(encode_given_up(given_up))
    assert (len(back.text), len(back.raw)) == (MAX_TEXT, MAX_RAW)
