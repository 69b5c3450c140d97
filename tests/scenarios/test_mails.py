"""What somebody is told by mail: by whom, in which words, and never twice (R-800 ... R-804).

The notices are put into the queue by hand here: when one is due is the planner's business.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.app.dead_letters import Wanted, list_dead_letters, replay
from core.domain.event import EventPlace
from core.domain.ids import (
    BookingId,
    EnvironmentId,
    EventId,
    MailboxKey,
    MappingId,
    PersonId,
    ResourceId,
)
from core.domain.interval import Interval
from core.domain.notice import Notice, NoticeKind, RefusedPart
from core.domain.refusal import RefusalCode
from core.ports.mail import NoticeMark, NoticeState
from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.on_premises import EWS, GRAPH, id_here

WHEN = "tomorrow 09:00-10:00"
TIME = Interval(datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC))
DAY = "Dienstag, 3. März 2026, 09:00\N{EN DASH}10:00"
CONTOSO = EnvironmentId("contoso")
UNKNOWN = MappingId("00000000-0000-4000-8000-000000000000")


async def an_event(world, person="anna", room="Säntis", **more):
    event = await world.outlook(person).books(room, at=WHEN, **more)
    await world.settles()
    return event


def place_of_saentis(world):
    return EventPlace(EnvironmentId(world.company.environment_of("Säntis")), MailboxKey("r101"))


async def a_notice(world, event=None, **changes):
    """Return a notice about an event of Anna's, as if Säntis had been refused."""
    link = (await world.event(event)).oid if event else None
    values = {
        "id": f"{link}.1",
        "kind": NoticeKind.NOT_BOOKED,
        "mapping_id": MappingId(link or UNKNOWN),
        "person": PersonId(11),
        "parts": (RefusedPart(resource=ResourceId(101), time=TIME, code=RefusalCode.OCCUPIED),),
        "place": EventPlace(CONTOSO, MailboxKey("p11")),
        "event_id": EventId(event.event_id) if event else None,
        "at": world.clock.now(),
    }
    return Notice(**(values | changes))


async def queue(world, notice, *, settles=True):
    services = await world.app.services()
    await services.queue.send_notice(notice)
    if settles:
        await world.settles()


async def state_of(world, notice):
    mark = await (await world.app.post_room()).notices.find(notice.id)
    return None if mark is None else (mark.state, mark.reason)


async def test_the_organizer_is_told_what_when_why_and_what_to_do(world):
    event = await an_event(world, subject="Quartalsplanung")
    notice = await a_notice(world, event)
    await queue(world, notice)

    (mail,) = world.error_mails(to="anna")
    booking = await world.booking_of(event)
    assert mail.to == ("anna",)
    assert mail.language == "de"
    assert mail.subject == f"Säntis ist nicht gebucht \N{EN DASH} Quartalsplanung, {DAY}"
    for part in (
        "Guten Tag Anna Meier",
        "Quartalsplanung",
        DAY,
        "Säntis ist zu dieser Zeit bereits gebucht.",
        "Was Sie jetzt tun können",
    ):
        assert part in mail.text
        assert part in mail.html
    for link in (f"/bookings/{booking.booking_id}", "https://outlook.office.example/owa/?itemid="):
        if world.company.exchange == EWS and "owa" in link:
            continue  # GetItem is not asked for it: no address of Outlook on the web was ever seen
        assert link in mail.html
        # CreateItem takes one body: what its text is made of is the server's affair.
        assert link in mail.text or world.company.exchange != GRAPH
    assert await state_of(world, notice) == (NoticeState.SENT, "")


async def test_it_is_written_in_the_recipients_language_and_zone(a_world):
    world = await a_world(anna={"language": "fr-CH", "time_zone": "Europe/London"})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await queue(world, await a_notice(world, event))

    (mail,) = world.error_mails()
    assert mail.language == "fr"
    assert "mardi 3 mars 2026, 08:00\N{EN DASH}09:00 (Europe/London)" in mail.text


async def test_a_private_title_is_not_told_even_to_the_organizer(world):
    event = await an_event(world, subject="Arzttermin", private=True)
    await queue(world, await a_notice(world, event))

    (mail,) = world.error_mails()
    assert "Arzttermin" not in mail.subject + mail.text + mail.html
    assert "Privater Termin" in mail.text


