"""Whose address book is asked about a group: that of the environment in whose domain it is."""

from dataclasses import replace

import pytest

from core.app.groups import GroupBook
from core.domain.directory import Environment
from core.domain.ids import EnvironmentId
from core.domain.meeting import Attendee
from core.domain.policies import Policies
from devstack.kit.clock import VirtualClock
from tests.unit.builders import CONTOSO, NOW, a_directory

CELLAR = EnvironmentId("cellar")
HERE, THERE, IN_BOTH = "team@contoso.example", "team@cellar.example", "team@hybrid.example"


class AddressBook:
    """Has one group of every address it is asked about: itself."""

    def __init__(self, name):
        self.name, self.asked = name, []

    async def group_members(self, address):
        self.asked.append(address)
        return (Attendee(f"{self.name}@elsewhere.example"),)


@pytest.fixture
def books():
    return {CONTOSO: AddressBook("here"), CELLAR: AddressBook("there")}


def a_company():
    company = a_directory(policies=Policies(resolve_groups=True))
    homes = (
        Environment(id=CELLAR, kind="ews", domains=("cellar.example", "Hybrid.example")),
        Environment(id=CONTOSO, kind="graph", domains=("contoso.example", "hybrid.example")),
    )
    return replace(company, environments={home.id: home for home in homes})


@pytest.mark.parametrize("organizers", [CONTOSO, CELLAR])
async def test_a_group_is_asked_about_where_it_lives_whoever_invites_it(books, organizers):
    """R-008: people in one environment invite groups of the others."""
    book = GroupBook(books, VirtualClock(NOW))
    found = await book.among([HERE, THERE], organizers, a_company())
    assert {group: [member.address for member in found[group]] for group in found} == {
        HERE: ["here@elsewhere.example"],
        THERE: ["there@elsewhere.example"],
    }
    assert (books[CONTOSO].asked, books[CELLAR].asked) == ([HERE], [THERE])


@pytest.mark.parametrize(("organizers", "other"), [(CONTOSO, CELLAR), (CELLAR, CONTOSO)])
async def test_a_domain_of_both_kinds_is_asked_about_where_the_organizer_is(
    books, organizers, other
):
    """R-043"""
    book = GroupBook(books, VirtualClock(NOW))
    await book.among([IN_BOTH], organizers, a_company())
    assert (books[organizers].asked, books[other].asked) == ([IN_BOTH], [])
