"""Whatever stands in an address or a form is answered, and never by an error of ours."""

import re
from urllib.parse import quote

import pytest

from tests.web.routes import every_route
from tests.web.trouble import OWN, reads

BASE = "/api/console"
UNFORESEEN = 500
ENDLESS = "9" * 5000
"""Of so many digits Python makes no number."""

VALUES = ("<script>alert('{0}')</script>", ENDLESS, "\x00", "9999-12-31", "p11/..")
NAMES = (
    *("at", "booking", "cause", "day", "element", "field", "find", "from", "item", "kind"),
    *("limit", "mailbox", "minutes", "newer", "offset", "page", "part", "person", "reason"),
    *("resource", "room", "search", "seats", "series", "severity", "span", "state", "to"),
    *("who", "zone"),
)
NUMBERS = ("number", "rooms_writes", "exchange_writes", "mails", "done", "not_done", "asked")
FORMS = (
    ("differences/work", {"wanted": "ignore", "phase": "planning", "todo": "x"}),
    ("differences/work", {"wanted": "use_rooms", "phase": "doing", "planned": "x:y,:,"}),
    ("differences/work", {"wanted": "check", "phase": "answers", "traces": "x:y,:,'"}),
    ("differences/plan", {"wanted": "use_exchange", "only": "a,b' or"}),
    ("differences/compare", {"target": "series", "value": ENDLESS}),
    ("differences/compare", {"target": "all", "last_day": "9999-12-31"}),
    ("settings/plan-edit", {"part": "policies", "field-max_occurrences": "--5"}),
    ("settings/plan-edit", {"part": "resources", "number": "101", "field-lead_minutes": ENDLESS}),
    ("settings/import", {"name": "x.json", "content": "[" * 60_000}),
    ("settings/import", {"name": "x.csv", "content": "\x00;\x00\n", "kind": "persons"}),
    ("given-up/plan", {"name": [f"failed-items:{ENDLESS}", "x:y:z", "failed-items:-1"]}),
    ("parked/plan", {"scope": "' or 1 eq 1"}),
)


def is_bad(answer):
    is_page = answer.headers["content-type"].startswith("text/html")
    return answer.status_code == UNFORESEEN or (is_page and "<script>alert" in answer.text)


@pytest.mark.parametrize("path", ["free-busy", "differences", "history", "day", "settings"])
async def test_nothing_that_a_page_is_asked_is_an_error_of_ours(world, path):
    for name in NAMES:
        for value in ("--5", "0001-01-01", "9999-12-31T23:59:59-14:00", "\u0663", "tzdata.zi"):
            answer = await world.calls_app("GET", f"{BASE}/{path}", params={name: value})
            assert not is_bad(answer), (name, value)


@pytest.mark.parametrize("value", VALUES, ids=ascii)
async def test_nothing_in_an_address_is_an_error_of_ours(world, value):
    asked = dict.fromkeys(NAMES, value[:1500])
    for route in every_route():
        path = re.sub(r"\{\w+(:\w+)?\}", quote(value, safe=""), route.path)
        given = {"json": {}} if "/v1/" in path and route.method != "GET" else {}
        if route.method == "GET" and path == route.path:
            given = {"params": asked}
        answer = await world.calls_app(route.method, path, headers=OWN, **given)
        assert not is_bad(answer), route.name


@pytest.mark.parametrize(("path", "form"), FORMS)
async def test_nothing_in_a_form_is_an_error_of_ours(world, path, form):
    content = dict.fromkeys(NUMBERS, "1") | form
    answer = await world.calls_app("POST", f"{BASE}/{path}", data=content, headers=OWN)
    assert not is_bad(answer)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("9999-12-31T23:30", ""),
        ("0001-01-01T00:00", "0001-01-01T01:00"),
        ("9999-12-31T23:30-14:00", "9999-12-31T23:59-14:00"),
    ],
)
async def test_a_slot_at_the_ends_of_the_calendar_is_no_moment(world, begins, ends):
    given = {"resource": "101", "from": begins, "to": ends}
    answers = [
        await world.calls_app("GET", f"{BASE}/history/slot", params=given),
        await world.calls_app("POST", f"{BASE}/history/slot/plan", data=given, headers=OWN),
        await world.calls_app("POST", f"{BASE}/history/slot/looks", data=given, headers=OWN),
    ]
    assert not any(map(is_bad, answers))


@pytest.mark.parametrize(
    "item",
    [
        "Säntis 0001-01-01 00:00",
        "Säntis 9999-12-31 23:59",
        ENDLESS,
        "p11/.",
        "p11/..",
        "p11/\x00",
        "uid:' or 1 eq 1",
    ],
    ids=ascii,
)
async def test_what_names_no_meeting_is_neither_asked_for_nor_queued(world, item):
    pages = [
        await world.calls_app("GET", f"{BASE}/history", params={"item": item[:1000]}),
        await world.calls_app("POST", f"{BASE}/history/plan", data={"item": item}, headers=OWN),
        await world.calls_app("POST", f"{BASE}/history/look", data={"item": item}, headers=OWN),
    ]
    assert [page.status_code for page in pages] == [404, 422, 422]
    await world.settles()
    assert (await reads(world, "given-up"))["total"] == 0


@pytest.mark.parametrize("origin", ["http://[", "null", "http://"])
async def test_an_origin_that_is_none_is_another_one(world, origin):
    answer = await world.calls_app("POST", f"{BASE}/history/look", headers={"origin": origin})
    assert answer.status_code == 403
