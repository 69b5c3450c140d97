"""Service Bus triggers against the broker, with the host as a process of its own."""

import statistics
import time

import pytest

from tests.kit.processes import HTTP, eventually

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("host")]


@pytest.fixture(autouse=True)
def _empty_queues(host, bus):
    HTTP.post(f"{bus.control}/purge")
    host.forget()


def bodies(entries):
    return [body for entry in entries for body in entry["bodies"]]


def test_a_message_of_a_queue_without_sessions_is_handled_once_and_completed(host, bus):
    bus.send("notices", "hello", message_id="m1")

    (entry,) = eventually(lambda: host.journal("notices"))
    assert (entry["bodies"], entry["id"], entry["counts"]) == (["hello"], "m1", [1])
    eventually(lambda: bus.counts("notices")["active"] == 0)


def test_a_session_arrives_in_order_as_batches_with_all_metadata(host, bus):
    names = [f"n{i}" for i in range(30)]
    for name in names:
        more = {"message_id": name, "application_properties": {"k": name, "i": 1}}
        bus.send("sync-items", name, session="s1", **more)

    entries = eventually(
        lambda: (e := host.journal("sessions")) and len(bodies(e)) == 30 and e,
    )

    assert bodies(entries) == names
    assert {e["session"] for e in entries} == {"s1"}
    assert [p for e in entries for p in e["properties"]] == [{"k": n, "i": 1} for n in names]
    assert [i for e in entries for i in e["ids"]] == names
    assert len(entries) < 30


def test_a_batch_holds_one_session_only_and_sessions_run_side_by_side(host, bus):
    for session in range(8):
        bus.send("sync-items", f"sleep 1.{session}", session=f"side-{session}")

    eventually(lambda: len(host.journal("begins")) == 8)
    assert host.journal("sessions") == []
    entries = eventually(lambda: (e := host.journal("sessions")) and len(e) == 8 and e)

    assert {e["session"] for e in entries} == {f"side-{s}" for s in range(8)}
    assert host.activity()["lanes"]["sessions"] >= 8


def test_one_session_is_never_handled_twice_at_a_time(host, bus):
    bus.send("sync-items", "sleep 0.3", session="alone")
    eventually(lambda: host.journal("begins"))
    bus.send("sync-items", "sleep 0.1", "more", session="alone")

    entries = eventually(lambda: (e := host.journal("sessions")) and len(bodies(e)) == 3 and e)
    assert [e["bodies"] for e in entries] == [["sleep 0.3"], ["sleep 0.1", "more"]]
    assert [e["at_a_time"] for e in entries] == [1, 1]


def test_an_exception_gives_the_message_back_until_it_succeeds(host, bus):
    bus.send("notices", "fail 2")

    (entry,) = eventually(lambda: host.journal("notices"))
    assert entry["counts"] == [3]
    assert host.activity()["failed"] >= 2
    eventually(lambda: bus.counts("notices")["active"] == 0)


def test_a_batch_that_fails_comes_again_as_a_whole(host, bus):
    bus.send("sync-items", "a", "fail 1 ", "b", session="again")

    entries = eventually(lambda: (e := host.journal("sessions")) and len(bodies(e)) >= 3 and e)
    assert bodies(entries)[-3:] == ["a", "fail 1 ", "b"]
    assert entries[-1]["counts"][-1] == 2


def test_what_always_fails_ends_in_the_dead_letter_queue(host, bus):
    bus.send("notices", "fail 1000")

    eventually(lambda: bus.counts("notices")["dead"] == 1)
    assert bus.counts("notices")["active"] == 0


def test_a_message_is_in_flight_from_receipt_to_settlement(host, bus):
    bus.send("notices", "sleep 0.4")

    eventually(lambda: host.journal("begins"))
    assert host.activity()["in_flight"]["notices"] >= 1
    eventually(lambda: host.journal("notices"))
    eventually(lambda: not host.activity()["in_flight"])


def test_while_paused_nothing_is_received_and_afterwards_everything_is(host, bus):
    host.post("/admin/devstack/pause")
    bus.send("notices", "later")
    bus.send("sync-items", "later too", session="s")
    time.sleep(0.3)
    received = host.journal()
    host.post("/admin/devstack/resume")

    assert received == []
    eventually(lambda: len(host.journal()) == 2)


def test_pausing_waits_for_what_runs(host, bus):
    bus.send("notices", "sleep 0.5")
    eventually(lambda: host.journal("begins"))

    host.post("/admin/devstack/pause")

    assert bodies(host.journal("notices")) == ["sleep 0.5"]
    host.post("/admin/devstack/resume")


def test_more_sessions_than_lanes_do_not_wait_for_idle_ones(host, bus):
    for number in range(100):
        bus.send("sync-items", "x", session=f"one-{number}")

    # 32 lanes, and host.json lets a session idle for 20 s.
    eventually(lambda: len(host.journal("sessions")) == 100, 15)


def test_a_message_starts_its_function_within_milliseconds(host, bus):
    queues = {"sessions": "sync-items", "notices": "notices"}
    delays = {kind: [] for kind in queues}
    for number in range(11):
        for kind, queue in queues.items():
            body = f"{kind} {number}"
            began = time.time()
            bus.send(queue, body, session=body)
            (mine,) = eventually(
                lambda kind=kind, body=body: [
                    e for e in host.journal(kind) if e["bodies"] == [body]
                ]
            )
            delays[kind].append(mine["at"] - began)

    assert statistics.median(delays["sessions"]) < 0.05
    assert statistics.median(delays["notices"]) < 0.05


def test_a_session_whose_lock_was_lost_is_served_on(host, bus):
    bus.send("sync-items", "sleep 0.3", session="lost")
    eventually(lambda: host.journal("begins"))
    HTTP.post(f"{bus.control}/purge")
    eventually(lambda: host.journal("sessions"))

    bus.send("sync-items", "afterwards", session="lost")

    eventually(lambda: "afterwards" in bodies(host.journal("sessions")))
    assert "a lane failed" not in host.log.read_text()
    assert "will be delivered again" in host.log.read_text()