async def test_made_private_later_the_title_is_not_told_when_the_event_cannot_be_read(world):
    event = await an_event(world, subject="Kündigung")
    await world.outlook("anna").makes_private(event)
    await world.settles()
    await queue(world, await a_notice(world, event, event_id=EventId("AAMkgone")))

    assert "Privater Termin" in world.error_mails()[0].text


async def test_the_title_is_the_bookings_when_the_event_is_gone(world):
    event = await an_event(world, subject="Quartalsplanung")
    booking = await world.booking_of(event)
    gone = {"event_id": EventId("AAMkgone"), "booking_id": BookingId(booking.booking_id)}
    await queue(world, await a_notice(world, event, **gone))

    (mail,) = world.error_mails()
    assert "Quartalsplanung" in mail.text
    assert "Outlook öffnen" not in mail.text


async def test_without_parts_resource_and_time_are_those_of_the_link(world):
    event = await an_event(world)
    notice = await a_notice(world, event, kind=NoticeKind.GIVEN_UP, parts=())
    await queue(world, notice)

    (mail,) = world.error_mails()
    assert "Säntis" in mail.text
    assert DAY in mail.text


async def test_of_an_unknown_item_as_much_is_told_as_is_known(world):
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    notice = await a_notice(world, id="lost", parts=(), kind=NoticeKind.GIVEN_UP, place=None)
    await queue(world, notice)

    (mail,) = world.error_mails(to="anna")
    assert "[" not in mail.text


async def test_who_wants_no_mails_gets_none(a_world):
    world = await a_world(anna={"mail_on_error": False})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    notice = await a_notice(world, event)
    await queue(world, notice)

    assert world.error_mails() == []
    state, reason = await state_of(world, notice)
    assert (state, reason) == (NoticeState.SKIPPED, "the person wants no mails of the sync")


@pytest.mark.parametrize(("wants", "told"), [(True, ["peter.huber@contoso.example"]), (False, [])])
async def test_an_organizer_who_is_not_synced_is_found_by_the_rooms_copy(a_world, wants, told):
    world = await a_world(peter={"mail_on_error": wants, "language": "it"})
    await world.outlook("peter").books("Säntis", at=WHEN, subject="Colloquio")
    await world.settles()
    copy = next(e for e in await world.events("Säntis") if e.is_alive)
    notice = await a_notice(
        world,
        id="unsynced",
        kind=NoticeKind.NOT_SYNCED,
        person=None,
        place=place_of_saentis(world),
        event_id=EventId(id_here(world.exchange, copy.event_id)),
    )
    await queue(world, notice)

    mails = world.error_mails()
    assert [world.company.address(name) for mail in mails for name in mail.to] == told
    assert all(mail.language == "it" and "Colloquio" not in mail.text for mail in mails)
    world.expected.is_listed(copy, "not_synced")


async def test_somebody_from_outside_is_told_in_the_installations_language(a_world):
    outside = {
        "mail": "sue@partner.example", "name": "Sue", "rooms_id": 99, "rooms_person": False,
    }  # fmt: skip
    world = await a_world(
        sue=outside,
        settings={"mail_language": "fr"},
        resources={"Säntis": {"calendar_processing": {"ProcessExternalMeetingMessages": True}}},
    )
    event = await world.outlook("sue").books("Säntis", at=WHEN)
    await world.settles()
    copy = next(e for e in await world.events("Säntis") if e.is_alive)
    place = place_of_saentis(world)
    notice = await a_notice(
        world,
        id="outside",
        person=None,
        place=place,
        event_id=EventId(id_here(world.exchange, copy.event_id)),
    )
    await queue(world, notice)

    (mail,) = world.error_mails(to="sue")
    assert (mail.language, mail.text.splitlines()[0]) == ("fr", "Bonjour")
    world.expected.stays_different(event, "missing", "the organizer is from outside")
    world.expected.is_listed(copy, "not_synced")


async def test_nobody_is_told_when_the_resource_is_its_own_organizer(world):
    item = await world.outlook("Säntis").books(at=WHEN, subject="Direkt")
    await world.settles()
    place = place_of_saentis(world)
    notice = await a_notice(
        world, id="direct", person=None, place=place, event_id=EventId(item.event_id)
    )
    await queue(world, notice)

    assert world.error_mails() == []
    assert (await state_of(world, notice))[0] is NoticeState.SKIPPED
    world.expected.is_listed(item, "direct_item")


# What locations say

HOUSE = {"id": 2, "name": "Haus", "error_mail": {
    "cc": ["raum@contoso.example", "anna.meier@contoso.example"],
    "title": {"de": "ROOMS Synchronisation fehlgeschlagen"},
}}  # fmt: skip


