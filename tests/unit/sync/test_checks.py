"""Contradictions in the settings: one clear line each, nobody else harmed, no person named."""

from dataclasses import replace

import pytest

from core.app.doctor.wording import advice, what
from core.domain.directory import Environment, SyncMode, directory
from core.domain.finding import Severity
from core.domain.ids import EnvironmentId, ResourceId
from core.domain.policies import Policies
from core.domain.reach import Reach
from core.sync.checks import settings_findings
from tests.unit.app.test_directory import CONTOSO, a_room, somebody

ANNA = somebody(11, "anna.geheim@contoso.example", time_zone="Europe/Zurich", language="de")
EIGER = a_room(101, time_zone="Europe/Zurich")
GRAPH = Environment(id=CONTOSO, kind="graph", domains=("contoso.example",))
OLD = Environment(id=EnvironmentId("alt"), kind="ews", domains=("alt.example",))
ALT = Reach("ews", frozenset({"mail.alt.example", "mail2.alt.example"}))
IN_OLD = {"address": "anna@alt.example", "mode": SyncMode.EWS1}


def settings(*, persons=(ANNA,), resources=(EIGER,), environments=(GRAPH,), on=True, **policies):
    return directory(
        global_sync_enabled=on,
        policies=Policies(**policies),
        environments=environments,
        persons=persons,
        resources=resources,
    )


def found(whole, reaches=None):
    return {(f.part.value, f.who, f.kind.value) for f in settings_findings(whole, reaches)}


def test_settings_that_fit_together_give_no_finding():
    assert settings_findings(settings()) == ()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"address": ""}, {"no_address"}),
        ({"address": "anna@else.example"}, {"outside"}),
        ({"address": "anna@sub.contoso.example"}, {"outside"}),
        ({"address": "anna@alt.example"}, {"domain_elsewhere"}),
        ({"address": "anna@alt.example", "mode": SyncMode.EWS1}, set()),
        ({"mode": SyncMode.EWS1}, {"domain_elsewhere"}),
        ({"mode": SyncMode.EWS1, "assigned_environment": "alt"}, set()),
        ({"mode": SyncMode.EWS1, "assigned_environment": "contoso"}, {"assigned_elsewhere"}),
        ({"assigned_environment": "alt"}, {"assigned_elsewhere"}),
        ({"assigned_environment": "neu"}, {"unknown_environment"}),
        ({"address": "anna@else.example", "assigned_environment": "contoso"}, set()),
        ({"mode": SyncMode.O365, "sync_url": "https://x.example/ews.asmx"}, {"o365"}),
        ({"mode": SyncMode.O365, "assigned_environment": "contoso"}, {"o365"}),
        ({**IN_OLD, "sync_url": "https://mail2.alt.example/EWS/Exchange.asmx"}, set()),
        ({**IN_OLD, "sync_url": "http://mail2.alt.example/EWS/Exchange.asmx"}, {"sync_url"}),
        ({**IN_OLD, "sync_url": "https://elsewhere.example/EWS/Exchange.asmx"}, {"sync_url"}),
        ({**IN_OLD, "sync_url": "https://outlook.office365.com/EWS/Exchange.asmx"}, {"sync_url"}),
        ({"sync_url": "https://x.example"}, {"url_unused"}),
        ({"has_mailbox": False}, {"no_mailbox"}),
        ({"time_zone": "Bern"}, {"unknown_zone"}),
        ({"language": "rm"}, {"unknown_language"}),
        ({"language": "de-CH"}, set()),
        ({"resource_types": ()}, {"no_types"}),
        ({"resource_types": ("Raum", "Zimmer")}, {"unknown_type"}),
        ({"aliases": ("EIGER@contoso.example",)}, {"foreign_alias"}),
        ({"address": "eiger@contoso.example"}, {"shared_mailbox"}),
    ],
)
def test_what_is_wrong_with_a_person(changes, codes):
    whole = settings(persons=[replace(ANNA, **changes)], environments=(GRAPH, OLD))
    told = found(whole, {"alt": ALT})

    assert {code for part, who, code in told if (part, who) == ("person", "11")} == codes


@pytest.mark.parametrize("off", [{"mode": SyncMode.NONE}, {"sync_disabled": True}])
def test_nothing_is_wrong_with_a_person_who_is_not_to_be_synced(off):
    assert found(settings(persons=[replace(ANNA, address="", **off)])) == set()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"external_identifier": ""}, {"no_external_identifier"}),
        ({"external_identifier": "room-17"}, {"other_external_identifier"}),
        ({"address": "", "external_identifier": ""}, {"no_address"}),
        ({"lead_minutes": 15}, {"lead_time"}),
        ({"follow_up_minutes": 5}, {"lead_time"}),
        ({"mode": SyncMode.EWS2}, {"domain_elsewhere"}),
        ({"mode": SyncMode.O365}, {"o365"}),
        ({"is_active": False, "external_identifier": "x"}, set()),
        ({"is_online": True, "address": ""}, set()),
    ],
)
def test_what_is_wrong_with_a_resource(changes, codes):
    whole = settings(resources=[replace(EIGER, **changes)], on=False)

    assert {code for part, _, code in found(whole) if part == "resource"} == codes


