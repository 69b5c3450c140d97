"""The same watch over a running stack, or what one has left: logs, tables, queues, pages (P9)."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
from azure.data.tables import TableServiceClient

from tests.kit.canary import PLACE, TEXT, Kind, Watch
from tests.kit.pages import see_pages
from tests.kit.processes import HTTP
from tests.kit.stacks import RunningStack

OPENS = ("_SECRET", "_SECRETS", "_KEY", "_KEYS", "ServiceBusConnection", "AzureWebJobsStorage")
"""How settings end that hold what opens something."""
SHORTEST_TITLE = 5
"""Characters of a title that is looked for in whatever a stack has put out."""
LOGS = ("host", "bus", "azurite", "stack")
"""Whose logs are searched; the simulators stand for the outside world, which knows everything."""
TELLING = {"ROOMSYNC_TELEMETRY": "console", "ROOMSYNC_TRACE_SHARE_OF_ROUNDS": "1"}
"""The environment of a host that writes all its telemetry into its log."""


def stack_watch(run_dir: Path, titles: Iterable[str], people: Iterable[str]) -> Watch:
    """Return a watch that knows what a stack was given: its settings' secrets, and these words."""
    watch = Watch()
    watch.plants(Kind.TITLE, *(title for title in titles if len(title) >= SHORTEST_TITLE))
    watch.plants(Kind.PERSON, *(name for name in people if " " in name))
    watch.plants(Kind.TEXT, TEXT, PLACE)
    values = _settings(run_dir)
    for name in [name for name in values if name.endswith(OPENS)]:
        watch.plants(Kind.SECRET, *values[name].split())
    for environment in json.loads(values.get("ROOMSYNC_EWS_ENVIRONMENTS", "{}")).values():
        watch.plants(Kind.SECRET, environment["password"])
    return watch


def log_sizes(run_dir: Path) -> dict[str, int]:
    """Return how long the logs are by now: where `see_logs` may go on."""
    files = {part: _log(run_dir, part) for part in LOGS}
    return {part: file.stat().st_size for part, file in files.items() if file.exists()}


def see_logs(watch: Watch, run_dir: Path, since: dict[str, int] | None = None) -> None:
    """Show the watch what the processes have logged, telemetry on the console included."""
    for part, size in log_sizes(run_dir).items():
        start = (since or {}).get(part, 0)
        with _log(run_dir, part).open("rb") as lines:
            lines.seek(start if start <= size else 0)
            watch.saw(f"the log of the {part}", lines.read().decode("utf-8", "replace"))


def see_tables(watch: Watch, run_dir: Path) -> None:
    """Show the watch each row that is stored in a running stack."""
    connection = _settings(run_dir)["ROOMSYNC_TABLES_CONNECTION"]
    with TableServiceClient.from_connection_string(connection) as service:
        for table in service.list_tables():
            for row in service.get_table_client(table.name).list_entities():
                watch.saw(f"table {table.name}", str(dict(row)))


def see_files(watch: Watch, run_dir: Path) -> None:
    """Show the watch what a stack has on its disk: rows by table, and all that went into queues.

    Of messages it also has those that were taken: the broker's store remembers for a while.
    """
    stored = run_dir / "azurite" / "__azurite_db_table__.json"
    content = json.loads(stored.read_text(encoding="utf-8"))
    for collection in content["collections"]:
        table = collection["name"].rpartition("$")[2]
        for row in collection["data"]:
            watch.saw(f"table {table}", json.dumps(row, ensure_ascii=False))
    see_queues(watch, run_dir)


def see_queues(watch: Watch, run_dir: Path) -> None:
    """Show the watch the broker's store: what waits, what is dead, much of what was taken."""
    for file in sorted((run_dir / "state").glob("bus*")):
        watch.saw("a queue message", file.read_bytes().decode("utf-8", "replace"))


async def see_console(watch: Watch, host: str, links: Iterable[str] = ()) -> None:
    """Show the watch every page of a running console, as an administrator sees it."""
    async with httpx.AsyncClient(base_url=host, timeout=60, trust_env=False) as client:

        async def ask(path: str) -> str:
            return (await client.get(path)).text

        await see_pages(watch, ask, links)


def plant_subscriptions(watch: Watch, state: dict[str, Any]) -> None:
    """Look for what proves notifications; `state` is that of the Exchange simulator."""
    watch.plants(Kind.SECRET, *(str(each["clientState"]) for each in state["subscriptions"]))


def assert_nothing_leaked(stack: RunningStack) -> None:
    """Fail where the product has put out, since the stack began, what it must not have."""
    state = HTTP.get(f"{stack.file['addresses']['exchange']}/_control/state").json()
    events = [event for mailbox in state["mailboxes"].values() for event in mailbox["events"]]
    # A room shows its organizer's name instead of a title.
    titles = {event["subject"] for event in events if event["isOrganizer"]}
    people = {
        line["emailAddress"]["name"]
        for event in events
        for line in event["attendees"]
        if line["type"] != "resource"
    }
    watch = stack_watch(stack.run_dir, titles, people)
    plant_subscriptions(watch, state)
    see_logs(watch, stack.run_dir)
    see_tables(watch, stack.run_dir)
    see_queues(watch, stack.run_dir)
    _require_nothing(watch)


def assert_nothing_left(run_dir: Path, titles: Iterable[str], people: Iterable[str]) -> None:
    """Fail where a stack that has ended has left on disk what it must not have put out."""
    watch = stack_watch(run_dir, titles, people)
    see_logs(watch, run_dir)
    see_files(watch, run_dir)
    _require_nothing(watch)


def _require_nothing(watch: Watch) -> None:
    found = watch.complaints()
    assert not found, "the stack has put out:\n- " + "\n- ".join(found)


def _log(run_dir: Path, part: str) -> Path:
    return run_dir / "logs" / f"{part}.log"


def _settings(run_dir: Path) -> dict[str, str]:
    content = json.loads((run_dir / "local.settings.json").read_text(encoding="utf-8"))
    return {str(name): str(value) for name, value in content["Values"].items()}
