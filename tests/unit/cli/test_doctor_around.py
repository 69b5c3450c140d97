"""`roomsync doctor` on what is around the settings: access, webhook, subscriptions, ourselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.app.doctor.examination import LAST_RUN
from core.bootstrap import App
from core.domain.room_policy import AutomateProcessing, PolicyCopy, RoomPolicy
from core.ports.vault import SecretEnd
from tests.kit.vaults import EndingVault


def lines(ended):
    return [line for line in ended.out.splitlines() if line.startswith(("error: ", "warning: "))]


def of(ended, part):
    return [line for line in ended.out.splitlines() if part in line]


async def test_where_all_is_well_only_what_cannot_be_asked_is_noted(operator):
    ended = await operator("doctor")

    assert ended.code == 0
    noted = [line.split(" - ")[0] for line in ended.out.splitlines() if line.startswith("note: ")]
    unasked = [line for line in noted if not line.startswith("note: resource ")]
    assert [line.split(",")[0].split(":")[1].strip() for line in unasked] == [
        "environment contoso",
        "ROOMS",
        "service",
    ]
    assert "was not asked" in unasked[0]
    assert "does not tell the rights of our user" in unasked[1]
    assert "whether resource mailboxes delete subjects" in unasked[2]
    assert "    Get-Mailbox -RecipientTypeDetails RoomMailbox,EquipmentMailbox" in ended.out


async def test_a_mailbox_that_must_be_out_of_reach_and_opens_is_an_error(a_world, operator_of):
    world = await a_world(settings={"probe_addresses": {"contoso": "peter.huber@contoso.example"}})

    ended = await operator_of(world)("doctor")

    assert ended.code == 1
    (line,) = of(ended, "a mailbox that must be out of reach opens to us")
    assert line.startswith("error: environment contoso")
    assert "-CustomResourceScope RoomSync" in ended.out


async def test_with_a_scope_nothing_is_said_of_it_and_who_fell_out_of_it_is_named(
    a_world, operator_of
):
    world = await a_world(settings={"probe_addresses": {"contoso": "peter.huber@contoso.example"}})
    inside = [world.company.address(name) for name in ("anna", "marc", "lea", "Säntis", "Pilatus")]
    await world.exchange_control("scope", {"mailboxes": inside})

    ended = await operator_of(world)("doctor")

    assert not of(ended, "out of reach")
    assert not of(ended, "was not asked")
    (line,) = of(ended, "its calendar does not open to us")
    assert line.startswith("error: resource 102 Eiger")
    assert (
        "    Test-ServicePrincipalAuthorization -Identity <application id>"
        " -Resource eiger@contoso.example"
    ) in ended.out.splitlines()
    await world.exchange_control("scope", {"mailboxes": None})


@pytest.mark.parametrize(
    ("probes", "said"),
    [
        ({"contoso": "nobody@contoso.example"}, "does not exist: it proves nothing"),
        ({"elsewhere": "x@contoso.example"}, "is no environment of the settings"),
    ],
)
async def test_a_mailbox_that_proves_nothing_is_told(a_world, operator_of, probes, said):
    world = await a_world(settings={"probe_addresses": probes})
    ended = await operator_of(world)("doctor")
    assert ended.code == 1
    assert of(ended, said)


async def test_on_premises_scope_is_asked_too(a_world, operator_of):
    world = await a_world(
        company={"exchange": "ews"},
        settings={"probe_addresses": {"contoso": "peter.huber@contoso.example"}},
    )
    ended = await operator_of(world)("doctor")
    assert of(ended, "a mailbox that must be out of reach opens to us")
    assert "-CustomRecipientWriteScope RoomSync" in ended.out

    inside = [
        world.company.address(n) for n in ("anna", "marc", "lea", "Säntis", "Eiger", "Pilatus")
    ]
    await world.exchange_control("impersonation", {"mailboxes": inside})
    ended = await operator_of(world)("doctor")
    assert ended.code == 0
    assert not of(ended, "out of reach")


async def test_an_app_that_nobody_reaches_is_told_with_how_to_try_it(world, operator):
    world.host.is_down = True
    ended = await operator("doctor")
    world.host.is_down = False

    assert ended.code == 1
    (line,) = of(ended, "our webhook does not answer from here")
    assert line.startswith("error: service:")
    assert "    curl -i -X POST 'http://127.0.0.1:7071/api/webhooks/graph?" in ended.out


async def test_something_else_in_our_place_is_told(a_world, operator_of):
    world = await a_world()
    settings = world._app_settings().model_copy(
        update={"webhook_base_url": "http://127.0.0.1:7081/Default"}
    )
    world._app_settings = lambda: settings

    ended = await operator_of(world)("doctor")

    assert of(ended, "in place of the validation token")
    assert of(ended, "the webhook of ROOMS answers an unsigned call with")
    assert not of(ended, "its subscription calls another address")
    assert of(ended, "warning: environment contoso: none of its 6 mailboxes is watched")


async def test_a_mailbox_that_is_not_watched_is_told(world, operator):
    services = await world.app.services()
    for each in await services.subscriptions.all():
        if each.place.mailbox == "p12":
            await services.subscriptions.remove(each.subscription_id)
    world.app.forget_settings()

    ended = await operator("doctor")

    assert ended.code == 1
    (line,) = of(ended, "no subscription watches its mailbox")
    assert line.startswith("warning: person 12 Marc Weber")
    assert lines(ended) == [line]


async def test_subscriptions_that_have_ended_are_told(world, operator):
    services = await world.app.services()
    for each in await services.subscriptions.all():
        if each.place.mailbox in {"p12", "r101"}:
            await services.subscriptions.put(replace(each, expires_at=world.clock.now()))
    ended = await operator("doctor")
    assert len(of(ended, "its subscription ended at")) == 2


async def test_an_environment_without_credentials_is_one_line_with_its_mailboxes(
    a_world, operator_of
):
    world = await a_world(company={"exchange": "mixed"})
    settings = world._app_settings().model_copy(update={"ews_environments": {}})
    world._app_settings = lambda: settings

    ended = await operator_of(world)("doctor")

    assert ended.code == 1
    about = [line for line in lines(ended) if not line.startswith("error: mails")]
    (line,) = about
    assert line.startswith("error: environment cellar (4 mailboxes): cannot be reached")
    assert "resource 101" not in ended.out, "it lives there"
    assert "resource 102" in ended.out


async def test_without_credentials_one_line_is_told_and_not_one_for_each_mailbox(world, operator):
    denied = {"error": {"code": "ErrorAccessDenied"}}
    await world.graph_fault("GET", "/users", status=403, body=denied, times=500)
    services = await world.app.services()
    for each in await services.subscriptions.all():
        await services.subscriptions.remove(each.subscription_id)
    world.app.forget_settings()

    ended = await operator("doctor")

    told = [line.partition(" about")[0] for line in lines(ended) if "mails are sent" not in line]
    assert told == ["error: environment contoso (6 mailboxes): Exchange could not be asked"]


async def test_queues_that_nobody_works_on_are_told(world, operator):
    await world.advances(hours=1, timers=())
    ended = await operator("doctor")
    (line,) = of(ended, "nobody works on the queues since 60 minutes")
    assert line.startswith("error: service:")


async def test_what_a_resource_mailbox_does_otherwise_comes_with_the_command(world, operator):
    services = await world.app.services()
    directory = await services.roster.directory()
    policy = RoomPolicy(
        automate_processing=AutomateProcessing.AUTO_ACCEPT,
        allow_conflicts=True,
        booking_window_days=180,
    )
    copy = PolicyCopy(policy=policy, fetched_at=world.clock.now())
    await services.policies._store.put(directory.resources[101].place, copy)

    ended = await operator("doctor")

    assert of(ended, "warning: resource 101 Säntis: its mailbox accepts two meetings at once")
    assert of(ended, "note: resource 101 Säntis: its mailbox takes bookings for 180 days")
    shown = ended.out.splitlines()
    assert (
        "    Set-CalendarProcessing -Identity saentis@contoso.example -AllowConflicts $false"
        in shown
    )
    stored = await services.cursors.get(LAST_RUN)
    assert stored is not None
    assert "saentis@" not in stored


async def test_a_right_that_is_missing_is_told_and_what_is_not_known_too(world, operator):
    denied = {"error": {"code": "ErrorAccessDenied"}}
    await world.graph_fault("GET", "userConfigurations", status=403, body=denied, times=50)
    await world.runs("room_policies")
    await world.advances(days=2, timers=["room_policies"])

    ended = await operator("doctor")

    assert of(ended, "how resource mailboxes process requests may not be read")


async def test_without_rights_in_rooms_that_is_told(world, operator):
    await world.rooms_fault("GET", "/person/userinfo", status=403, times=5)
    ended = await operator("doctor")
    assert of(ended, "error: ROOMS: does not let us in")


async def test_a_secret_that_ends_soon_is_told_with_what_to_do(world, operator, monkeypatch):
    monkeypatch.setattr(
        App,
        "vault",
        EndingVault(SecretEnd("graph-client-secret", world.clock.now() + timedelta(days=12))),
    )

    ended = await operator("doctor")

    assert ended.code == 1
    (line,) = lines(ended)
    assert line.startswith("warning: service: the secret or certificate graph-client-secret ends")
    assert "in 12 days" in line
    assert "put it into the vault with its new end, and restart the app" in line
    assert "    az keyvault secret list --vault-name <vault> --query" in ended.out
