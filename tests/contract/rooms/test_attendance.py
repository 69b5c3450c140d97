"""Check-in, check-out, release, no-show (R-116)."""

from tests.contract.rooms.requests import booked, codes, edited, found

NOW_ISH = {"beginn": "2026-03-02T08:00:00Z", "ende": "2026-03-02T09:00:00Z"}


async def test_check_in_opens_a_quarter_of_an_hour_before_the_begin(house, anna):
    booking = await booked(anna, ressourceId=103, **NOW_ISH)
    url = f"/v1.0/bookings/{booking['id']}"
    early = (await anna.get(f"{url}/cancheckin")).json()
    refused = await anna.put(f"{url}/checkin")
    await house.advance(minutes=45)

    possible = (await anna.get(f"{url}/cancheckin")).json()
    done = (await anna.put(f"{url}/checkin")).json()
    twice = await anna.put(f"{url}/checkin")

    assert (early, codes(refused), possible) == (False, ["checkin_not_possible"], True)
    assert (done["checkinConfirmed"], codes(twice)) == (True, ["checkin_not_possible"])
    assert booking["checkinLeadTime"] == "2026-03-02T07:45:00Z"
    assert booking["checkinFollowupTime"] == "2026-03-02T08:15:00Z"


async def test_who_does_not_check_in_loses_the_booking_after_the_delay(house, anna):
    missed = await booked(anna, ressourceId=103, **NOW_ISH)
    kept = await booked(anna, ressourceId=106, **NOW_ISH)

    await house.advance(minutes=75)

    states = await house.state()
    assert states[missed["id"]]["status"] == "Annulliert"
    assert states[kept["id"]]["status"] == "Besetzt (definitiv)"
    assert states[missed["id"]]["modifiedOn"] == "2026-03-02T08:15:00Z"


async def test_who_checks_in_keeps_it(house, anna):
    booking = await booked(anna, ressourceId=103, **NOW_ISH)
    await house.advance(minutes=60)
    await anna.put(f"/v1.0/bookings/{booking['id']}/checkin")

    await house.advance(minutes=30)

    assert (await house.state())[booking["id"]]["cancelled"] is False


async def test_check_out_shortens_the_booking_and_keeps_the_follow_up(house, anna):
    booking = await booked(anna, ressourceId=102, **NOW_ISH)
    url = f"/v1.0/bookings/{booking['id']}"
    await house.advance(minutes=90)

    possible = (await anna.get(f"{url}/cancheckout")).json()
    ended = (await anna.put(f"{url}/checkout", params={"sendMail": False})).json()

    assert possible is True
    assert (ended["end"], ended["endFollowUp"]) == ("2026-03-02T08:30:00Z", "2026-03-02T08:45:00Z")


async def test_check_out_with_release_frees_the_resource_at_once(house, anna):
    booking = await booked(anna, ressourceId=102, **NOW_ISH)
    await house.advance(minutes=90)

    ended = (await anna.put(f"/v1.0/bookings/{booking['id']}/checkout/release")).json()

    assert ended["endFollowUp"] == ended["end"] == "2026-03-02T08:30:00Z"


async def test_what_has_not_begun_is_not_checked_out(anna):
    booking = await booked(anna, **NOW_ISH)

    answer = await anna.put(f"/v1.0/bookings/{booking['id']}/checkout")

    assert codes(answer) == ["checkout_not_possible"]


async def test_release_annuls_before_the_begin_and_shortens_afterwards(house, anna):
    later = await booked(anna, ressourceId=106)
    running = await booked(anna, **NOW_ISH)
    await house.advance(minutes=90)

    annulled = (await anna.put(f"/v1.0/bookings/{later['id']}/release")).json()
    shortened = (await anna.put(f"/v1.0/bookings/{running['id']}/release")).json()
    twice = await anna.put(f"/v1.0/bookings/{later['id']}/release")

    assert annulled["status"] == "Annulliert"
    assert (shortened["status"], shortened["end"]) == (
        "Besetzt (definitiv)",
        "2026-03-02T08:30:00Z",
    )
    assert codes(twice) == ["cancelled"]


async def test_a_no_show_annuls_what_has_begun(house, anna):
    booking = await booked(anna, **NOW_ISH)
    url = f"/v1.0/bookings/{booking['id']}/noshow"
    early = await anna.put(f"{url}/0")
    await house.advance(minutes=70)

    unknown = await anna.put(f"{url}/7")
    marked = (await anna.put(f"{url}/1")).json()

    assert (codes(early), unknown.status_code) == (["not_started"], 404)
    assert marked["status"] == "Annulliert"
    assert await found(anna, statusList=[33]) == [booking["id"]]


async def test_a_missed_check_in_ends_an_edit_under_way(house, anna, beat):
    booking = await booked(anna, ressourceId=103, **NOW_ISH)
    await house.advance(minutes=60)
    draft = await edited(anna, booking["id"])
    await house.advance(minutes=15)
    await booked(beat, ressourceId=103, **NOW_ISH)

    answer = await anna.put(
        "/v1.0/reservation/confirm", json={"tempdataContextId": draft["tempdataContextId"]}
    )

    assert answer.status_code == 404
