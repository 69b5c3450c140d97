"""Bookings made and changed in one call (rooms-api 3)."""

from tests.contract.rooms.requests import BEGIN, END, booked, codes, edited, found

QUICK = {"ressourceId": 101, "start": BEGIN, "end": END, "title": "Planung"}
LATER = {"start": "2026-03-03T13:00:00Z", "end": "2026-03-03T14:00:00Z"}


async def test_a_quick_booking_is_the_callers_own_and_mails(house, service, anna):
    body = {**QUICK, "headCount": 4, "isPrivate": True, "comment": "Bitte Beamer"}
    body["participantList"] = [{"eMail": "a@example.com", "isExternal": True, "name": "A"}]

    booking = (await anna.post("/v2.0/bookings/quickbooking", json=body)).json()
    mails = await house.mails()

    assert (booking["organizerId"], booking["headCount"], booking["istPrivat"]) == (11, 4, True)
    assert booking["status"] == "Besetzt (definitiv)"
    assert [p["name"] for p in booking["participantDtoList"]] == ["A"]
    assert [(m["kind"], m["to"]) for m in mails] == [("other", ["anna.meier@contoso.example"])]
    assert "Planung" not in mails[0]["subject"] + mails[0]["text"]
    assert mails[0]["cause"] == {"actor": "user:anna.meier@contoso.example", "request": 1}


async def test_an_update_changes_only_what_it_names(service, anna):
    booking = await booked(anna, kommentar="alt", customProperties=[{"name": "Code", "value": 7}])
    await edited(anna, booking["id"])

    changed = (
        await anna.put(
            f"/v2.0/bookings/{booking['id']}/update",
            json={**LATER, "resourceId": 106, "organizerId": 12, "customFields": {"Extra": "x"}},
        )
    ).json()

    assert (changed["begin"], changed["ressourceId"]) == (LATER["start"], 106)
    assert (changed["organizerName"], changed["title"]) == ("Beat Kunz", "Planung")
    assert changed["comment"] == "alt"
    assert changed["fieldValues"] == {"Code": 7, "Extra": "x"}


async def test_a_custom_field_is_cleared_with_null(anna):
    booking = await booked(anna, customProperties=[{"name": "Code", "value": 7}])

    changed = await anna.put(
        f"/v2.0/bookings/{booking['id']}/update", json={"customFields": {"Code": None}}
    )

    assert changed.json()["fieldValues"] == {}


async def test_an_update_that_changes_nothing_keeps_the_stamp_and_sends_no_mail(house, anna):
    booking = await booked(anna, sendNotification=False)
    await house.advance(seconds=5)
    update = f"/v2.0/bookings/{booking['id']}/update"

    same = (await anna.put(update, json={"title": "Planung", "start": BEGIN})).json()
    await house.switch(noop_update="bumps")
    bumped = (await anna.put(update, json={"title": "Planung"})).json()

    assert same["modifiedOn"] == booking["modifiedOn"]
    assert bumped["modifiedOn"] > booking["modifiedOn"]
    assert [e["changed"] for e in await house.journal()][2:] == [False, True]


async def test_the_stamp_follows_every_change_in_milliseconds_and_the_own_skew(house, anna):
    booking = await booked(anna)
    await house.advance(milliseconds=1234.567)
    await house.control().post("clock", json={"skew_s": 60})

    cancelled = (await anna.put(f"/v1.0/bookings/{booking['id']}/cancel")).json()

    assert booking["modifiedOn"] == "2026-03-02T07:00:00Z"
    assert cancelled["modifiedOn"] == "2026-03-02T07:01:01.234Z"


async def test_bookings_changed_at_the_same_moment_share_one_stamp(anna):
    one, other = await booked(anna), await booked(anna, ressourceId=106)

    assert one["modifiedOn"] == other["modifiedOn"]


