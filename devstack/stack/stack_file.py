"""`RUN_DIR/stack.json`: where a running stack listens and what opens it (contract section 1)."""

import json
from pathlib import Path
from typing import Any

from devstack.addresses import Addresses
from devstack.stack.run_secrets import RunSecrets

APPOINTMENT_OID_PROPERTY = "String {00337680-3e6d-4c15-97a0-97c65a1b1a23} Name AppointmentOid"
"""The named property that links an event to its booking, as the app writes it."""


def write_stack_file(
    addresses: Addresses,
    secrets: RunSecrets,
    *,
    mandator: str,
    world: str,
    pids: dict[str, int],
) -> Path:
    """Write the file (for this user only) and return its path."""
    content: dict[str, Any] = {
        "addresses": {
            "stack": addresses.stack,
            "host": addresses.host,
            "exchange": addresses.exchange,
            "rooms": addresses.rooms,
            "bus": addresses.bus,
            "bus_control": addresses.bus_control,
            "azurite": list(addresses.azurite),
        },
        "mandator": mandator,
        "pids": pids,
        "world": world,
        "appointment_oid_property": APPOINTMENT_OID_PROPERTY,
        "rooms_webhook_secret": secrets.rooms_webhook_secret,
        "rooms_api_key": secrets.rooms_api_key,
        "rooms_client_id": secrets.rooms_client_id,
        "rooms_client_secret": secrets.rooms_client_secret,
        "graph_client_id": secrets.graph_client_id,
        "graph_client_secret": secrets.graph_client_secret,
        "graph_tenant": secrets.graph_tenant,
        "ews_user": secrets.ews_user,
        "ews_password": secrets.ews_password,
    }
    path = stack_file(addresses)
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)
    return path


def read_stack_file(addresses: Addresses) -> dict[str, Any] | None:
    """Return the content for the stack of this RUN_DIR, None when there is none."""
    try:
        content: dict[str, Any] = json.loads(stack_file(addresses).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return content


def pid_file(addresses: Addresses) -> Path:
    """Return the file that names the supervisor's process from its first moment on."""
    return addresses.run_dir / "stack.pid"


def stack_file(addresses: Addresses) -> Path:
    return addresses.run_dir / "stack.json"
