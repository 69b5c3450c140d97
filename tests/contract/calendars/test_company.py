"""For whom a file can be imported, as the running Exchange says."""

import pytest

from devstack.calendars.company import UnknownNameError, read_setting
from tests.contract.calendars.snippets import ANNA, SAENTIS
from tests.contract.exchange.company import Company


async def test_the_setting_is_read_from_exchange(exchange):
    setting = await read_setting(exchange, "A.MEIER@contoso.example", SAENTIS.upper())

    assert (setting.owner_mail, setting.room.mail, setting.room.name) == (ANNA, SAENTIS, "Säntis")
    assert setting.owner == {ANNA, "a.meier@contoso.example"}
    assert setting.home.iana == "Europe/Berlin"
    assert setting.resources == {SAENTIS, "eiger@contoso.example", "car@contoso.example"}


async def test_floating_times_belong_to_the_zone_of_the_mailbox(exchange):
    setting = await read_setting(exchange, "emily@contoso.example", SAENTIS)

    assert setting.home.iana == "Asia/Tokyo"


@pytest.mark.parametrize(
    "organizer", ["nobody@contoso.example", SAENTIS, "carla@contoso.example", "zoe@partner.example"]
)
async def test_an_organizer_without_a_mailbox_here_is_told_who_has_one(exchange, organizer):
    with pytest.raises(UnknownNameError) as error:
        await read_setting(exchange, organizer, SAENTIS)

    assert str(error.value).splitlines() == [
        f"ORGANIZER '{organizer}' is unknown here: give the mail of a mailbox's owner, one of",
        f"  {ANNA}  Anna Meier",
        "  emily@contoso.example  Emily",
    ]


@pytest.mark.parametrize("room", ["", "rigi@contoso.example", ANNA])
async def test_a_room_that_is_none_is_told_which_there_are(exchange, room):
    with pytest.raises(UnknownNameError, match=r"ROOM .*give the mail of a resource") as error:
        await read_setting(exchange, ANNA, room)

    assert [line.split()[0] for line in str(error.value).splitlines()[1:]] == [
        SAENTIS,
        "eiger@contoso.example",
        "car@contoso.example",
    ]


async def test_an_empty_world_has_nobody_to_import_for():
    company = Company(None)

    with pytest.raises(UnknownNameError, match=r"(?s)ORGANIZER .*\(none\)"):
        await read_setting(company.client, ANNA, SAENTIS)
    await company.close()