async def test_the_nearest_location_that_says_decides_on_copies_and_texts(a_world):
    floor = {"id": 1, "name": "Etage", "parent": 2}
    world = await a_world(company={"locations": [floor, HOUSE]})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await queue(world, await a_notice(world, event))

    (mail,) = world.error_mails(to="raum@contoso.example")
    assert (mail.to, mail.cc) == (("anna",), ("raum@contoso.example",))
    assert mail.subject == "ROOMS Synchronisation fehlgeschlagen"
    assert "Was Sie jetzt tun können" in mail.text


@pytest.mark.parametrize("says", [{"enabled": False}, {"body": {"de": ""}}])
async def test_a_location_that_wants_no_mail_sends_none(a_world, says):
    floor = {"id": 1, "name": "Etage", "parent": 2, "error_mail": says}
    world = await a_world(company={"locations": [floor, HOUSE]})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    notice = await a_notice(world, event)
    await queue(world, notice)

    assert world.error_mails() == []
    assert (await state_of(world, notice))[0] is NoticeState.SKIPPED


# At most once


async def test_the_same_notice_is_mailed_once_however_often_it_comes(world):
    event = await an_event(world)
    notice = await a_notice(world, event)
    for attempt in (0, 0, 1):
        await queue(world, replace(notice, attempt=attempt))
    await world.advances(minutes=20, timers=())
    await queue(world, notice)

    assert len(world.error_mails()) == 1


EFFECTS = r"^(graph|ews)\.POST\..*/sendMail$|^tables\.notices\.(insert|replace|put)$"


@pytest.mark.parametrize("kept", ["headers", "message_id", "both"])
@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("skip", [0, 1, 2])
async def test_a_worker_that_dies_anywhere_sends_one_mail(world, skip, moment, kept):
    world.exchange.switches.set("mime_marks_kept", kept)
    event = await an_event(world)
    notice = await a_notice(world, event)
    world.interruptions.strike(EFFECTS, WorkerKilledError, moment=moment, skip=skip)
    await queue(world, notice)
    await world.advances(minutes=3, timers=())

    assert world.host.kills == 1
    assert len(world.error_mails()) == 1
    assert (await state_of(world, notice))[0] is NoticeState.SENT


async def test_a_mail_whose_answer_was_lost_is_not_sent_again(world):
    world.exchange.switches.set("sent_lag_s", 30)
    event = await an_event(world)
    await world.graph_fault("POST", "/sendMail", fail_after_success=504)
    notice = await a_notice(world, event)
    await queue(world, notice)
    await world.advances(minutes=3, timers=())

    assert len(world.error_mails()) == 1
    assert await state_of(world, notice) == (NoticeState.SENT, "found in Sent Items")


async def test_while_exchange_is_down_the_mail_waits(world):
    event = await an_event(world)
    await world.graph_fault("POST", "/sendMail", times=3, status=503)
    notice = await a_notice(world, event)
    await queue(world, notice)
    await world.advances(hours=1, timers=())

    assert len(world.error_mails()) == 1
    tries = [call.status for call in world.calls if call.path.endswith("/sendMail")]
    assert tries == [503, 503, 503, 202 if world.company.exchange == GRAPH else 200]


async def test_a_clock_that_was_set_back_holds_no_mail_until_it_has_caught_up(world):
    event, ahead = await an_event(world), world.clock.now() + timedelta(days=1)
    kind = NoticeKind.ROLLED_BACK
    notice = await a_notice(world, event, kind=kind, at=ahead, occasion=99)
    post = await world.app.post_room()
    await post.notices.claim(NoticeMark(notice_id=notice.id, state=NoticeState.SENDING, at=ahead))
    await queue(world, notice)
    assert len(world.error_mails()) == 1


async def test_two_workers_with_the_same_notice_send_one_mail(world):
    event = await an_event(world)
    notice = await a_notice(world, event)
    services, post = await world.app.services(), await world.app.post_room()
    await post.notices.claim(
        NoticeMark(notice_id=notice.id, state=NoticeState.SENDING, at=services.clock.now())
    )
    await queue(world, notice, settles=False)
    await world.motor.settle_now()
    assert world.error_mails() == []

    await world.advances(minutes=2, timers=())

    assert len(world.error_mails()) == 1


async def test_an_event_that_cannot_be_read_right_now_delays_the_mail(world):
    event = await an_event(world)
    await world.graph_fault("GET", "/events/", status=503)
    await queue(world, await a_notice(world, event))

    assert len(world.error_mails()) == 1