def test_lead_times_are_fine_where_they_are_kept_as_holds():
    """D8"""
    lead = replace(EIGER, lead_minutes=15)

    assert found(settings(resources=[lead], lead_follow_up="holds")) == set()


def test_of_two_resources_with_one_mailbox_the_other_one_is_told():
    second = replace(EIGER, id=ResourceId(102))

    (finding,) = settings_findings(settings(resources=[EIGER, second]))

    assert (finding.who, finding.severity) == ("102", Severity.ERROR)
    assert "the mailbox of resource 101" in what(finding)


@pytest.mark.parametrize(
    ("policies", "codes"),
    [
        ({"unsynced_organizer": "book_as:nobody@contoso.example"}, {"book_as_nobody"}),
        ({"direct_booking": "book_as:anna.geheim@contoso.example"}, set()),
        ({"direct_booking": "ignore"}, {"unknown_answer"}),
        ({"unsynced_organizer": "cancel"}, {"unknown_answer"}),
        ({"show_as_field": "X", "reminder_field": "X"}, {"field_twice"}),
        (
            {"stop_after_failed_attempts": 1, "cancel_after_failed_attempts": 2},
            {"never_reached"},
        ),
    ],
)
def test_what_is_wrong_with_policies(policies, codes):
    assert {code for _, _, code in found(settings(**policies))} == codes


def test_a_policy_may_not_book_for_somebody_whose_sync_is_off():
    whole = settings(
        persons=[replace(ANNA, sync_disabled=True)],
        direct_booking="book_as:anna.geheim@contoso.example",
    )

    assert found(whole) == {("policy", "direct_booking", "book_as_unsynced")}


def test_what_is_wrong_with_environments():
    twice = Environment(id=EnvironmentId("zwei"), kind="graph", domains=("Contoso.example",))
    odd = Environment(id=EnvironmentId("drei"), kind="graph", domains=("*.x.example",))
    empty = Environment(id=EnvironmentId("vier"), kind="graph", domains=())

    reaches = {"fünf": Reach("graph"), "ZWEI": Reach("graph"), "drei": Reach("ews")}
    assert found(settings(environments=(GRAPH, OLD, twice, odd, empty)), reaches) == {
        ("environment", "contoso", "shared_domain"),
        ("environment", "zwei", "shared_domain"),
        ("environment", "drei", "no_domain_name"),
        ("environment", "vier", "no_domain"),
        ("environment", "alt", "no_credentials"),
        ("environment", "drei", "credentials_of_other_kind"),
        ("environment", "fünf", "credentials_of_nobody"),
        ("environment", "ZWEI", "credentials_misspelt"),
    }


def test_credentials_under_the_name_of_their_environment_are_fine():
    assert found(settings(), {GRAPH.id: Reach("graph")}) == set()
    assert found(settings(environments=(GRAPH, OLD)), {OLD.id: ALT}) == set()


def test_before_the_app_settings_are_known_no_credentials_are_missed():
    assert found(settings(environments=(GRAPH, OLD))) == set()


def test_whoever_is_set_to_ews_online_is_told_until_when_and_what_confirms_the_move():
    (finding,) = settings_findings(settings(persons=[replace(ANNA, mode=SyncMode.O365)]))

    assert "October 2026" in what(finding)
    assert "April 2027" in what(finding)
    assert "Microsoft365" in advice(finding)


def test_the_global_switch_is_told_while_resources_wait_for_it():
    assert found(settings(on=False)) == {("settings", "", "global_off")}
    assert found(settings(on=False, resources=())) == set()


def test_empty_settings_are_told():
    assert found(settings(persons=(), resources=())) == {("settings", "", "empty")}


def test_no_line_names_a_person_or_an_address():
    whole = settings(
        persons=[
            replace(ANNA, address="geheim@else.example", aliases=("eiger@contoso.example",)),
            replace(EIGER_AS_PERSON, address="eiger@contoso.example"),
        ],
        unsynced_organizer="book_as:geheim@nowhere.example",
    )

    for finding in settings_findings(whole):
        assert "@" not in what(finding) + advice(finding) + finding.who
        assert "geheim" not in what(finding) + advice(finding)


EIGER_AS_PERSON = somebody(12, "eiger@contoso.example", time_zone="Europe/Zurich", language="de")


def test_the_worst_comes_first():
    whole = settings(
        persons=[replace(ANNA, address="", language="rm")],
        resources=[replace(EIGER, lead_minutes=5)],
    )

    assert [f.severity.value for f in settings_findings(whole)] == ["error", "warning", "note"]
