"""What the Functions host will find: every function once, under its own name, with its trigger."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

LIST = """
import json, function_app
print(json.dumps([
    [f.get_function_name(), *[b.type for b in f.get_bindings() if b.direction == 0]]
    for f in function_app.app.get_functions()
]))
"""


def test_every_function_is_registered_once_under_its_own_name():
    listed = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LIST], cwd=ROOT, capture_output=True, text=True, check=True
    )
    functions = dict(json.loads(listed.stdout))

    assert (
        functions.items()
        >= {
            "graph_notifications": "httpTrigger",
            "graph_lifecycle": "httpTrigger",
            "rooms_webhook": "httpTrigger",
            "rooms_webhook_document": "httpTrigger",
            "sync_items": "serviceBusTrigger",
            "mailbox_jobs": "serviceBusTrigger",
            "rooms_poll": "timerTrigger",
            "outbox_sweep": "timerTrigger",
            "retention": "timerTrigger",
            "delta_catch_up": "timerTrigger",
            "subscription_care": "timerTrigger",
            "full_sweep": "timerTrigger",
            "room_policies": "timerTrigger",
            "health": "httpTrigger",
            "console": "httpTrigger",
            "dev_world": "httpTrigger",
        }.items()
    )


def test_importing_the_app_loads_neither_clients_nor_models():
    """The first notification of a cold process waits for every module that is loaded here."""
    check = (
        "import sys, function_app; "
        "heavy = [m for m in sys.modules if m.split('.')[0] in "
        "{'msgraph', 'kiota_http', 'azure.servicebus', 'jinja2', 'typer', 'rich', 'dateutil', "
        "'fastapi', 'starlette', 'web'} "
        "or m.startswith(('azure.servicebus', 'azure.data', 'azure.identity'))]; print(heavy)"
    )
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "[]"
