"""The doctor and self-tests, from their pages and by their JSON API."""

from datetime import timedelta

import pytest

from core.domain.deed import DeedKind
from core.domain.ids import MailboxKey
from core.ports.vault import SecretEnd
from tests.kit.vaults import EndingVault
from tests.web.trouble import deeds, does, reads
from web.access import Role

HX = {"hx-request": "true", "sec-fetch-site": "same-origin"}


async def page(world, path, **headers):
    return await world.calls_app("GET", f"/api/console{path}", headers=headers)


async def sends(world, path, **fields):
    return await world.calls_app("POST", f"/api/console{path}", data=fields, headers=HX)


class TestTheDoctor:
    async def test_everything_is_examined_in_the_background_and_kept_with_its_time(self, world):
        before = await reads(world, "health")
        assert (before["asked_at"], before["round"]) == (None, None)

        begun = (await does(world, "health/examine")).json()
        assert begun == {"dry_run": False, "mailboxes": 6}
        on_the_way = (await reads(world, "health"))["round"]
        assert (on_the_way["running"], on_the_way["done"], on_the_way["total"]) == (True, 0, 6)
        await world.settles()

        after = await reads(world, "health")
        assert after["asked_at"] is not None
        assert (after["round"]["running"], after["round"]["done"]) == (False, 6)
        assert after["to_correct"] == 0
        kinds = {finding["kind"] for finding in after["findings"]}
        assert {"scope_unasked", "rights_unasked", "processing_unasked"} <= kinds
        errors = await reads(world, "health", severity="error")
        assert errors["findings"] == []

    @pytest.mark.parametrize(
        ("language", "told"),
        [
            ("en", "The secret or certificate graph-client-secret ended at"),
            ("de", "Das Geheimnis oder Zertifikat graph-client-secret ist am"),
        ],
    )
    async def test_a_secret_that_has_ended_is_told_on_the_page_in_both_languages(
        self, world, language, told
    ):
        world.app.vault = EndingVault(
            SecretEnd("graph-client-secret", world.clock.now() - timedelta(hours=1))
        )
        await does(world, "health/examine")
        await world.settles()

        shown = (await page(world, "/health", **{"accept-language": language})).text

        assert told.lower() in shown.lower()
        assert "az keyvault secret list" in shown
        assert (await reads(world, "health"))["to_correct"] == 1

    async def test_while_it_runs_it_is_not_begun_again_and_that_is_said(self, world):
        await does(world, "health/examine")
        for body in ({}, {"dry_run": True}, {"mailbox": "p11"}):
            again = await does(world, "health/examine", **body)
            assert again.status_code == 409
            assert again.json()["type"].endswith("/doctor_runs")
        await world.settles()
        tried = await does(world, "health/examine", dry_run=True, mailbox="p11")
        assert tried.json() == {"dry_run": True, "mailboxes": 1}

    async def test_one_mailbox_is_examined_again(self, world):
        services = await world.app.services()
        for each in await services.subscriptions.all():
            if each.place.mailbox == "p12":
                await services.subscriptions.remove(each.subscription_id)
        world.app.forget_settings()
        await does(world, "health/examine")
        await world.settles()
        (told,) = (await reads(world, "health", severity="warning"))["findings"]
        assert (told["who"], told["kind"]) == ("12", "never_watched")
        await world.runs("subscription_care")
        await world.settles()

        begun = await does(world, "health/examine", mailbox="p12")
        assert begun.json()["mailboxes"] == 1
        await world.settles()

        assert (await reads(world, "health", severity="warning"))["findings"] == []

    @pytest.mark.parametrize(("mailbox", "status"), [("p999", 404), ("anna", 422), ("p", 422)])
    async def test_who_is_not_there_is_not_examined(self, world, mailbox, status):
        answer = await does(world, "health/examine", mailbox=mailbox)
        assert answer.status_code == status

    async def test_the_page_groups_by_environment_with_what_to_do_and_a_command(self, a_world):
        world = await a_world(resources={"Eiger": {"external_identifier": "raum-17"}})
        await does(world, "health/examine")
        await world.settles()

        shown = (await page(world, "/health", **{"accept-language": "de"})).text

        assert "Umgebung contoso" in shown
        assert "Ressource 102 Eiger" in shown
        assert "einen anderen External Identifier als die Mailadresse" in shown
        assert "Test-ServicePrincipalAuthorization" in shown
        assert shown.index("Ressource 102 Eiger") < shown.index("Die App und ROOMS")
        only = (await page(world, "/health?severity=error")).text
        assert "Eiger" in only
        assert "Test-ServicePrincipalAuthorization" not in only

    async def test_names_and_addresses_of_people_are_for_those_who_operate(self, a_world):
        world = await a_world(anna={"mode": "O365"})
        mailbox = "/self-test?mailbox=p11&search=11"
        everything = (await page(world, "/health")).text + (await page(world, mailbox)).text
        assert "Anna Meier" in everything
        assert "anna.meier@" in everything
        world.settings["dev_role"] = Role.VIEWER.word
        world.restarts()

        shown = (await page(world, "/health")).text + (await page(world, mailbox)).text

        assert "person 11" in shown
        assert "Anna" not in shown
        assert "anna.meier" not in shown
        assert "Examine everything" not in shown
        assert "person 11" not in (await page(world, "/self-test?search=meier")).text


