"""Which environment somebody lives in (docs/environments.md; R-011, R-013, R-043)."""

import pytest

from core.app.settings_file import read_settings
from core.domain.directory import Environment, SyncMode
from core.domain.homes import Homes, home_of_sender
from core.domain.ids import EnvironmentId, PersonId, ResourceId, person_mailbox
from tests.unit.imports.test_importing import imported

CLOUD = Environment(id=EnvironmentId("cloud"), kind="graph", domains=("contoso.example",))
OTHER = Environment(id=EnvironmentId("other"), kind="graph", domains=("tochter.example",))
CELLAR = Environment(
    id=EnvironmentId("cellar"), kind="ews", domains=("Contoso.example", "onprem.example")
)
GRAPH, NONE = SyncMode.MICROSOFT365, SyncMode.NONE
EWS1, EWS2, O365 = SyncMode.EWS1, SyncMode.EWS2, SyncMode.O365


@pytest.mark.parametrize(
    ("mode", "domain", "assigned", "home"),
    [
        (GRAPH, "contoso.example", "", "cloud"),
        (EWS1, "contoso.example", "", "cellar"),
        (EWS2, "CONTOSO.EXAMPLE", "", "cellar"),
        (EWS1, "onprem.example", "", "cellar"),
        (EWS1, "sub.onprem.example", "", None),
        (EWS1, "tochter.example", "", None),
        (GRAPH, "onprem.example", "", None),
        (GRAPH, "contoso.example", "other", "other"),
        (EWS2, "elsewhere.example", "cellar", "cellar"),
        (EWS1, "contoso.example", "cloud", None),
        (GRAPH, "contoso.example", "cellar", None),
        (EWS1, "contoso.example", "nowhere", None),
        (NONE, "contoso.example", "", "cloud"),
        (O365, "contoso.example", "", None),
        (O365, "contoso.example", "cloud", None),
        (O365, "contoso.example", "cellar", None),
    ],
)
def test_mode_and_file_and_domain_say_where_somebody_lives(mode, domain, assigned, home):
    homes = Homes([CLOUD, OTHER, CELLAR])
    assert homes.of(f"anna@{domain}", mode, assigned) == home


@pytest.mark.parametrize(
    ("sender", "home"),
    [
        ("sync@tochter.example", "other"),
        ("sync@ONPREM.example", "cellar"),
        ("sync@elsewhere.example", "cloud"),
    ],
)
def test_mails_are_sent_where_the_senders_domain_lives_else_in_the_first(sender, home):
    assert home_of_sender([CLOUD, OTHER, CELLAR], sender) == home
    assert home_of_sender([], sender) is None


FILE = {
    "environments": [
        {"id": "cloud", "kind": "graph", "domains": ["contoso.example"]},
        {"id": "cellar", "kind": "ews", "domains": ["onprem.example"]},
    ],
    "persons": [
        {"rooms_id": 1, "name": "Anna", "mail": "anna@contoso.example"},
        {"rooms_id": 2, "name": "Beat", "mail": "beat@gone.example", "mode": "EWS1",
         "environment": "cellar", "sync_url": "https://mail2.example.com/EWS/Exchange.asmx"},
        {"rooms_id": 3, "name": "Carla", "mail": "carla@contoso.example", "mode": "O365"},
    ],
    "resources": [
        {"rooms_id": 101, "name": "Säntis", "mail": "saentis@onprem.example", "mode": "EWS2",
         "external_identifier": "saentis@onprem.example"},
    ],
}  # fmt: skip


def test_persons_and_resources_of_several_environments_stand_in_one_file():
    settings = read_settings(FILE)
    anna, beat, carla = (settings.persons[PersonId(number)] for number in (1, 2, 3))
    assert (anna.environment, beat.environment, carla.environment) == ("cloud", "cellar", None)
    assert beat.is_synced
    assert not carla.is_synced
    assert settings.resources[ResourceId(101)].environment == "cellar"
    assert (
        settings.url_of(person_mailbox(PersonId(2)))
        == "https://mail2.example.com/EWS/Exchange.asmx"
    )
    assert settings.url_of(person_mailbox(PersonId(1))) == ""


def test_an_assignment_is_kept_until_a_file_says_otherwise():
    stored = read_settings(FILE)
    again = imported(stored, {"environments": [{"id": "cellar", "kind": "ews", "domains": []}]})
    assert again.settings.persons[PersonId(2)].environment == "cellar"
    without = {**FILE, "persons": [{**FILE["persons"][1], "environment": ""}]}
    assert imported(stored, without).settings.persons[PersonId(2)].environment is None