async def test_cancelling_twice_is_one_change_and_one_mail(house, anna):
    booking = await booked(anna, sendNotification=False)
    cancel = f"/v1.0/bookings/{booking['id']}/cancel"

    first = (await anna.put(cancel, params={"comment": "krank"})).json()
    await house.advance(seconds=1)
    second = (await anna.put(cancel)).json()

    assert (first["status"], first["comment"]) == ("Annulliert", "krank")
    assert second["modifiedOn"] == first["modifiedOn"]
    assert len(await house.mails()) == 1


async def test_mails_can_be_suppressed_where_the_call_has_a_switch(house, anna):
    booking = await booked(anna, sendNotification=False)
    await anna.put(f"/v1.0/bookings/{booking['id']}/cancel", params={"sendMail": False})

    assert await house.mails() == []


async def test_update_and_confirmed_edit_always_mail(house, anna):
    booking = await booked(anna, sendNotification=False, personVerantwortlicherId=12)
    await anna.put(f"/v2.0/bookings/{booking['id']}/update", json={"title": "A"})
    draft = await edited(anna, booking["id"])
    await anna.put(
        "/v1.0/reservation/confirm",
        json={
            "tempdataContextId": draft["tempdataContextId"],
            "titel": "B",
            "syncWithCalendar": False,
        },
    )

    mails = await house.mails()

    assert [m["subject"] for m in mails] == ["Buchung geändert: Säntis"] * 2
    assert mails[0]["to"] == ["beat.kunz@contoso.example", "anna.meier@contoso.example"]


async def test_a_cancelled_booking_may_still_be_edited_without_mail_or_conflict(house, anna):
    booking = await booked(anna, sendNotification=False)
    await anna.put(f"/v1.0/bookings/{booking['id']}/cancel", params={"sendMail": False})
    await booked(anna, sendNotification=False)

    answer = await anna.put(f"/v2.0/bookings/{booking['id']}/update", json={"title": "Nachtrag"})

    assert (answer.json()["title"], answer.json()["status"]) == ("Nachtrag", "Annulliert")
    assert await house.mails() == []


async def test_the_masked_identifier_cancels_too(anna):
    booking = await booked(anna)

    answer = await anna.put(f"/v1.0/bookings/{booking['maskedIdentifier']}/cancel")
    unknown = await anna.put("/v1.0/bookings/092e2372-9a5e-4a4c-804a-32e451cd6fd2/cancel")

    assert (answer.json()["id"], answer.json()["status"]) == (booking["id"], "Annulliert")
    assert unknown.status_code == 404


async def test_keeping_the_appointment_leaves_a_copy_that_no_user_sees(house, service, anna):
    booking = await booked(anna)
    await house.control().post(
        "sync-item-ids", json={"booking_id": booking["id"], "sync_item_id": "AAMk/+="}
    )
    await anna.put(
        f"/v1.0/bookings/{booking['id']}/cancel", params={"cancelExchangeAppointment": False}
    )

    (copy_id,) = set(await found(service)) - {booking["id"]}
    lookup = await service.get("/v1.0/bookings/syncitemid", params={"syncItemId": "AAMk/+="})
    copy = (await service.get(f"/v1.0/bookings/{copy_id}")).json()
    hidden = await anna.get(f"/v1.0/bookings/{copy_id}")

    assert await found(anna) == [booking["id"]]
    assert hidden.status_code == 404
    assert (lookup.json(), copy["title"]) == (copy_id, "Planung")
    assert copy["ressourceDescription"] == "Systemressource"
    await house.switch(find_system_resource=False)
    assert await found(service) == [booking["id"]]


async def test_removing_the_room_moves_the_booking_to_an_online_resource(anna):
    one, other = await booked(anna), await booked(anna, ressourceId=106)

    moved = [
        (await anna.patch(f"/v1.0/bookings/{b['id']}/removeRoom")).json() for b in (one, other)
    ]
    again = await booked(anna)

    assert [(b["ressourceId"], b["status"]) for b in moved] == [(105, "Besetzt (definitiv)")] * 2
    assert again["ressourceId"] == 101


