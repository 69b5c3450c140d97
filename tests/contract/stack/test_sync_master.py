"""R-404 through HTTP, the real queue and real tables: each row, Sync-Master on and off.

Anna invites the Säntis (Sync-Master) and the Pilatus (none) to meetings that ROOMS does not take.
"""

import pytest

from tests.contract.stack.test_devstack_contract import app, as_user, bookings, exchange, rooms

pytestmark = pytest.mark.stack

DOMAIN = "contoso.example"
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
CASING = {"X-JsonPropertyFormat": "camel"}
MASTER, SLAVE, OTHER = "saentis", "pilatus", "eiger"
BOTH = (MASTER, SLAVE)
NUMBERS = {MASTER: 101, SLAVE: 103, OTHER: 102}
DAY = "2026-03-03"
BLOCK = {"start": f"{DAY}T08:00:00Z", "end": f"{DAY}T09:00:00Z", "title": "Reinigung"}
BLOCK_LATER = {"start": f"{DAY}T10:00:00Z", "end": f"{DAY}T11:00:00Z", "title": "Reinigung"}
WHEN, LATER = (DAY, 9), (DAY, 11)

REASONS = {
    "existing booking": ({}, {}, WHEN, "occupied"),
    "blocking time": ({"blocking_times": [BLOCK]}, {}, WHEN, "blocking_time"),
    "closed": ({"opening_hours": {"mon-fri": "12:00-13:00"}}, {}, WHEN, "closed"),
    "holiday": ({}, {}, ("2026-05-01", 9), "holiday"),
    "no right": ({}, {"rights": {"book": False}}, WHEN, "no_right"),
    "too long": ({"max_minutes": 30}, {}, WHEN, "too_long"),
    "too short": ({"min_minutes": 120}, {}, WHEN, "too_short"),
    "too late": ({"book_before_minutes": 2880}, {}, WHEN, "too_late"),
    "too early": ({"book_ahead_days": 7}, {}, ("2026-03-20", 9), "too_early"),
    "private not allowed": (
        {}, {"rights": {"book_private": False}}, WHEN, "private_not_allowed",
    ),
    "inactive": ({}, {}, WHEN, "inactive"),
}  # fmt: skip


def mail(name):
    return f"{name}@{DOMAIN}"


def world(rules=None, anna=None, **policies):
    return {
        "start": "2026-03-02T07:00:00Z",
        "global_sync_enabled": True,
        "environments": [{"id": "contoso", "kind": "graph", "domains": [DOMAIN]}],
        "policies": {"hold_for_unsynced": False, **policies},
        "persons": [
            {"mail": mail("anna"), "name": "Anna", "rooms_id": 11, "pin": "100011"} | (anna or {}),
            {"mail": mail("peter"), "name": "P", "rooms_id": 16, "pin": "100016", "mode": "None"},
        ],
        "locations": [{"id": 1, "name": "Bern", "holidays": ["2026-05-01"]}],
        "resources": [
            {"rooms_id": number, "name": name.title(), "mail": mail(name), "location": 1,
             "external_identifier": mail(name), "sync_master": name != SLAVE}
            | (rules or {} if name != OTHER else {})
            for name, number in NUMBERS.items()
        ],
    }  # fmt: skip


@pytest.fixture
def a_stack(product_stack):
    def made(**changes):
        product_stack.reset(world(**changes))
        return product_stack

    return made


def times(slot):
    day, hour = slot
    return {
        side: {"dateTime": f"{day}T{hour + more:02}:00:00", "timeZone": "Europe/Zurich"}
        for side, more in (("start", 0), ("end", 1))
    }


def lines(*names):
    return [{"type": "resource", "emailAddress": {"address": mail(n), "name": n}} for n in names]


