"""The console's page, on a company whose day was really played (design 1, D13, D18)."""

import pytest

from core.errors import ServiceUnavailableError
from tests.functions.page import read_page
from web.render import assets, stamp

OVERVIEW, DAY = "/api/console", "/api/console/day"


async def shown(world, path=OVERVIEW, **params):
    answer = await world.calls_app("GET", path, params=params)
    return answer, read_page(answer.text)


def lane(page, resource, side):
    """The entries of one lane, as a reader hears them."""
    article = next(a for a in page.all("article") if a.all("h3")[0].text == resource)
    return [e.text for e in article.all(css=side)[0].all("li")]


async def test_a_linked_pair_stands_in_both_lanes_at_its_local_time(world):
    booking = await world.rooms("anna").books("Säntis", at="today 09:00-10:00", title="Planung")
    await world.settles()

    _, page = await shown(world, DAY)

    assert lane(page, "Säntis", "rooms") == [
        f"Booking {booking.booking_id} 09:00-10:00 definitive linked"
    ]
    assert lane(page, "Säntis", "exchange") == ["Event 09:00-10:00 busy linked"]
    entry = page.all("li", css="entry")[0]
    assert {"at-h9", "at-m0", "to-h10", "to-m0"} <= entry.classes


async def test_no_title_and_nobody_is_shown_whoever_looks(world):
    await world.rooms("anna").books("Säntis", at="today 09:00-10:00", title="Lohngespräch Weber")
    await world.outlook("marc").books(
        "Eiger", at="today 11:00-12:00", subject="Fusion", attendees=["lea"], private=True
    )
    await world.settles()

    answer, _ = await shown(world)

    html = answer.text.casefold()
    for word in ("lohngespräch", "fusion", "weber", "anna", "lea.roth", "meier", "marc."):
        assert word not in html


async def test_what_is_not_on_the_other_side_is_marked_on_both(world):
    await world.push(silent=True)
    booking = await world.rooms("anna").books("Säntis", at="today 09:00-10:00")
    await world.outlook("marc").books("Eiger", at="today 11:00-12:00")
    await world.settles()

    _, page = await shown(world, DAY)

    assert lane(page, "Säntis", "rooms") == [
        f"Booking {booking.booking_id} 09:00-10:00 definitive missing in Exchange"
    ]
    assert lane(page, "Säntis", "exchange") == ["No event 09:00-10:00 missing"]
    assert lane(page, "Eiger", "exchange") == ["Event 11:00-12:00 busy missing in ROOMS"]
    assert "2 missing" in page.all("ul", css="legend")[0].text
    await world.push_is_back()
    await world.full_pass()


async def test_a_moved_booking_that_was_not_synced_yet_differs(world):
    booking = await world.rooms("anna").books("Säntis", at="today 09:00-10:00")
    await world.settles()
    await world.push(silent=True)
    await world.rooms("anna").moves(booking, "today 09:30-10:30")

    _, page = await shown(world, DAY)

    assert lane(page, "Säntis", "rooms")[0].endswith("09:30-10:30 definitive other time")
    assert lane(page, "Säntis", "exchange") == ["Event 09:00-10:00 busy other time"]
    await world.push_is_back()
    await world.full_pass()


async def test_a_refusal_is_shown_with_its_reason_and_turns_the_first_line(a_world):
    world = await a_world(
        resources={
            "Pilatus": {
                "time_zone": "Europe/Zurich",
                "opening_hours": {"mon-fri": "07:00-19:00"},
            }
        }
    )
    event = await world.outlook("anna").books("Pilatus", at="today 18:30-20:00")
    await world.settles()

    _, page = await shown(world, DAY)

    assert lane(page, "Pilatus", "exchange") == [
        "Event 18:30-20:00 busy refused Outside the opening hours"
    ]
    _, page = await shown(world)
    refusal = page.by_id("refused").all("li")[0].text
    assert refusal.startswith("Pilatus 2 Mar 18:30-20:00 Outside the opening hours")
    assert "1 difference is open" in page.by_id("overview").text
    assert "Outside the opening hours" in page.by_id("recent").text
    await world.outlook("anna").deletes(event)


