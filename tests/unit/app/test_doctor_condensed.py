"""What follows from something larger is told once; the same about many in one line."""

import pytest

from core.app.doctor.condensed import concerned, condensed
from core.app.doctor.gathered import gathered
from core.app.doctor.wording import what
from core.domain.directory import Environment, directory
from core.domain.finding import Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.ids import EnvironmentId
from core.domain.policies import Policies
from roomsync.findings import who
from tests.unit.app.test_directory import CONTOSO, a_room, somebody

CELLAR = EnvironmentId("cellar")
PEOPLE = range(11, 311)


@pytest.fixture(scope="module")
def company():
    """Three hundred people in the cloud, one room on premises."""
    return directory(
        global_sync_enabled=True,
        policies=Policies(),
        environments=[
            Environment(id=CONTOSO, kind="graph", domains=("contoso.example",)),
            Environment(id=CELLAR, kind="ews", domains=("alt.example",)),
        ],
        persons=[somebody(n, f"p{n}@contoso.example") for n in PEOPLE],
        resources=[a_room(101)],
    )


def of_person(kind, number, **facts):
    return found(kind, Part.PERSON, str(number), **facts)


def told(findings, company):
    return [(f.kind, f.who) for f in condensed(findings, company)]


def test_without_credentials_there_is_one_finding_and_not_one_for_each_mailbox(company):
    silent = found(Kind.EXCHANGE_SILENT, Part.ENVIRONMENT, CONTOSO, error="401")
    findings = [silent]
    for number in PEOPLE:
        findings += [
            of_person(Kind.SHUT_OUT, number, error="401", by="graph"),
            of_person(Kind.NEVER_WATCHED, number),
        ]
    findings += [found(Kind.ENVIRONMENT_TELLS_NOTHING, Part.ENVIRONMENT, CONTOSO)]

    assert told(findings, company) == [(Kind.EXCHANGE_SILENT, CONTOSO)]


def test_who_has_no_credentials_is_not_told_to_be_silent_too(company):
    missing = found(Kind.NO_CREDENTIALS, Part.ENVIRONMENT, CELLAR, setting="SETTING")
    silent = found(Kind.EXCHANGE_SILENT, Part.ENVIRONMENT, CELLAR, error="no credentials")
    elsewhere = found(Kind.EXCHANGE_SILENT, Part.ENVIRONMENT, CONTOSO, error="503")

    assert told([missing, silent, elsewhere], company) == [
        (Kind.NO_CREDENTIALS, CELLAR),
        (Kind.EXCHANGE_SILENT, CONTOSO),
    ]


def test_of_an_environment_that_is_not_reached_no_old_copy_of_a_policy_speaks(company):
    silent = found(Kind.EXCHANGE_SILENT, Part.ENVIRONMENT, CONTOSO, error="503")
    policies = [of_person(Kind.SHORT_WINDOW, n, days=180, wanted=365) for n in PEOPLE]

    assert told([silent, *policies], company) == [(Kind.EXCHANGE_SILENT, CONTOSO)]
    assert len(told(policies, company)) == len(policies)


def test_an_environment_that_is_not_in_the_settings_is_told_once_with_its_mailboxes(company):
    people = [of_person(Kind.UNKNOWN_ENVIRONMENT, n, environment="neu") for n in PEOPLE]
    room = found(Kind.UNKNOWN_ENVIRONMENT, Part.RESOURCE, "101", environment="anders")

    alone, whole = condensed([*people, room], company)

    assert alone == room
    assert (whole.kind, whole.who) == (Kind.MISSING_ENVIRONMENT, "neu")
    assert what(whole).endswith("and 300 mailboxes are assigned to it")


def test_how_many_mailboxes_are_concerned_is_said_of_what_keeps_us_from_all_of_them(company):
    silent = found(Kind.EXCHANGE_SILENT, Part.ENVIRONMENT, CONTOSO, error="503")
    other = found(Kind.NO_DOMAIN, Part.ENVIRONMENT, CONTOSO)

    assert concerned(silent, company) == 301, "and the room"
    assert concerned(other, company) == concerned(of_person(Kind.SHUT_OUT, 11), company) == 0
    assert who(silent, company) == "environment contoso (301 mailboxes)"


def test_what_has_another_cause_is_told_beside_it(company):
    findings = [
        found(Kind.EXCHANGE_SILENT, Part.ENVIRONMENT, CELLAR, error="401"),
        of_person(Kind.SHUT_OUT, 11, error="403", by="graph"),
        of_person(Kind.INACTIVE_PERSON_IN_ROOMS, 12),
    ]
    assert told(findings, company) == [(f.kind, f.who) for f in findings]


def test_a_calendar_that_none_opens_is_a_matter_of_the_environment(company):
    people = [of_person(Kind.SHUT_OUT, n, error="403", by="graph") for n in PEOPLE]
    room = found(Kind.SHUT_OUT, Part.RESOURCE, "101", error="403", by="graph")

    (whole,) = condensed([*people, room], company)

    assert (whole.kind, whole.who) == (Kind.ALL_SHUT_OUT, CONTOSO)
    assert whole.named == {"number": "301", "error": "403", "by": "graph"}
    assert len(condensed(people, company)) == len(people)


def test_mailboxes_that_are_unwatched_for_several_reasons_are_still_all(company):
    kinds = (Kind.NEVER_WATCHED, Kind.WATCHED_ELSEWHERE)
    findings = [of_person(kinds[n % 2], n) for n in PEOPLE]
    findings.append(found(Kind.WATCH_ENDED, Part.RESOURCE, "101", at="2026-03-02 08:00"))
    assert told(findings, company) == [(Kind.ALL_UNWATCHED, CONTOSO)]


def test_what_was_found_twice_is_told_once(company):
    twice = [found(Kind.ROOMS_SILENT, Part.ROOMS, error="503")] * 2
    assert told(twice, company) == [(Kind.ROOMS_SILENT, "")]


@pytest.mark.parametrize(("number", "lines"), [(3, 3), (4, 1), (300, 1)])
def test_the_same_of_many_is_one_line_with_all_of_them(company, number, lines):
    findings = [of_person(Kind.CONFLICTS_ALLOWED, n) for n in PEOPLE[:number]]
    shown = gathered(findings, company)
    assert len(shown) == lines
    assert sum(len(each.findings) for each in shown) == number


def test_what_differs_in_its_facts_or_has_a_detail_of_its_own_stays_apart(company):
    days = [of_person(Kind.SHORT_WINDOW, n, days=n, wanted=365) for n in PEOPLE[:9]]
    assert len(gathered(days, company)) == 9
    errors = [of_person(Kind.SHUT_OUT, n, error=f"request {n}", by="graph") for n in PEOPLE[:9]]
    assert len(gathered(errors, company)) == 1
    domains = [of_person(Kind.OUTSIDE, n, detail="fabrikam.example") for n in PEOPLE[:9]]
    assert len(gathered(domains, company)) == 1
    addresses = [of_person(Kind.ALIAS, n, detail=f"p{n}@x.example") for n in PEOPLE[:9]]
    assert len(gathered(addresses, company)) == 9


def test_lines_stay_in_their_order(company):
    many = [of_person(Kind.NEVER_WATCHED, n) for n in PEOPLE[:5]]
    mixed = [of_person(Kind.ALIAS, 200), *many[:2], of_person(Kind.NO_TYPES, 7), *many[2:]]
    kinds = [each.first.kind for each in gathered(mixed, company)]
    assert kinds == [Kind.ALIAS, Kind.NEVER_WATCHED, Kind.NO_TYPES]
