"""The watch over a running stack finds a leak in its log, its tables and its pages (P9)."""

import json

import pytest
from azure.data.tables import TableServiceClient

from tests.contract.stack.world import contract_world
from tests.kit.canary import Kind, Watch
from tests.kit.canary_stack import assert_nothing_leaked, see_console
from tests.kit.processes import HTTP

pytestmark = pytest.mark.stack


@pytest.fixture
def stack(product_stack):
    product_stack.reset(contract_world())
    return product_stack


@pytest.fixture
def values(stack):
    content = json.loads((stack.run_dir / "local.settings.json").read_text(encoding="utf-8"))
    return content["Values"]


def test_a_secret_in_the_log_of_the_host(stack, values):
    log = stack.run_dir / "logs" / "host.log"
    size = log.stat().st_size
    with log.open("a") as lines:
        lines.write(f"token for {values['ROOMSYNC_ROOMS_CLIENT_SECRET']}\n")
    try:
        with pytest.raises(AssertionError, match="a secret in the log of the host"):
            assert_nothing_leaked(stack)
    finally:
        with log.open("r+") as lines:
            lines.truncate(size)


@pytest.mark.parametrize("told", ["marc.weber@contoso.example", "clientState"])
def test_an_address_and_a_secret_in_a_table(stack, values, told):
    stack.until_quiet()
    state = HTTP.get(f"{stack.file['addresses']['exchange']}/_control/state").json()
    text = state["subscriptions"][0]["clientState"] if told == "clientState" else told
    connection = values["ROOMSYNC_TABLES_CONNECTION"]
    with TableServiceClient.from_connection_string(connection) as service:
        table = service.get_table_client("policies")
        table.create_entity({"PartitionKey": "p", "RowKey": "k", "text": text})
        try:
            with pytest.raises(AssertionError, match="in table policies"):
                assert_nothing_leaked(stack)
        finally:
            table.delete_entity("p", "k")


async def test_a_title_on_a_page_of_the_console(stack):
    """The pages are really shown: what is on many of them is found."""
    watch = Watch()
    watch.plants(Kind.TITLE, "Säntis")
    await see_console(watch, stack.host)
    assert watch.complaints() == ["a title in a page of the console"]
