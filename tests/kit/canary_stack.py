"""The same watch over a running stack: its host's log, its tables, what lies in its queues (P9)."""

import json
from collections.abc import Iterable
from pathlib import Path

from azure.data.tables import TableServiceClient

from tests.kit.canary import TEXT, Kind, Watch
from tests.kit.processes import HTTP
from tests.kit.stacks import RunningStack

OPENS = ("_SECRET", "_SECRETS", "_KEY", "_KEYS", "ServiceBusConnection", "AzureWebJobsStorage")
"""How settings end that hold what opens something."""
SHORTEST_TITLE = 5
"""Characters of a title that is looked for in whatever a stack has put out."""


def stack_watch(run_dir: Path, titles: Iterable[str], people: Iterable[str]) -> Watch:
    """Return a watch that knows what a stack was given: its settings' secrets, and these words."""
    watch = Watch()
    watch.plants(Kind.TITLE, *titles)
    watch.plants(Kind.PERSON, *people)
    watch.plants(Kind.TEXT, TEXT)
    values = _settings(run_dir)
    for name in [name for name in values if name.endswith(OPENS)]:
        watch.plants(Kind.SECRET, *values[name].split())
    return watch


def see_log(watch: Watch, log: Path, start: int = 0) -> None:
    """Show the watch what a host has logged since."""
    if not log.exists():
        return
    with log.open("rb") as lines:
        lines.seek(start)
        watch.saw("the log of the host", lines.read().decode("utf-8", "replace"))


def see_tables(watch: Watch, run_dir: Path) -> None:
    """Show the watch each row that is stored."""
    connection = _settings(run_dir)["ROOMSYNC_TABLES_CONNECTION"]
    with TableServiceClient.from_connection_string(connection) as service:
        for table in service.list_tables():
            for row in service.get_table_client(table.name).list_entities():
                watch.saw(f"table {table.name}", str(dict(row)))


def _settings(run_dir: Path) -> dict[str, str]:
    content = json.loads((run_dir / "local.settings.json").read_text(encoding="utf-8"))
    return {str(name): str(value) for name, value in content["Values"].items()}


def assert_nothing_leaked(stack: RunningStack) -> None:
    """Fail where the product has put out, since the stack began, what it must not have."""
    state = HTTP.get(f"{stack.file['addresses']['exchange']}/_control/state").json()
    events = [event for mailbox in state["mailboxes"].values() for event in mailbox["events"]]
    # A room shows its organizer's name instead of a title; "1" stands in many a number.
    titles = {event["subject"] for event in events if event["isOrganizer"]}
    titles = {title for title in titles if len(title) >= SHORTEST_TITLE}
    people = {
        line["emailAddress"]["name"]
        for event in events
        for line in event["attendees"]
        if line["type"] != "resource" and " " in line["emailAddress"]["name"]
    }
    watch = stack_watch(stack.run_dir, titles, people)
    watch.plants(Kind.SECRET, *(str(s["clientState"]) for s in state["subscriptions"]))
    see_log(watch, stack.run_dir / "logs" / "host.log")
    see_tables(watch, stack.run_dir)
    found = watch.complaints()
    assert not found, "the stack has put out:\n- " + "\n- ".join(found)