async def test_contradictions_of_an_import_are_told_in_the_readers_language(world):
    file = b"rooms_id;language\n11;rm\n"
    answer = await world.calls_app(
        "POST",
        "/api/console/settings/plan-import",
        files={"file": ("persons.csv", file)},
        headers=HX | {"accept-language": "de"},
    )
    assert "Person 11: hat eine Sprache, in der keine Mails geschrieben werden." in answer.text


class TestSelfTests:
    async def test_one_is_begun_followed_and_read(self, world):
        begun = await does(world, "self-tests", mailbox="r101")
        assert begun.json() == {"dry_run": False, "mailboxes": 1}
        running = await reads(world, "self-tests/r101")
        assert (running["running"], running["reading"]) == (True, "running")
        again = await does(world, "self-tests", mailbox="r101")
        assert again.status_code == 409
        assert "is being tested since" in again.json()["detail"]
        await world.settles()

        test = await reads(world, "self-tests/r101")

        assert (test["running"], test["reading"], test["left_behind"]) == (False, "all", False)
        assert [step["state"] for step in test["steps"]] == ["done"] * 6
        assert test["mailbox"]["resource"] == "Säntis"
        (listed,) = (await reads(world, "self-tests"))["tests"]
        assert listed == test
        (deed,) = await deeds(world)
        assert (deed["kind"], deed["details"]) == (DeedKind.SELF_TEST_BEGUN, ["r101"])

    async def test_all_are_begun_after_it_was_said_how_many(self, world):
        plan = await sends(world, "/self-test/plan-all")
        assert "Test 6 mailboxes?" in plan.text
        tried = (await does(world, "self-tests/all", dry_run=True)).json()
        assert tried == {"dry_run": True, "mailboxes": 6}

        begun = await sends(world, "/self-test/all")
        assert "6 mailboxes are being tested" in begun.text
        assert (await does(world, "self-tests/all")).status_code == 409
        assert "0 of 6 mailboxes tested" in (await page(world, "/self-test")).text
        await world.settles()

        found = await reads(world, "self-tests")
        assert {test["reading"] for test in found["tests"]} == {"all"}
        assert (found["everybody"]["total"], found["everybody"]["under_way"]) == (6, 0)

    async def test_what_failed_says_in_the_readers_language_why_and_what_to_do(self, a_world):
        world = await a_world(anna={"mode": "O365"})
        german = {"accept-language": "de"}
        answer = await world.calls_app(
            "POST", "/api/console/self-test/start", data={"mailbox": "p11"}, headers=HX | german
        )

        assert answer.headers["hx-push-url"] == "/api/console/self-test?mailbox=p11"
        assert "nicht in Ordnung" in answer.text
        assert "bei Exchange Online" in answer.text
        assert "Verbindung oder Konfiguration" in answer.text
        assert "wird mit den Einstellungen, wie sie sind, nicht synchronisiert" not in answer.text
        first, *_ = (await reads(world, "self-tests/p11"))["steps"]
        assert [(f["kind"], f["who"]) for f in first["findings"]] == [("o365", "11")]

    async def test_whoever_is_nobody_is_not_tested(self, world):
        assert (await does(world, "self-tests", mailbox="p999")).status_code == 404
        assert (await sends(world, "/self-test/start", mailbox="p999")).status_code == 404
        assert (await world.calls_app("GET", "/api/console/v1/self-tests/p999")).status_code == 404
        services = await world.app.services()
        assert await services.self_tests.get(MailboxKey("p999")) is None
        strange = await page(world, "/self-test?mailbox=%3Cb%3E")
        assert strange.status_code == 200
        assert "<b>" not in strange.text.partition("<main")[2].partition("Last results")[0]

    async def test_who_is_looked_for_is_found_by_name_address_and_number(self, world):
        for text, who in (("lea.roth", "Lea Roth"), ("säntis", "Säntis"), ("r102", "Eiger")):
            found = (await page(world, f"/self-test?search={text}")).text
            assert f"Test {'person' if 'Lea' in who else 'resource'}" in found
            assert who in found
        assert "Nobody fits" in (await page(world, "/self-test?search=zzz")).text