async def test_what_was_synced_is_told_with_why_how_it_came_and_how_long_it_took(world):
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()

    _, page = await shown(world)

    (line,) = page.by_id("recent").all("li")
    assert "Säntis 3 Mar 09:00-10:00" in line.text
    assert "Create booking : its organizer invited a synced resource" in line.text
    assert line.text.endswith("push took 0 ms")


async def test_another_day_is_shown_in_each_resources_own_zone(a_world):
    world = await a_world(resources={"Eiger": {"time_zone": "America/New_York"}})
    await world.outlook("anna").books("Eiger", at="2026-03-04 04:00-05:00")
    await world.settles()

    _, wednesday = await shown(world, DAY, day="2026-03-04")
    _, tuesday = await shown(world, DAY, day="2026-03-03")

    assert lane(wednesday, "Eiger", "exchange") == []
    assert lane(tuesday, "Eiger", "exchange") == ["Event 22:00-23:00 busy linked"]
    assert "Tuesday, 3 March 2026" in tuesday.by_id("day-title").text


async def test_a_meeting_of_an_unsynced_organizer_is_told_apart_from_a_missing_one(world):
    event = await world.outlook("peter").books("Säntis", at="today 13:00-14:00")
    await world.settles()

    _, page = await shown(world, DAY)

    (entry,) = lane(page, "Säntis", "exchange")
    assert entry == "Event 13:00-14:00 busy not synced its organizer is not synced (R-110)"
    await world.outlook("peter").deletes(event)


async def test_an_unreadable_side_is_said_and_nothing_is_called_missing(world):
    await world.rooms("anna").books("Säntis", at="today 09:00-10:00")
    await world.settles()
    await world.graph_fault("GET", "saentis.*calendarView", times=9, status=503)

    answer, page = await shown(world, DAY)

    assert answer.status_code == 200
    trouble = page.all("p", css="trouble")
    assert len(trouble) == 1
    assert trouble[0].text.startswith("Cannot be read:")
    assert "missing" not in page.by_id("day").text
    await world.exchange_control("faults", {"match": {"path": "never"}, "do": {"status": 500}})


async def test_ten_viewers_cost_one_search_and_one_calendar_view_per_resource(world):
    await shown(world, DAY)
    before = len(world.calls)
    world.restarts()

    for _ in range(10):
        await shown(world, DAY)

    asked = [c.path for c in world.calls[before:] if not c.is_login and "status" not in c.path]
    assert len([p for p in asked if p.endswith("bookings/find")]) == 1
    assert len([p for p in asked if "calendarView" in p]) == 3


async def test_only_the_live_part_is_answered_to_the_script(world):
    _, page = await shown(world, part="live")

    assert page.all("html") == []
    assert {s.attributes["id"] for s in page.all("section")} == {
        "overview",
        "facts",
        "history",
        "recent",
        "refused",
        "configuration",
    }


async def test_nothing_inline_and_nothing_foreign_is_on_the_page(world):
    await world.rooms("anna").books("Säntis", at="today 09:00-10:00")
    await world.settles()

    answer, page = await shown(world)

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    everything = page.all()
    assert [e for e in everything if "style" in e.attributes or e.tag == "style"] == []
    assert [e for e in everything if any(n.startswith("on") for n in e.attributes)] == []
    assert {s.text for s in page.all("script")} == {""}
    links = [e.attributes.get(n) for e in everything for n in ("src", "href", "action")]
    assert all(link.startswith(("/api/console", "#", "?language=")) for link in links if link)