def invites(stack, name, slot=WHEN, **more):
    """Invite a room to a new meeting and return the event's id."""
    people = [{"type": "required", "emailAddress": {"address": "eva@fabrikam.example"}}]
    body = {
        "subject": f"{name} Sitzung",
        **times(slot),
        "attendees": [*people, *lines(name)],
        **more,
    }
    headers = as_user(mail("anna")) | IMMUTABLE
    answer = exchange(stack, "POST", "/v1.0/me/events", headers=headers, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def changes(stack, event, **members):
    path = f"/v1.0/me/events/{event}"
    headers = as_user(mail("anna")) | IMMUTABLE
    answer = exchange(stack, "PATCH", path, headers=headers, json=members)
    assert answer.status_code == 200, answer.text


def sees(stack, event):
    headers = as_user(mail("anna")) | IMMUTABLE
    answer = exchange(stack, "GET", f"/v1.0/me/events/{event}", headers=headers)
    shown = answer.json()
    addresses = [a["emailAddress"]["address"].split("@")[0] for a in shown["attendees"]]
    return {
        "rooms": sorted(a for a in addresses if a in NUMBERS),
        "people": [a for a in addresses if a not in NUMBERS],
        "location": shown["location"]["displayName"],
        "hour": shown["start"]["dateTime"][11:13],
    }


def peter_books(stack, name, slot=WHEN):
    body = {
        "titel": "Belegt", "ressourceId": NUMBERS[name], "personOrganisatorId": 16,
        "beginn": f"{slot[0]}T{slot[1] - 1:02}:00:00Z", "ende": f"{slot[0]}T{slot[1]:02}:00:00Z",
    }  # fmt: skip
    key = {"APIKEY": "100016", **CASING}
    path = "/Default/api/v1.0/reservation"
    draft = rooms(stack, "POST", f"{path}/create", headers=key, json=body)
    assert draft.is_success, draft.text
    context = {"tempdataContextId": draft.json()["tempdataContextId"]}
    answer = rooms(stack, "PUT", f"{path}/confirm", headers=key, json=context)
    assert answer.is_success, answer.text
    return answer.json()["id"]


def control(stack, ask, path, **body):
    answer = ask(stack, "POST", f"/_control/{path}", json=body)
    assert answer.is_success, answer.text


def annas(stack):
    return sorted(
        name for b in bookings(stack) for name, n in NUMBERS.items()
        if b["ressourceId"] == n and b["organizerId"] == 11
    )  # fmt: skip


def error_mails(stack):
    mails = exchange(stack, "GET", "/_control/mails?since=0").json()
    return [m for m in mails if m["kind"] == "error"]


def causes(stack):
    found = app(stack, "GET", "/api/console/differences.json").json()
    return sorted((d["event_id"], d["cause"]) for d in found)


def then_refused(stack, events, cause, hour=9):
    """Assert what R-402 and R-403 ask for both rooms, one mail each."""
    stack.until_quiet()
    assert annas(stack) == []
    of_master, of_slave = (sees(stack, events[name]) for name in BOTH)
    assert of_master | {"location": ""} == of_master
    assert of_master["rooms"] == []
    assert of_slave["rooms"] == [SLAVE]
    for shown in (of_master, of_slave):
        assert (shown["people"], shown["hour"]) == (["eva"], f"{hour - 1:02}")
    assert sorted(m["subject"].split()[0].lower() for m in error_mails(stack)) == sorted(BOTH)
    assert causes(stack) == [(events[SLAVE], cause)]


@pytest.mark.parametrize("reason", REASONS)
def test_a_new_event_is_refused(a_stack, reason):
    rules, anna, slot, cause = REASONS[reason]
    stack = a_stack(rules=rules, anna=anna)
    more = {"sensitivity": "private"} if reason == "private not allowed" else {}
    for name in BOTH:
        if reason == "existing booking":
            peter_books(stack, name)
        if reason == "inactive":
            control(stack, rooms, "resources", rooms_id=NUMBERS[name], active=False)
    stack.until_quiet()
    events = {name: invites(stack, name, slot, **more) for name in BOTH}
    hour = 9 if slot[0] < "2026-03-29" else 8
    then_refused(stack, events, cause, hour)


def test_refused_rooms_come_back_when_they_are_free(a_stack):
    stack = a_stack()
    in_the_way = [peter_books(stack, name) for name in BOTH]
    stack.until_quiet()
    events = {name: invites(stack, name) for name in BOTH}
    then_refused(stack, events, "occupied")
    for number in in_the_way:
        path = f"/Default/api/v1.0/bookings/{number}/cancel"
        assert rooms(stack, "PUT", path, headers={"APIKEY": "100016"}).is_success
    stack.until_quiet()
    assert annas(stack) == sorted(BOTH)
    assert sees(stack, events[MASTER])["rooms"] == [MASTER]
    assert len(error_mails(stack)) == 2
    assert causes(stack) == []


def test_two_race_for_the_slot(a_stack):
    stack = a_stack()
    events = {name: invites(stack, name) for name in BOTH}
    for name in BOTH:
        peter_books(stack, name)
    stack.until_quiet()
    for name in BOTH:
        owners = [b["organizerId"] for b in bookings(stack) if b["ressourceId"] == NUMBERS[name]]
        assert len(owners) == 1
        has_it = owners == [11]
        shown = sees(stack, events[name])["rooms"]
        assert shown == ([name] if has_it or name == SLAVE else [])
    told = {m["subject"].split()[0].lower() for m in error_mails(stack)}
    assert told == {name for name in BOTH if name not in annas(stack)}


@pytest.mark.parametrize("behaviour", ["Rollback", "Cancel"])
def test_a_new_time_is_refused(a_stack, behaviour):
    stack = a_stack(rules={"blocking_times": [BLOCK_LATER]}, anna={"conflict_behaviour": behaviour})
    events = {name: invites(stack, name) for name in BOTH}
    stack.until_quiet()
    for event in events.values():
        changes(stack, event, **times(LATER))
    stack.until_quiet()
    if behaviour == "Cancel":
        stack.post("/clock", {"advance_s": 60})
        stack.until_quiet()
    for name, event in events.items():
        shown = sees(stack, event)
        assert shown["rooms"] == [name]
        assert shown["hour"] == ("08" if behaviour == "Rollback" else "10")
    assert annas(stack) == (sorted(BOTH) if behaviour == "Rollback" else [])
    assert len(error_mails(stack)) == 2


def test_another_room_is_refused(a_stack):
    for name in BOTH:
        stack = a_stack(rules={"blocking_times": [BLOCK]})
        event = invites(stack, OTHER)
        stack.until_quiet()
        changes(stack, event, attendees=lines(name))
        stack.until_quiet()
        assert annas(stack) == [OTHER]
        assert sees(stack, event)["rooms"] == ([OTHER] if name == MASTER else [name])
        assert len(error_mails(stack)) == 1


def test_the_mailbox_declines_what_rooms_accepted(a_stack):
    stack = a_stack()
    events = {name: invites(stack, name) for name in BOTH}
    stack.until_quiet()
    for name in BOTH:
        longest = {"MaximumDurationInMinutes": 60}
        control(stack, exchange, "mailboxes", mail=mail(name), calendar_processing=longest)
    until = times((DAY, 10))["end"]
    for event in events.values():
        changes(stack, event, end=until)
    stack.until_quiet()
    assert annas(stack) == []
    assert len(error_mails(stack)) == 2


def test_an_item_in_the_rooms_own_calendar(a_stack):
    stack = a_stack()
    guest = [{"type": "required", "emailAddress": {"address": mail("anna")}}]
    for name in BOTH:
        body = {"subject": "Direkt", **times(WHEN), "attendees": guest}
        headers = as_user(mail(name))
        assert exchange(stack, "POST", "/v1.0/me/events", headers=headers, json=body).is_success
    stack.until_quiet()
    assert bookings(stack) == []
    assert [m["to"] for m in error_mails(stack)] == [[mail("anna")]] * 2
    assert {cause for _, cause in causes(stack)} == {"direct_item"}
