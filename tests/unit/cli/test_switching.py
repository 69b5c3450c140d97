"""Switched off, on, or to another address while meetings exist: what an import leads to (S36)."""

import json

import pytest

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"


@pytest.fixture
def imports(operator_of, tmp_path):
    """Changes rows of the company's settings and imports them as an operator does."""

    async def run(world, *options, persons=None, resources=None):
        settings = json.loads(json.dumps(world.company.as_settings()))
        for rows, changes in ((settings["persons"], persons), (settings["resources"], resources)):
            for row in rows:
                row.pop("aliases", None)
                row.pop("synced_since", None)
                row.update((changes or {}).get(row["rooms_id"], {}))
        path = tmp_path / "settings.json"
        path.write_text(json.dumps(settings), encoding="utf-8")
        ended = await operator_of(world)("settings", "import", str(path), *options)
        world.app.forget_settings()
        return ended

    return run


async def stored(world):
    return await (await world.app.services()).settings.load()


async def test_switched_off_and_on_again_everything_is_as_it_was(world, imports):
    """D12: nothing that a user made is removed, and nobody is invited again."""
    booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["lea"])
    await world.settles()

    async with world.counts() as costs:
        off = await imports(world, persons={11: {"sync_disabled": True}})
        await world.full_pass()
        await imports(world)
        await world.runs("subscription_care")
        await world.full_pass()

    assert "person 11 Anna Meier: sync off. 1 link end." in off.words
    assert (costs.rooms_writes, costs.graph_writes) == (0, 0)
    assert (await world.booking(booking)).is_alive
    assert (await stored(world)).persons[11].synced_since == world.clock.now()
    await world.then_outlook_has("anna", WHEN, rooms=["Säntis"], attendees=["lea"])


async def test_what_changes_while_the_sync_is_off_is_not_followed(world, imports):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await imports(world, persons={11: {"sync_disabled": True}})
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.full_pass()

    await world.then_rooms_has("Säntis", WHEN, organizer="anna")
    await world.outlook("anna").moves(event, to=WHEN)
    await imports(world)


async def test_a_mailbox_that_gets_another_address_goes_on_as_the_same(world, imports):
    """S36: Exchange tells that the former address is an alias now."""
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    new = {"mail": "anna.neu@contoso.example"}
    order = {"mail": "anna.meier@contoso.example", "new_mail": new["mail"]}
    await world.exchange_control("mailboxes", order)

    ended = await imports(world, persons={11: new})
    world.company.persons["anna"] |= new | {"aliases": [order["mail"]]}
    again = await imports(world)

    anna = (await stored(world)).persons[11]
    assert "Anna Meier: another mailbox" not in ended.words
    assert anna.aliases == ("anna.meier@contoso.example",)
    assert anna.synced_since is None
    assert "nothing to change" in again.out
    await world.outlook("anna").moves(event, to=LATER)
    await world.runs("delta_catch_up")
    booking = await world.booking_of(event)
    assert (await world.booking(booking)).slot == world.slot(LATER)


async def test_another_mailbox_under_another_address_is_told_and_begins_anew(world, imports):
    ended = await imports(
        world, "--dry-run", resources={102: {"mail": "eiger-neu@contoso.example",
                                             "external_identifier": "eiger-neu@contoso.example"}}
    )  # fmt: skip

    assert "resource 102 Eiger: another mailbox. 0 links to be found again there." in ended.words
    assert "contoso knows no eiger-neu@contoso.example" in ended.words


async def test_whoever_is_switched_off_is_not_watched_any_more(world, imports):
    """R-047, R-117: the subscription ends in Exchange, too, with the credentials that made it."""
    services = await world.app.services()
    before = await services.notifiers["contoso"].list_subscriptions()

    await imports(world, persons={11: {"sync_disabled": True}})
    await world.runs("subscription_care")

    left = await services.notifiers["contoso"].list_subscriptions()
    assert len(left) == len(before) - 1
    assert {s.subscription_id for s in await services.subscriptions.all()} == {
        grant.subscription_id for grant in left
    }
    await imports(world)