async def test_the_page_can_be_read_and_used_without_a_mouse(world):
    await world.rooms("anna").books("Säntis", at="today 09:00-10:00")
    await world.settles()

    _, page = await shown(world)

    assert page.all("html")[0].attributes["lang"] == "en"
    assert [h.text for h in page.all("h1")] == ["Everything is in step"]
    _, page = await shown(world, DAY)
    assert len(page.all("h1")) == 1
    names = [e.attributes["id"] for e in page.all() if "id" in e.attributes]
    assert len(names) == len(set(names))
    labelled = {e.attributes["for"] for e in page.all("label")}
    fields = [i for i in page.all("input") if i.attributes["type"] != "hidden"]
    assert {i.attributes["id"] for i in fields} <= labelled
    assert all(e.attributes["tabindex"] == "0" for e in page.all("li", css="entry"))
    assert page.all(css="skip")[0].attributes["href"] == "#content"


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"day": "tomorrow"}, "day must be a date such as 2026-03-02, not 'tomorrow'"),
        ({"day": "9999-12-31"}, "day must be between 2000 and 2100"),
        ({"day": "2026-02-30"}, "day must be a date"),
        ({"page": "0"}, "page must be a number from 1 on"),
        ({"page": "<script>"}, "page must be a number from 1 on, not '<script>'"),
    ],
)
async def test_a_wrong_address_is_answered_with_what_is_wrong(world, params, told):
    answer, page = await shown(world, DAY, **params)

    assert answer.status_code == 400
    assert told in page.all("section")[0].text


async def test_without_tables_the_page_says_so(world):
    world.restarts()
    world.interruptions.strike("tables", lambda: ServiceUnavailableError("tables are down"))

    answer, page = await shown(world)

    assert answer.status_code == 503
    assert "tables are down" in page.all("section")[0].text


async def test_many_resources_are_shown_page_by_page(a_world):
    many = {
        f"Raum {n:02d}": {
            "rooms_id": 300 + n,
            "name": f"Raum {n:02d}",
            "mail": f"raum{n}@contoso.example",
            "external_identifier": f"raum{n}@contoso.example",
            "location": 1,
        }
        for n in range(20)
    }
    world = await a_world(resources=many)

    _, first = await shown(world, DAY)
    _, second = await shown(world, DAY, page="2")

    assert "Resources 1-20 of 23" in first.by_id("day").text
    assert [h.text for h in second.all("h3")] == ["Raum 18", "Raum 19", "Säntis"]


class TestFiles:
    async def test_a_file_with_its_hash_may_be_kept_for_ever(self, world):
        name = "console.css"
        answer = await world.calls_app(
            "GET", f"{OVERVIEW}/static/{name}", params={"v": stamp(name)}
        )

        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/css")
        assert "immutable" in answer.headers["Cache-Control"]

    async def test_without_the_right_hash_it_is_asked_for_again(self, world):
        answer = await world.calls_app("GET", f"{OVERVIEW}/static/console.js", params={"v": "old"})

        assert answer.headers["Cache-Control"] == "no-cache"

    @pytest.mark.parametrize("name", ["", "nothing.css", "..%2Fapp.py", "htmx.LICENSE.txt"])
    async def test_nothing_else_is_handed_out(self, world, name):
        answer = await world.calls_app("GET", f"{OVERVIEW}/static/{name}")

        assert answer.status_code == 404

    def test_the_pages_refer_to_files_that_exist(self):
        assert {"console.css", "console.js", "htmx.min.js", "icon.svg"} <= set(assets())


async def test_what_was_given_up_is_on_the_page_until_it_is_made_good(world):
    booking = await world.rooms("anna").books("Säntis", at="today 09:00-10:00", title="Planung")
    await world.settles()
    wrong = {"error": {"code": "ErrorPropertyValidationFailure", "message": "Planung?"}}
    await world.graph_fault("PATCH", "/events/", times=100, status=400, body=wrong)
    await world.rooms("anna").moves(booking, to="today 11:00-12:00")
    await world.settles()

    _, page = await shown(world)
    line = page.by_id("refused").all("li")[0].text
    assert "Given up: Graph answered 400 (ErrorPropertyValidationFailure)" in line
    assert "Planung" not in line

    await world.exchange_control_delete("faults")
    await world.full_pass()
    world.lets_a_moment_pass()
    world.restarts()
    _, page = await shown(world)
    assert page.by_id("refused").all("li") == []
    world.clears_failed_items()