# What is wrong is told to the operator


async def test_a_sender_that_may_not_send_is_given_up_in_the_end_with_a_reason(world):
    event = await an_event(world)
    await world.graph_fault(
        "POST", "/sendMail", times=99, status=403, body={"error": {"code": "ErrorAccessDenied"}}
    )
    notice = await a_notice(world, event)
    await queue(world, notice)
    await world.advances(hours=20, timers=())

    (failed,) = world.bus.waiting("failed-items")
    assert failed.properties["reason"] == "mail_tries_used_up:authorization"
    assert failed.properties["mapping_id"] == notice.mapping_id
    assert world.error_mails() == []
    world.expected.given_up = 1


async def test_an_address_that_is_none_is_given_up_at_once(a_world):
    bad = {"cc": ["raum@contoso.example"]}
    world = await a_world(company={"locations": [{"id": 1, "name": "Bern", "error_mail": bad}]})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    services = await world.app.services()
    known = (await services.roster.directory()).locations
    broken = replace(next(iter(known.values())).error_mail, cc=("a@b@c.example",))
    known[next(iter(known))] = replace(next(iter(known.values())), error_mail=broken)
    await queue(world, await a_notice(world, event))

    (failed,) = world.bus.waiting("failed-items")
    assert failed.properties["reason"] == "InvalidPayloadError"
    assert b"a@b@c" not in failed.body
    world.expected.given_up = 1


async def test_a_message_that_is_no_notice_is_given_up_and_the_others_are_sent(world):
    event = await an_event(world)
    await world.bus.send_raw("notices", b'{"kind": "love letter"}', session="")
    await queue(world, await a_notice(world, event))

    (failed,) = world.bus.waiting("failed-items")
    assert failed.properties["reason"] == "unreadable"
    assert len(world.error_mails()) == 1
    world.expected.given_up = 1


async def test_without_a_sender_nobody_is_told_and_health_says_so(a_world):
    world = await a_world(settings={"mail_sender": ""})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await queue(world, await a_notice(world, event))

    assert world.error_mails() == []
    health = await world.app_answers("/api/health")
    assert health["status"] == "ok"
    assert health["checks"]["mails"]["status"] == "off"
    assert "ROOMSYNC_MAIL_SENDER" in health["checks"]["mails"]["detail"]


async def test_health_asks_the_sender(a_world):
    world = await a_world()
    assert (await world.app_answers("/api/health"))["checks"]["mails"]["status"] == "ok"

    nobody = await a_world(settings={"mail_sender": "nobody@contoso.example"})
    health = await nobody.app_answers("/api/health")
    assert (health["status"], health["checks"]["mails"]["status"]) == ("degraded", "down")


async def test_health_tells_what_is_wrong_with_the_operators_texts(a_world, tmp_path):
    (tmp_path / "mail.txt").write_text("[Raum]", encoding="utf-8")
    world = await a_world(settings={"mail_templates": tmp_path})
    check = (await world.app_answers("/api/health"))["checks"]["mails"]

    assert check["status"] == "down"
    assert "mail.txt, line 1: [Raum] is not a placeholder" in check["detail"]


async def test_an_environment_that_is_not_there_is_told(a_world):
    world = await a_world(settings={"mail_environment": "fabrikam"})
    check = (await world.app_answers("/api/health"))["checks"]["mails"]

    assert check["status"] == "down"
    assert "fabrikam" in check["detail"]


async def test_one_that_is_replayed_at_once_is_no_duplicate_to_the_queue(world):
    """The queue remembers ids for ten minutes: dropped there, its letter would be gone as well."""
    event = await an_event(world)
    refused = {"error": {"code": "ErrorInvalidRecipients", "message": "-"}}
    await world.graph_fault("POST", "/sendMail", status=400, body=refused)
    await queue(world, await a_notice(world, event))
    services = await world.app.services()
    for _ in range(2):
        found = await list_dead_letters(Wanted(), services)
        assert [line.given_up.reason for line in found] == ["InvalidPayloadError"]
        await world.graph_fault("POST", "/sendMail", status=400, body=refused)
        await replay(found, services)
        await world.settles()
    await world.exchange_control_delete("faults")
    await replay(await list_dead_letters(Wanted(), services), services)
    await world.settles()
    assert len(world.error_mails()) == 1
    assert await list_dead_letters(Wanted(), services) == []