async def test_extending_moves_the_end_only_forward_and_only_into_free_time(anna):
    booking = await booked(anna)
    await booked(anna, beginn="2026-03-03T10:00:00Z", ende="2026-03-03T11:00:00Z")
    url = f"/v1.0/bookings/{booking['id']}"

    by_moment = (await anna.put(url, params={"end": "2026-03-03T09:30:00Z"})).json()
    by_minutes = (await anna.put(url, params={"duration": 15})).json()
    back = await anna.put(url, params={"end": BEGIN})
    too_far = await anna.put(url, params={"duration": 60})
    nothing = await anna.put(url)

    assert (by_moment["end"], by_minutes["end"]) == (
        "2026-03-03T09:30:00Z",
        "2026-03-03T09:45:00Z",
    )
    assert [codes(a) for a in (back, too_far, nothing)] == [
        ["not_an_extension"],
        ["occupied"],
        ["invalid_period"],
    ]


async def test_an_instant_booking_begins_this_minute(house, anna):
    await house.advance(seconds=40)

    booking = (
        await anna.post("/v1.0/bookings/106", params={"duration": 30, "directCheckIn": True})
    ).json()

    assert (booking["begin"], booking["end"]) == ("2026-03-02T07:00:00Z", "2026-03-02T07:30:00Z")
    assert booking["checkinConfirmed"] is True


async def test_the_sync_item_id_lookup_is_filled_by_administrators_only(house, service, anna):
    booking = await booked(anna)
    lookup = "/v1.0/bookings/syncitemid"
    unknown = (await service.get(lookup, params={"syncItemId": "A/+="})).json()
    await house.switch(unknown_sync_item="404")
    missing = await service.get(lookup, params={"syncItemId": "A/+="})
    await house.control().post(
        "sync-item-ids", json={"booking_id": booking["id"], "sync_item_id": "A/+="}
    )

    known = (await service.get(lookup, params={"syncItemId": "A/+="})).json()

    assert (unknown, missing.status_code, known) == (0, 404, booking["id"])


async def test_the_marker_finds_a_booking_by_its_link_within_the_span(service, anna):
    oid = "0b2749bb-fbcc-49ad-8d42-6b2d54895c70"
    booking = await booked(anna)
    draft = await edited(anna, booking["id"])
    await anna.put(
        "/v1.0/reservation/confirm",
        json={"tempdataContextId": draft["tempdataContextId"], "syncAppointmentOid": oid},
    )
    span = {"start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z"}

    inside = await service.get(f"/v1.0/bookings/marker/{oid.upper()}", params=span)
    outside = await service.get(
        f"/v1.0/bookings/marker/{oid}", params={**span, "start": span["end"]}
    )

    assert (inside.json()["id"], outside.status_code) == (booking["id"], 404)


async def test_what_was_over_is_not_moved_or_cancelled(house, anna):
    booking = await booked(anna)
    await house.advance(days=2)

    moved = await anna.put(
        f"/v2.0/bookings/{booking['id']}/update",
        json={"start": "2026-03-10T08:00:00Z", "end": "2026-03-10T09:00:00Z"},
    )
    cancelled = await anna.put(f"/v1.0/bookings/{booking['id']}/cancel")
    renamed = await anna.put(f"/v2.0/bookings/{booking['id']}/update", json={"title": "Protokoll"})

    assert (codes(moved), codes(cancelled)) == (["past"], ["past"])
    assert renamed.json()["title"] == "Protokoll"


async def test_unknown_bookings_are_missing_whatever_is_asked(anna):
    answers = [
        await anna.get("/v1.0/bookings/4711"),
        await anna.put("/v2.0/bookings/4711/update", json={"title": "X"}),
        await anna.put("/v1.0/bookings/4711/cancel"),
        await anna.post("/v1.0/reservation/edit/4711"),
    ]

    assert [a.status_code for a in answers] == [404] * 4


async def test_a_refusal_names_the_property_as_the_contract_spells_it(service, anna):
    booking = await booked(anna)
    for name in ("organizerId", "creatorId"):
        answer = await service.put(f"/v2.0/bookings/{booking['id']}/update", json={name: 999})

        assert answer.json()["messageList"][0]["messagePath"] == name
