"""The contract of the local stack, line by line, from outside and over HTTP only.

The app is the product. What the simulators promise in detail has suites of its own; here each line
is shown once through a stack that really runs.
"""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.contract.stack.world import ANNA, EIGER, MARC, SAENTIS, contract_world
from tests.kit.processes import HTTP, eventually
from tests.kit.stacks import PARTS

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def running(product_stack):
    product_stack.reset(contract_world())
    return product_stack


@pytest.fixture
def stack(running):
    running.until_quiet()
    return running


@pytest.fixture
def fresh(stack):
    """Return the stack after a reset to the world of the contract."""
    stack.reset(contract_world())
    return stack


def exchange(stack, method, path, **more):
    return HTTP.request(method, stack.file["addresses"]["exchange"] + path, **more)


def rooms(stack, method, path, **more):
    return HTTP.request(method, stack.file["addresses"]["rooms"] + path, **more)


def app(stack, method, path, **more):
    return HTTP.request(method, stack.host + path, **more)


def as_user(mail):
    return {"Authorization": f"Bearer user:{mail}"}


def meeting(room=EIGER, day=3, hour=9, subject="Planung"):
    at = f"2026-03-{day:02}T{hour:02}:00:00"
    until = f"2026-03-{day:02}T{hour + 1:02}:00:00"
    return {
        "subject": subject,
        "start": {"dateTime": at, "timeZone": "Europe/Zurich"},
        "end": {"dateTime": until, "timeZone": "Europe/Zurich"},
        "attendees": [{"type": "resource", "emailAddress": {"address": room, "name": room}}],
    }


