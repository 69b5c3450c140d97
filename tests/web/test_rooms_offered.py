"""Rooms that Exchange offers, through the JSON API: listed, proposed, taken over as was shown."""

from tests.web.trouble import deeds, does, done, reads

FORGOTTEN = {"mail": None, "external_identifier": None, "mode": "None"}


async def test_a_room_is_proposed_for_the_resource_that_is_called_so_and_taken_over(world):
    nothing = await does(world, "settings/rooms")
    assert (nothing.status_code, nothing.json()["detail"]) == (409, "nothing is proposed")
    await done(world, "settings/resources/103", "PATCH", changes=FORGOTTEN)
    listed = await reads(world, "settings/rooms")
    assert listed["troubles"] == []
    (pilatus,) = [each for each in listed["rooms"] if each["name"] == "Pilatus"]
    assert pilatus == {
        "environment": "contoso",
        "room_list": "Bern",
        "name": "Pilatus",
        "address": "pilatus@contoso.example",
        "standing": "fits",
        "resource": 103,
        "resource_name": "Pilatus",
    }
    plan = (await does(world, "settings/rooms")).json()
    assert (plan["done"], [each["name"] for each in plan["changes"]]) == (False, ["103 Pilatus"])
    other = await does(world, "settings/rooms", dry_run=False, plan="0" * 32)
    assert other.status_code == 409
    assert (await reads(world, "settings/resources/103"))["is_synced"] is False
    taken = await does(world, "settings/rooms", dry_run=False, plan=plan["plan"])
    assert taken.json()["done"] is True
    assert (await reads(world, "settings/resources/103"))["is_synced"] is True
    assert "resource 103" in str((await deeds(world))[0]["details"])
    await world.imports()
