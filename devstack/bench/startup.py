"""A fresh process up to its first accepted notification: time, memory, what it loads."""

import asyncio
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from devstack.demo.picture import EventView
from devstack.demo.stage import Stage
from devstack.stack.plan import REPOSITORY

Json = dict[str, Any]
RUNS = 5
GOAL_MS = 800
_APP, _FUNCTION = "function_app", "graph_notifications"


class ProbeError(Exception):
    """A fresh process did not get to its first answer; the text has what it said."""


async def measure_startup(stage: Stage, event: EventView) -> Json:
    """Start one process that does not count, then RUNS that do.

    The first one compiles whatever it loads to byte code, as a deployed app has it.
    """
    body = stage.addresses.run_dir / "bench-notification.json"
    body.write_text(json.dumps(await _notification(stage, event)), encoding="utf-8")
    environment = _environment(stage.addresses.run_dir)
    await _run_once(body, environment)
    runs = [await _run_once(body, environment) for _ in range(RUNS)]
    middle = {name: round(statistics.median(run[name] for run in runs), 1) for name in runs[0]}
    return {
        "runs": RUNS,
        "goal_ms": GOAL_MS,
        "first_notification_accepted_ms": middle["total_ms"],
        "all_ms": [round(run["total_ms"]) for run in runs],
        "import_ms": middle["import_ms"],
        "first_call_ms": middle["first_call_ms"],
        "processor_ms": middle["processor_ms"],
        "peak_mb": middle["peak_mb"],
        "modules": int(middle["modules"]),
        "typed_models_of_msgraph": max(int(run["typed_models"]) for run in runs),
    }


async def _run_once(body: Path, environment: dict[str, str]) -> Json:
    started = time.time()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "devstack.bench.probe", _APP, _FUNCTION, str(body)),
        cwd=REPOSITORY,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    lines = said.decode().splitlines()
    found: Json = json.loads(lines[-1]) if lines and process.returncode == 0 else {"status": None}
    if found["status"] != 202:
        raise ProbeError(f"{_FUNCTION} answered {found['status']}: {complained.decode()[-800:]}")
    found["total_ms"] = (found.pop("answered_at") - started) * 1000
    return found


async def _notification(stage: Stage, event: EventView) -> Json:
    """Return a change notification as Graph sends it for an event that is in step already."""
    state = await stage.get(f"{stage.addresses.exchange}/_control/state")
    subscription = next(s for s in state["subscriptions"] if s["mail"] == event.mailbox)
    shown = next(
        e for e in state["mailboxes"][event.mailbox]["events"] if e["immutableId"] == event.event_id
    )
    resource = f"Users/{event.mailbox}/Events/{event.event_id}"
    return {
        "value": [
            {
                "subscriptionId": subscription["id"],
                "clientState": subscription["clientState"],
                "tenantId": subscription["tenantId"],
                "subscriptionExpirationDateTime": subscription["expirationDateTime"],
                "changeType": "updated",
                "resource": resource,
                "resourceData": {
                    "@odata.type": "#Microsoft.Graph.Event",
                    "@odata.id": resource,
                    "@odata.etag": shown["@odata.etag"],
                    "id": event.event_id,
                },
            }
        ]
    }


def _environment(run_dir: Path) -> dict[str, str]:
    """Return the environment of a process: the app's settings, and where byte code is kept."""
    content = json.loads((run_dir / "local.settings.json").read_text(encoding="utf-8"))
    inherited = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    settings: dict[str, str] = content["Values"]
    return inherited | settings | {"PYTHONPYCACHEPREFIX": str(run_dir / "byte-code")}
