"""The web application behind the local host: one catch-all function, as in Azure.

What pages say is tested elsewhere; here it is asked whether the way there carries all they need.
"""

import re

import pytest

from tests.contract.stack.world import contract_world
from tests.kit.processes import HTTP

pytestmark = pytest.mark.stack

CSV = "rooms_id;language\r\n11;fr\r\n"


@pytest.fixture(scope="module")
def console(product_stack):
    """Return where the console is, in the world of the contract."""
    product_stack.reset(contract_world())
    return f"{product_stack.host}/api/console"


def test_whoever_sits_at_this_machine_is_signed_in_as_the_developer(console):
    answer = HTTP.get(console, headers={"accept-language": "de-CH"})

    assert answer.status_code == 200
    assert "developer (Administrator)" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_no_other_name_of_this_machine_is_signed_in(console):
    assert HTTP.get(console, headers={"host": "evil.example"}).status_code == 401


def test_every_page_of_the_menu_and_every_file_it_refers_to_come_through_the_catch_all(console):
    origin = console.removesuffix("/api/console")
    menu = re.search(r'<nav class="pages-nav".*?</nav>', HTTP.get(console).text, re.DOTALL)
    assert menu is not None
    pages = re.findall(r'href="([^"]+)"', menu[0])
    assert len(pages) > 8
    files = set()
    for page in pages:
        answer = HTTP.get(origin + page)
        assert (answer.status_code, "<h1" in answer.text) == (200, True), page
        files |= set(re.findall(r'(?:src|href)="([^"]+/static/[^"]+)"', answer.text))
    assert len(files) > 5
    for file in files:
        answer = HTTP.get(origin + file)
        assert (answer.status_code, bool(answer.content)) == (200, True), file
        assert "immutable" in answer.headers["cache-control"], file


def test_what_is_named_several_times_in_an_address_arrives_several_times(console):
    who = ["p11", "r101"]
    answer = HTTP.get(f"{console}/v1/free-busy", params={"who": who, "starts": "2026-03-03"})

    assert answer.status_code == 200, answer.text
    assert (len(answer.json()["people"]), len(answer.json()["resources"])) == (1, 1)


def test_a_file_arrives_as_it_was_sent_and_only_from_our_own_pages(console):
    form = {"data": {"kind": "persons"}, "files": {"file": ("persons.csv", CSV.encode())}}
    foreign = HTTP.post(
        f"{console}/settings/plan-import", headers={"sec-fetch-site": "cross-site"}, **form
    )
    plan = HTTP.post(
        f"{console}/settings/plan-import", headers={"sec-fetch-site": "same-origin"}, **form
    )

    assert foreign.status_code == 403
    assert plan.status_code == 200
    assert "<code>language</code>" in plan.text
