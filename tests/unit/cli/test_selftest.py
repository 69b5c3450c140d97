"""`roomsync selftest`: begun here, done by the app, told step by step."""

import asyncio

from tests.unit.cli.test_sync import running


async def test_it_tells_every_step_and_what_they_mean(operator, world):
    ended = await running(world, asyncio.ensure_future(operator("selftest", "p11")))

    assert (ended.code, ended.err) == (0, "")
    lines = [line.strip() for line in ended.out.splitlines() if line.strip()]
    assert [line.split("  ")[0] for line in lines] == ["✓"] * 5 + [lines[-1]]
    assert "wait for the change notification seen by push: " in ended.words
    assert "All green: the connection is fine" in ended.out


async def test_who_is_not_synced_ends_with_1_and_what_to_do(operator):
    ended = await operator("selftest", "peter.huber@contoso.example")

    assert ended.code == 1
    assert "✗ check the configuration not in order: is not to be synced" in ended.words
    assert "switch it on in the settings" in ended.words
    assert "Connection or configuration" in ended.out


async def test_without_waiting_it_goes_on_by_itself_and_is_asked_for_later(operator, world):
    begun = await operator("selftest", "r101", "--detach")
    assert begun.code == 0
    again = await operator("selftest", "r101", "--timeout", "0")
    assert again.code == 1
    assert "mailbox r101 is being tested since 2026-03-02" in again.words
    assert "It goes on in the background" in again.out

    await world.settles()
    shown = await operator("selftest", "r101", "--last")

    assert shown.code == 0
    assert "✓ what ROOMS shows of the resource" in shown.words


async def test_what_was_never_tested_says_so(operator):
    ended = await operator("selftest", "p12", "--last")
    assert ended.code == 1
    assert "It was never tested." in ended.out


async def test_all_mailboxes_are_tested_and_those_that_are_not_green_named(operator, world):
    await world.exchange_control("mailboxes", {"mail": "eiger@contoso.example", "licensed": False})

    ended = await running(world, asyncio.ensure_future(operator("selftest", "--all")))

    assert ended.code == 1
    assert "Begun: 6 mailboxes" in ended.out
    assert "✗ r102 Eiger: check the configuration: not in order: the mailbox has no" in ended.words
    assert "5 of 6 mailboxes are green." in ended.out
    await world.exchange_control("mailboxes", {"mail": "eiger@contoso.example", "licensed": True})


async def test_all_can_be_begun_and_left_alone(operator, world):
    begun = await operator("selftest", "--all", "--detach")
    assert begun.code == 0
    early = await operator("selftest", "--all", "--last")
    assert early.code == 1
    assert "6 of 6 have no result yet" in early.out
    await world.settles()
    assert "6 of 6 mailboxes are green." in (await operator("selftest", "--all", "--last")).out


async def test_it_has_to_be_said_who_is_to_be_tested(operator):
    for arguments in ((), ("p11", "--all")):
        ended = await operator("selftest", *arguments)
        assert ended.code == 2
        assert "name a person or resource, or give --all" in ended.err
