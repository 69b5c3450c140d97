"""Whatever is sent, an answer of the documented shape comes back: never a crash."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.contract.rooms.requests import booked
from tests.kit.search import examples

START = datetime(2026, 3, 2, tzinfo=UTC)
numbers = st.sampled_from([None, 0, 1, 101, 105, 106, 11, 12, 99, -1, 2**31, "101", "x", 1.5])
flags = st.sampled_from([None, True, False, "true", 3])
texts = st.one_of(st.none(), st.text(max_size=8), st.just(5))
times = st.one_of(
    st.sampled_from([None, "", "0001-01-01T00:00:00", "9999-12-31T23:59:59Z", "2026-03-03"]),
    st.integers(0, 10**5).map(lambda m: (START + timedelta(minutes=m)).isoformat()),
)
people = st.one_of(
    st.none(),
    st.lists(st.fixed_dictionaries({"id": numbers, "eMail": texts, "name": texts}), max_size=3),
)
CREATE = st.fixed_dictionaries(
    {"ressourceId": numbers, "beginn": times, "ende": times},
    optional={
        "titel": texts,
        "personOrganisatorId": numbers,
        "anzahlPersonen": numbers,
        "statusId": numbers,
        "istPrivat": flags,
        "teilnehmerNeuList": people,
        "customProperties": st.one_of(st.none(), st.just([{"name": "A", "value": {"b": [1]}}])),
    },
)
UPDATE = st.fixed_dictionaries(
    {},
    optional={
        "start": times,
        "end": times,
        "resourceId": numbers,
        "organizerId": numbers,
        "title": texts,
        "useTempdataContext": flags,
        "customFields": st.one_of(st.none(), st.dictionaries(st.text(max_size=3), texts)),
    },
)
QUERY = st.fixed_dictionaries(
    {},
    optional={
        "filter.start": times,
        "filter.end": times,
        "filter.modifiedOn": times,
        "filter.resourceId": numbers,
        "filter.statusList": numbers,
        "filter.location": texts,
    },
)
POSSIBLE = {200, 400, 404, 501}
patient = examples(60)


@patient
@given(body=CREATE)
async def test_any_draft_is_opened_or_refused(house, anna, body):
    answer = await anna.post("/v1.0/reservation/create", json=body)

    assert answer.status_code in POSSIBLE


@patient
@given(body=UPDATE)
async def test_any_update_is_done_or_refused(house, anna, body):
    booking = await booked(anna, ressourceId=105)

    answer = await anna.put(f"/v2.0/bookings/{booking['id']}/update", json=body)

    assert answer.status_code in POSSIBLE


@patient
@given(query=QUERY)
async def test_any_question_is_answered_or_refused(house, anna, query):
    params = {name: value for name, value in query.items() if value is not None}

    for path in ("bookings/find", "bookings/count", "blockers/find"):
        answer = await anna.get(f"/v2.0/{path}", params=params)
        assert answer.status_code in POSSIBLE


async def test_absurd_spans_and_durations_are_refused(anna):
    booking = await booked(anna, ressourceId=105)

    answers = [
        await anna.put(f"/v1.0/bookings/{booking['id']}", params={"duration": 2**31 - 1}),
        await anna.put(f"/v1.0/bookings/{booking['id']}", params={"duration": 2**40}),
        await anna.post("/v1.0/bookings/101", params={"end": "8000-01-01T00:00:00Z"}),
        await anna.get("/v2.0/blockers/find", params={"filter.end": "8000-01-01T00:00:00Z"}),
    ]

    assert [a.status_code for a in answers] == [400, 400, 400, 400]
