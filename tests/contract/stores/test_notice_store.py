"""NoticeStore: a notice is claimed by one worker, and its mark is kept."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.adapters.tables.notice_store import TableNoticeStore
from core.adapters.tables.table import Tables
from core.domain.ids import MappingId
from core.errors import AlreadyExistsError, StaleVersionError
from core.ports.mail import NoticeMark, NoticeState
from tests.contract.stores.values import LINK, NOW

ID = "0b4a8f0e-9a61-4f5e-8f43-5f2f6b1f3a11/refused/äöü#?" + "x" * 400
MARK = NoticeMark(notice_id=ID, state=NoticeState.SENDING, at=NOW)


@pytest.fixture
def notices(tables: Tables) -> TableNoticeStore:
    return TableNoticeStore(tables)


async def test_nothing_is_known_of_a_new_notice(notices: TableNoticeStore):
    assert await notices.find(ID) is None


async def test_a_mark_is_found_as_it_was_put_down(notices: TableNoticeStore):
    claimed = await notices.claim(MARK)

    assert claimed.version
    assert await notices.find(ID) == claimed
    assert replace(claimed, version="") == MARK


async def test_only_one_worker_claims_a_notice(notices: TableNoticeStore):
    claims = await asyncio.gather(*(notices.claim(MARK) for _ in range(5)), return_exceptions=True)

    assert sum(isinstance(claim, NoticeMark) for claim in claims) == 1
    assert sum(isinstance(claim, AlreadyExistsError) for claim in claims) == 4


async def test_a_mark_is_replaced_only_by_who_knows_it(notices: TableNoticeStore):
    claimed = await notices.claim(MARK)
    sent = await notices.replace(replace(claimed, state=NoticeState.SENT, reason="because"))

    assert await notices.find(ID) == sent
    with pytest.raises(StaleVersionError):
        await notices.replace(replace(claimed, state=NoticeState.SKIPPED))


async def test_notices_are_told_apart(notices: TableNoticeStore):
    await notices.claim(MARK)

    assert await notices.find(ID + "y") is None
    await notices.claim(replace(MARK, notice_id=ID + "y"))


async def test_old_marks_are_removed_but_of_mails_that_are_under_way(notices: TableNoticeStore):
    later = NOW + timedelta(days=1)
    for number, (state, at) in enumerate(
        [
            (NoticeState.SENT, NOW),
            (NoticeState.SKIPPED, NOW),
            (NoticeState.SENDING, NOW),
            (NoticeState.SENT, later),
        ]
    ):
        await notices.claim(NoticeMark(notice_id=f"n{number}", state=state, at=at))
    assert await notices.remove_before(later, 1) == 1
    assert await notices.remove_before(later, 9) == 1
    left = [n for n in range(4) if await notices.find(f"n{n}") is not None]
    assert left == [2, 3]


async def test_the_marks_of_one_link_are_found_oldest_first(notices: TableNoticeStore):
    of_link = replace(MARK, mapping_id=LINK, kind="not_booked")
    later = replace(of_link, notice_id="n1", at=NOW + timedelta(minutes=1), kind="declined")
    elsewhere = replace(MARK, notice_id="n2", mapping_id=MappingId("other"))
    for mark in (later, of_link, elsewhere, replace(MARK, notice_id="n3")):
        await notices.claim(mark)

    found = await notices.of_link(LINK)

    assert [(mark.kind, mark.mapping_id) for mark in found] == [
        ("not_booked", LINK),
        ("declined", LINK),
    ]
    assert await notices.find("n1") == found[1]
