"""DeadLetterBox: what was given up and what the bus set aside, looked at, taken one by one."""

from datetime import timedelta

import pytest

from core.adapters.servicebus.bus import FAILED_ITEMS, NOTICES, SYNC_ITEMS, Outgoing
from core.adapters.servicebus.dead_letters import BusDeadLetters
from core.domain.dead_letter import LetterRef
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, EventId, MailboxKey, MappingId, PersonId
from core.domain.notice import Notice, NoticeKind
from core.domain.work import EventKey, GivenUp, MailboxJob, Source, WorkItem
from tests.contract.queues.conftest import START, Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))
LINK = MappingId("11111111-2222-3333-4444-555555555555")


def a_look(number: int = 1) -> WorkItem:
    key = EventKey(ANNA, EventId(f"AAMk{number}"))
    return WorkItem(key=key, source=Source.PUSH, first_seen=START)


def a_notice(number: int = 1) -> Notice:
    return Notice(
        id=f"n{number}",
        kind=NoticeKind.GIVEN_UP,
        mapping_id=LINK,
        person=PersonId(11),
        parts=(),
        at=START,
    )


async def given_up(place: Place, *looks: WorkItem) -> None:
    for look in looks:
        await place.work.give_up(GivenUp(reason="guard", text="stopped", item=look))


async def dies_over(place: Place, queue: str) -> None:
    """Let a worker get what is in a queue, and set it aside as the bus would in the end."""
    batch = await place.inbox.next_batch(queue)
    assert batch is not None
    for message in batch.messages:
        await place.inbox.dead_letter(message, "MaxDeliveryCountExceeded")
    await place.inbox.release(batch)


async def nothing(_: object) -> None:
    """Do nothing with a letter."""


async def test_an_empty_bus_has_no_dead_letters(place: Place):
    assert await BusDeadLetters(place.bus).peek() == []


async def test_what_was_given_up_is_shown_as_it_was_and_stays(place: Place):
    whole = GivenUp(
        reason="tries_used_up:connectivity",
        text="Graph did not answer",
        item=a_look(),
        mapping_id=LINK,
    )
    await place.work.give_up(whole)
    box = BusDeadLetters(place.bus)

    first, again = await box.peek(), await box.peek()

    assert [letter.given_up for letter in first] == [whole]
    assert first[0].at == place.clock.now()
    assert not first[0].ref.is_set_aside
    assert again == first


async def test_mails_and_jobs_are_given_up_whole(place: Place):
    job = MailboxJob(kind="sweep", place=ANNA, requested_at=START)
    mail = GivenUp(reason="mail", text="", notice=a_notice(), mapping_id=LINK)
    task = GivenUp(reason="job", text="", job=job)
    for whole in (mail, task):
        await place.work.give_up(whole)

    assert [letter.given_up for letter in await BusDeadLetters(place.bus).peek()] == [mail, task]


async def test_what_the_bus_set_aside_is_among_them_with_what_it_was(place: Place):
    await place.work.send([a_look()])
    await place.work.send_notice(a_notice())
    await dies_over(place, SYNC_ITEMS)
    await dies_over(place, NOTICES)
    await given_up(place, a_look(2))

    found = await BusDeadLetters(place.bus).peek()

    assert {(letter.ref.queue, letter.ref.is_set_aside) for letter in found} == {
        (SYNC_ITEMS, True),
        (NOTICES, True),
        (FAILED_ITEMS, False),
    }
    by_queue = {letter.ref.queue: letter.given_up for letter in found}
    assert by_queue[SYNC_ITEMS].item == a_look()
    assert by_queue[SYNC_ITEMS].reason == "worker_died"
    assert by_queue[NOTICES].notice == a_notice()
    aside = await BusDeadLetters(place.bus).peek(set_aside_only=True)
    assert {letter.ref.queue for letter in aside} == {SYNC_ITEMS, NOTICES}


async def test_garbage_is_a_letter_too(place: Place):
    garbage = Outgoing(body=b"\xff{ not json", message_id="m", session="contoso/p11")
    await place.bus.send(SYNC_ITEMS, [garbage])
    await place.bus.send(FAILED_ITEMS, [Outgoing(body=b"[]", message_id="n")])
    await dies_over(place, SYNC_ITEMS)

    found = await BusDeadLetters(place.bus).peek()

    assert {letter.given_up.raw for letter in found} == {
        "\N{REPLACEMENT CHARACTER}{ not json",
        "[]",
    }
    assert all(letter.given_up.item is None for letter in found)


async def test_one_is_taken_and_the_others_stay_in_their_order(place: Place):
    await given_up(place, *(a_look(n) for n in range(5)))
    box = BusDeadLetters(place.bus)
    before = await box.peek()
    seen = []

    async def note(letter):
        seen.append(letter.given_up.item)

    taken = await box.take([before[3].ref], note)

    assert taken == [before[3].ref]
    assert seen == [a_look(3)]
    left = [letter.given_up.item for letter in await box.peek()]
    assert left == [a_look(n) for n in (0, 1, 2, 4)]


async def test_letters_of_several_places_are_taken_together(place: Place):
    await place.work.send([a_look(7)])
    await dies_over(place, SYNC_ITEMS)
    await given_up(place, a_look(1), a_look(2))
    box = BusDeadLetters(place.bus)
    refs = [letter.ref for letter in await box.peek()]

    assert set(await box.take(refs, nothing)) == set(refs)
    assert await box.peek() == []
    depths = await place.counts.depths()
    assert {queue: (d.active, d.dead) for queue, d in depths.items()} == dict.fromkeys(
        depths, (0, 0)
    )


async def test_what_was_taken_meanwhile_is_not_there_any_more(place: Place):
    await given_up(place, a_look(1), a_look(2))
    box = BusDeadLetters(place.bus)
    refs = [letter.ref for letter in await box.peek()]
    await box.take(refs[:1], nothing)

    assert await box.take(refs, nothing) == refs[1:]
    assert await box.take([LetterRef(FAILED_ITEMS, is_set_aside=False, number=999)], nothing) == []
    assert await box.take([LetterRef("elsewhere", is_set_aside=True, number=1)], nothing) == []


async def test_a_letter_with_which_something_goes_wrong_stays(place: Place):
    await given_up(place, a_look(1), a_look(2))
    box = BusDeadLetters(place.bus)
    refs = [letter.ref for letter in await box.peek()]

    async def fails(letter):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await box.take(refs, fails)

    place.clock.advance(timedelta(seconds=1))
    assert [letter.ref for letter in await box.peek()] == refs


@pytest.mark.parametrize("text", ["failed-items:17", "sync-items/dead:4"])
async def test_a_reference_is_read_as_it_is_written(text):
    ref = LetterRef.parsed(text)
    assert ref is not None
    assert ref.text == text


@pytest.mark.parametrize("text", ["", "failed-items", "failed-items:", "sync-items/x:4", ":4"])
async def test_what_is_no_reference_is_none(text):
    assert LetterRef.parsed(text) is None