def invite(stack, mail=ANNA, **more):
    answer = exchange(stack, "POST", "/v1.0/me/events", headers=as_user(mail), json=meeting(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()


def bookings(stack):
    state = rooms(stack, "GET", "/_control/state").json()
    return [b for b in state["bookings"] if not b["cancelled"] and not b["isBlockingTime"]]


def requests_of(stack, ask, since=0):
    return ask(stack, "GET", f"/_control/requests?since={since}").json()


class TestAddresses:
    """Section 1."""

    def test_ready_stands_on_a_line_of_its_own(self, running):
        assert running.printed.splitlines()[-1] == "ready"

    def test_every_part_listens_on_loopback_where_its_variable_says(self, running):
        addresses = running.file["addresses"]
        environment = running.environment

        assert addresses["stack"] == f"http://127.0.0.1:{environment['STACK_PORT']}"
        assert addresses["host"] == f"http://127.0.0.1:{environment['HOST_PORT']}"
        assert addresses["exchange"] == f"http://127.0.0.1:{environment['EXCHANGE_PORT']}"
        assert addresses["rooms"] == f"http://127.0.0.1:{environment['ROOMS_PORT']}"
        assert addresses["bus"] == f"127.0.0.1:{environment['BUS_PORT']}"
        first = int(environment["AZURITE_PORT"])
        assert addresses["azurite"] == [f"http://127.0.0.1:{first + i}" for i in range(3)]

    def test_nothing_listens_on_other_interfaces(self, running):
        listening = {
            connection.laddr.ip
            for process in running.processes()
            for connection in process.net_connections("tcp")
            if connection.status == "LISTEN"
        }

        assert listening == {"127.0.0.1"}

    def test_stack_json_holds_what_the_contract_lists(self, running):
        content = running.file

        assert set(content) >= {
            "addresses",
            "mandator",
            "pids",
            "world",
            "appointment_oid_property",
            "rooms_webhook_secret",
            "rooms_api_key",
            "rooms_client_id",
            "rooms_client_secret",
            "graph_client_id",
            "graph_client_secret",
            "graph_tenant",
        }
        assert content["mandator"] == "Default"
        assert set(content["pids"]) == {"stack", *PARTS}
        assert re.fullmatch(
            r"String \{[0-9a-f-]{36}\} Name AppointmentOid", content["appointment_oid_property"]
        )

    def test_the_exchange_simulator_gives_tokens_at_the_tenants_address(self, stack):
        secrets = stack.file
        form = {
            "grant_type": "client_credentials",
            "client_id": secrets["graph_client_id"],
            "client_secret": secrets["graph_client_secret"],
            "scope": "https://graph.microsoft.com/.default",
        }

        answer = exchange(stack, "POST", f"/{secrets['graph_tenant']}/oauth2/v2.0/token", data=form)

        assert answer.status_code == 200
        assert answer.json()["access_token"]

    def test_exchange_speaks_ews_to_the_service_account(self, stack):
        body = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetRoomLists'
            ' xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"/></s:Body>'
            "</s:Envelope>"
        )
        login = (stack.file["ews_user"], stack.file["ews_password"])
        answer = exchange(stack, "POST", "/EWS/Exchange.asmx", content=body, auth=login)
        assert answer.status_code == 200
        assert "<m:ResponseCode>NoError</m:ResponseCode>" in answer.text
        assert exchange(stack, "POST", "/EWS/Exchange.asmx", content=body).status_code == 401

    def test_the_rooms_simulator_gives_tokens_and_serves_v1_and_v2(self, stack):
        secrets = stack.file
        form = {
            "grant_type": "apikey",
            "scope": "rooms_api",
            "client_id": secrets["rooms_client_id"],
            "client_secret": secrets["rooms_client_secret"],
            "apikey": secrets["rooms_api_key"],
        }
        key = {"APIKEY": secrets["rooms_api_key"]}

        assert rooms(stack, "POST", "/connect/token", data=form).json()["access_token"]
        assert rooms(stack, "GET", "/Default/api/v1.0/status", headers=key).status_code == 200
        assert rooms(stack, "GET", "/Default/api/v2.0/resources", headers=key).status_code < 500


class TestStatus:
    """Section 2, GET /status and what quiet means."""

    def test_status_has_every_key(self, stack):
        status = stack.status()

        assert set(status) >= {
            "ready",
            "quiet",
            "now",
            "offset_s",
            "parts",
            "queues",
            "retries_pending",
            "next_due",
            "counters",
        }
        assert set(status["parts"]) == set(PARTS)
        for part in status["parts"].values():
            assert set(part) == {"pid", "address", "state"}
        for queue in status["queues"].values():
            assert set(queue) == {"active", "scheduled", "dead"}
        assert set(status["counters"]) == {"enqueued", "processed", "notifications", "webhooks"}
        assert status["now"].endswith("Z")
        assert status["ready"] is True

    def test_a_users_write_is_pending_before_its_answer_is_sent(self, fresh):
        invite(fresh)

        assert fresh.status()["quiet"] is False
        fresh.until_quiet()

    def test_quiet_means_that_the_work_is_done(self, fresh):
        invite(fresh, subject="done when quiet")

        fresh.until_quiet()

        assert [b["title"] for b in bookings(fresh)] == ["done when quiet"]

    def test_counters_count_what_was_delivered(self, fresh):
        before = fresh.status()["counters"]
        invite(fresh)

        after = fresh.until_quiet()["counters"]

        assert all(after[name] > before[name] for name in before)


class TestReset:
    """Section 2, POST /reset."""

    def test_both_simulators_and_the_app_get_the_new_world(self, stack):
        invite(stack)
        world = contract_world()
        world["persons"] = world["persons"][:1]

        assert stack.post("/reset", {"world": world}).status_code == 200

        assert stack.status()["quiet"] is True
        assert bookings(stack) == []
        mailboxes = exchange(stack, "GET", "/_control/state").json()["mailboxes"]
        assert set(mailboxes) == {ANNA, SAENTIS, EIGER}
        assert all(not box["events"] for box in mailboxes.values())
        status = app(stack, "GET", "/api/console/status.json").json()
        assert status["mappings"]["linked"] == 0

    def test_subscriptions_are_provisioned(self, fresh):
        subscriptions = exchange(fresh, "GET", "/_control/state").json()["subscriptions"]

        assert {s["mail"] for s in subscriptions} == {ANNA, MARC, SAENTIS, EIGER}
        assert all(s["lifecycleNotificationUrl"] for s in subscriptions)

    def test_the_clock_starts_where_the_world_says(self, fresh):
        begun = datetime.fromisoformat(fresh.status()["now"])

        assert timedelta(0) <= begun - datetime(2026, 3, 2, 7, tzinfo=UTC) < timedelta(minutes=1)

    @pytest.mark.parametrize(
        ("content", "complaint"),
        [
            ({}, "world: Field required"),
            ({"world": {"environments": []}}, "world.environments"),
            ({"world": {"environments": [{"id": "a", "domains": []}], "x": 1}}, "world.x: Extra"),
        ],
    )
    def test_a_wrong_world_is_refused_with_its_place(self, stack, content, complaint):
        answer = stack.post("/reset", content)

        assert answer.status_code == 400
        assert complaint in answer.json()["error"]

    def test_a_world_that_a_simulator_refuses_leaves_a_stack_that_works(self, fresh):
        world = contract_world()
        world["resources"][0]["location"] = 77

        answer = fresh.post("/reset", {"world": world})

        assert (answer.status_code, "77" in answer.json()["error"]) == (400, True)
        invite(fresh)
        fresh.until_quiet()
        assert len(bookings(fresh)) == 1


class TestClock:
    """Section 2, POST /clock."""

    def test_it_moves_by_seconds_and_answers_the_new_moment(self, stack):
        before = datetime.fromisoformat(stack.status()["now"])

        answer = stack.post("/clock", {"advance_s": 1800})

        moved = datetime.fromisoformat(answer.json()["now"]) - before
        assert timedelta(minutes=30) <= moved < timedelta(minutes=31)

    def test_it_moves_to_a_moment(self, stack):
        target = datetime.fromisoformat(stack.status()["now"]) + timedelta(hours=1)

        answer = stack.post("/clock", {"set": target.isoformat()})

        assert datetime.fromisoformat(answer.json()["now"]) >= target

    def test_simulators_follow_the_same_clock(self, stack):
        stack.post("/clock", {"advance_s": 600})
        made = invite(stack, day=4)

        created = datetime.fromisoformat(made["createdDateTime"])
        now = datetime.fromisoformat(stack.status()["now"])
        assert abs(now - created) < timedelta(minutes=1)

    def test_backwards_is_409(self, stack):
        assert stack.post("/clock", {"set": "2020-01-01T00:00:00Z"}).status_code == 409
        assert stack.post("/clock", {"advance_s": -1}).status_code == 409

    @pytest.mark.parametrize(
        "content",
        [{}, {"advance_s": 1, "set": "2027-01-01T00:00:00Z"}, {"set": "2027-01-01T00:00:00"}],
    )
    def test_what_is_neither_is_400(self, stack, content):
        assert stack.post("/clock", content).status_code == 400

    def test_the_poll_of_rooms_runs_every_virtual_minute(self, fresh):
        key = requests_of(fresh, rooms)[-1]["number"]

        fresh.post("/clock", {"advance_s": 600})

        finds = [
            r
            for r in requests_of(fresh, rooms, key)
            if r["actor"] == "service" and "bookings/find" in r["path"]
        ]
        assert len(finds) >= 9


class TestRunning:
    """Section 2, POST /run and /full-pass."""

    def test_a_timer_function_runs_at_once(self, stack):
        before = requests_of(stack, rooms)[-1]["number"]

        assert stack.post("/run/rooms_poll").status_code == 200

        stack.until_quiet()
        assert requests_of(stack, rooms, before)

    def test_an_unknown_function_is_404_with_the_known_ones(self, stack):
        answer = stack.post("/run/nothing")

        assert answer.status_code == 404
        assert "rooms_poll" in answer.json()["error"]

    def test_a_full_pass_finds_what_no_notification_told(self, fresh):
        exchange(fresh, "POST", "/_control/notifications", json={"silent": True})
        invite(fresh, subject="no notification tells of it")
        fresh.until_quiet()
        assert bookings(fresh) == []

        answer = fresh.post("/full-pass")

        exchange(fresh, "DELETE", "/_control/notifications")
        assert answer.status_code == 200
        assert [b["title"] for b in bookings(fresh)] == ["no notification tells of it"]
        assert fresh.status()["quiet"] is True


class TestKill:
    """Section 2, POST /kill."""

    @pytest.mark.parametrize("part", PARTS)
    def test_each_part_comes_back_with_its_state(self, fresh, part):
        made = invite(fresh, subject=f"outlives {part}")
        fresh.until_quiet()
        before = fresh.status()["parts"][part]["pid"]

        assert fresh.post("/kill", {"part": part, "restart": True}).status_code == 200

        assert fresh.status()["parts"][part]["pid"] != before
        fresh.until_quiet()
        assert [b["title"] for b in bookings(fresh)] == [f"outlives {part}"]
        path = f"/v1.0/me/events/{made['id']}"
        changed = exchange(
            fresh, "PATCH", path, headers=as_user(ANNA), json={"subject": "changed after"}
        )
        assert changed.status_code == 200
        eventually(lambda: [b["title"] for b in bookings(fresh)] == ["changed after"], 30)

    def test_a_kill_in_the_middle_of_the_work_loses_nothing(self, fresh):
        for hour in range(8, 16):
            invite(fresh, hour=hour, subject=f"meeting at {hour}")
        fresh.post("/kill", {"part": "host", "restart": True})

        eventually(lambda: fresh.status()["quiet"] and len(bookings(fresh)) == 8, 90)

    def test_an_unknown_part_is_refused_with_the_known_ones(self, stack):
        answer = stack.post("/kill", {"part": "moon"})

        assert answer.status_code == 400
        assert "'host', 'bus', 'azurite', 'exchange' or 'rooms'" in answer.json()["error"]


class TestBusFaults:
    """Section 2, /bus/faults."""

    def test_dropped_connections_lose_nothing(self, fresh):
        invite(fresh, subject="through drops")
        assert fresh.post("/bus/faults", {"drop_connections": True}).status_code == 200

        eventually(lambda: fresh.status()["quiet"] and len(bookings(fresh)) == 1, 60)

    def test_a_delay_lasts_until_deleted(self, stack):
        assert stack.post("/bus/faults", {"delay_ms": 5}).status_code == 200
        assert HTTP.delete(f"{stack.url}/bus/faults").status_code == 200


@pytest.mark.parametrize("path", ["/clock", "/kill", "/bus/faults", "/reset", "/full-pass"])
def test_unknown_keys_are_refused_with_their_name(stack, path):
    answer = stack.post(path, {"surprise": 1})

    assert answer.status_code == 400
    assert "surprise" in answer.json()["error"]


class TestActingAsAUser:
    """Section 3."""

    def test_a_user_writes_in_the_own_calendar(self, fresh):
        assert invite(fresh)["organizer"]["emailAddress"]["address"] == ANNA

    def test_a_delegate_may_write_in_the_principals_calendar_and_others_may_not(self, fresh):
        path = f"/v1.0/users/{MARC}/events"
        allowed = exchange(fresh, "POST", path, headers=as_user(ANNA), json=meeting())
        path = f"/v1.0/users/{ANNA}/events"
        refused = exchange(fresh, "POST", path, headers=as_user(MARC), json=meeting())

        assert (allowed.status_code, refused.status_code) == (201, 403)

    def test_a_person_uses_rooms_with_the_own_pin(self, stack):
        anna = {"APIKEY": "100011"}

        assert rooms(stack, "GET", "/Default/api/v1.0/status", headers=anna).status_code == 200
        assert requests_of(stack, rooms)[-1]["actor"] == f"user:{ANNA}"

    def test_the_add_in_is_told_apart(self, stack):
        headers = {"APIKEY": "100011", "X-Acts-As": "add-in"}
        rooms(stack, "GET", "/Default/api/v1.0/status", headers=headers)

        assert requests_of(stack, rooms)[-1]["actor"] == f"add-in:{ANNA}"

    def test_the_service_is_told_apart_in_both_logs(self, fresh):
        assert "service" in {r["actor"] for r in requests_of(fresh, exchange)}
        assert "service" in {r["actor"] for r in requests_of(fresh, rooms)}


class TestWorld:
    """Section 4."""

    def test_seeded_events_and_bookings_are_there_and_nobody_is_told(self, stack):
        world = contract_world()
        world["events"] = [{"mailbox": ANNA, "deliver": True, "event": meeting(subject="seeded")}]

        assert stack.post("/reset", {"world": world}).status_code == 200

        boxes = exchange(stack, "GET", "/_control/state").json()["mailboxes"]
        assert "seeded" in [e["subject"] for e in boxes[ANNA]["events"]]
        invitations = exchange(stack, "GET", "/_control/mails").json()
        assert [m for m in invitations if m["kind"] == "invitation"] == []

    def test_statuses_carry_the_contracts_names(self, stack):
        key = {"APIKEY": stack.file["rooms_api_key"]}
        found = rooms(stack, "GET", "/Default/api/v1.0/status", headers=key).text

        for name in ("System", "provisorisch", "temporär", "definitiv"):
            assert f"Besetzt ({name})" in found
        assert "Annulliert" in found

    def test_the_link_is_a_guid_in_lower_case_on_both_sides(self, fresh):
        invite(fresh)
        fresh.until_quiet()

        (booking,) = bookings(fresh)
        boxes = exchange(fresh, "GET", "/_control/state").json()["mailboxes"]
        (event,) = boxes[ANNA]["events"]
        link = {p["id"]: p["value"] for p in event["singleValueExtendedProperties"]}
        value = link[fresh.file["appointment_oid_property"]]
        assert value == str(UUID(value)) == booking["syncAppointmentOid"].lower()


class TestSimulatorControl:
    """Section 5: each call answers on a running stack."""

    @pytest.mark.parametrize("ask", [exchange, rooms])
    @pytest.mark.parametrize("name", ["switches", "requests", "mails", "pending", "state"])
    def test_what_can_be_read(self, stack, ask, name):
        assert ask(stack, "GET", f"/_control/{name}").status_code == 200

    @pytest.mark.parametrize("ask", [exchange, rooms])
    def test_faults_hit_and_can_be_taken_away(self, fresh, ask):
        fault = {"match": {"path": "/nowhere"}, "times": 1, "do": {"status": 418}}

        assert ask(fresh, "POST", "/_control/faults", json=fault).status_code == 200
        assert ask(fresh, "GET", "/v1.0/nowhere").status_code == 418
        assert ask(fresh, "DELETE", "/_control/faults").status_code == 200

    @pytest.mark.parametrize("ask", [exchange, rooms])
    def test_pending_has_the_contracts_keys(self, stack, ask):
        pending = ask(stack, "GET", "/_control/pending").json()

        assert set(pending) >= {"notifications", "assistant", "drafts"}

    @pytest.mark.parametrize(
        ("ask", "names"),
        [
            (
                exchange,
                {
                    "transaction_id",
                    "if_match",
                    "deleted_get",
                    "notification_answer_s",
                    "subscription_max_minutes",
                    "exception_occurrences",
                },
            ),
            (
                rooms,
                {"refusal", "timestamps", "modified_on_filter", "find_cancelled", "draft_minutes"},
            ),
        ],
    )
    def test_every_switch_of_the_contract_exists(self, stack, ask, names):
        switches = ask(stack, "GET", "/_control/switches").json()

        assert set(switches) >= names
        assert all(set(s) >= {"value", "options", "fact"} for s in switches.values())

    @pytest.mark.parametrize("ask", [exchange, rooms])
    def test_a_skew_is_taken(self, fresh, ask):
        assert ask(fresh, "POST", "/_control/clock", json={"skew_s": 0}).status_code == 200

    @pytest.mark.parametrize("ask", [exchange, rooms])
    @pytest.mark.parametrize("name", ["faults", "notifications", "clock", "switches"])
    def test_unknown_keys_are_refused(self, stack, ask, name):
        refused = ask(stack, "POST", f"/_control/{name}", json={"surprise": 1})

        assert refused.status_code == 400
        assert "surprise" in refused.text

    def test_a_log_line_has_every_key(self, fresh):
        lines = requests_of(fresh, exchange)

        assert set(lines[-1]) >= {
            "number",
            "time",
            "actor",
            "mailbox",
            "method",
            "path",
            "query",
            "status",
            "body",
            "operation",
            "batch",
            "fault",
            "changed",
        }

    def test_forged_and_lifecycle_notifications_can_be_sent(self, fresh):
        invite(fresh)
        fresh.until_quiet()
        boxes = exchange(fresh, "GET", "/_control/state").json()["mailboxes"]
        event = boxes[ANNA]["events"][0]["id"]
        forged = {"mail": ANNA, "event_id": event, "change": "updated", "times": 2}

        assert exchange(fresh, "POST", "/_control/notify", json=forged).status_code == 200
        lifecycle = {"event": "missed", "mail": ANNA}
        assert exchange(fresh, "POST", "/_control/lifecycle", json=lifecycle).status_code == 200
        fresh.until_quiet()

    def test_limits_can_be_set(self, fresh):
        before = exchange(fresh, "GET", "/_control/limits").json()
        limits = {"page_max": 10, "mailbox_parallel": 4, "mailbox_per_10_min": 10000}

        assert exchange(fresh, "POST", "/_control/limits", json=limits).status_code == 200
        assert exchange(fresh, "GET", "/_control/limits").json() == before | limits
        assert exchange(fresh, "POST", "/_control/limits", json=before).status_code == 200

    def test_the_webhook_of_rooms_can_be_aimed_elsewhere(self, fresh):
        target = {"url": f"{fresh.host}/api/webhooks/rooms", "secret": "whsec_c2VjcmV0c2VjcmV0MTI="}

        assert rooms(fresh, "POST", "/_control/webhook", json=target).status_code == 200
        assert rooms(fresh, "DELETE", "/_control/webhook").status_code == 200


class TestApp:
    """Section 6."""

    def test_the_graph_webhook_answers_the_validation(self, stack):
        for path in ("/api/webhooks/graph", "/api/webhooks/graph/lifecycle"):
            answer = app(stack, "POST", f"{path}?validationToken=a%3Cb")

            assert (answer.status_code, answer.text) == (200, "a<b")
            assert answer.headers["content-type"].startswith("text/plain")

    def test_the_rooms_webhook_refuses_what_is_not_signed(self, stack):
        content = {"type": "booking.changed", "timestamp": "2026-03-02T07:00:00Z", "data": {}}

        assert app(stack, "POST", "/api/webhooks/rooms", json=content).status_code in (400, 401)

    def test_health_tells_each_check_and_no_names(self, stack):
        answer = app(stack, "GET", "/api/health")

        content = answer.json()
        assert (answer.status_code, content["status"]) == (200, "ok")
        assert {"tables", "queues", "rooms"} < content["checks"].keys()
        assert all(set(check) == {"status", "detail"} for check in content["checks"].values())
        assert "contoso.example" not in answer.text

    def test_the_console_status_has_every_key(self, stack):
        content = app(stack, "GET", "/api/console/status.json").json()

        assert set(content) >= {
            "quiet",
            "queues",
            "in_flight",
            "retries_pending",
            "mappings",
            "differences_open",
            "subscriptions",
        }
        assert set(content["mappings"]) == {"linked", "rejected", "sync_disabled", "cancelled"}
        assert set(content["subscriptions"]) == {"active", "expiring", "failed"}
        assert content["quiet"] is True

    def test_differences_are_listed_without_subjects(self, fresh):
        invite(fresh, subject="secret subject", room=EIGER)
        invite(fresh, mail=MARC, subject="secret subject", room=EIGER)
        fresh.until_quiet()

        answer = app(fresh, "GET", "/api/console/differences.json")

        assert answer.status_code == 200
        assert "secret subject" not in answer.text
        keys = {
            "id",
            "kind",
            "cause",
            "state",
            "resource_id",
            "start",
            "event_id",
            "booking_id",
            "fields",
        }
        assert all(set(line) >= keys for line in answer.json())
