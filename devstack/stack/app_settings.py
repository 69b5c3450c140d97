"""The app's settings on this machine, as `local.settings.json` holds them."""

import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from devstack.addresses import Addresses
from devstack.exchange.model.mailbox import SYSTEM_SENDER
from devstack.stack.run_secrets import RunSecrets
from devstack.stack.stack_file import APPOINTMENT_OID_PROPERTY

# The account and key that every Azurite has; they open nothing but a local Azurite.
_AZURITE_ACCOUNT = "devstoreaccount1"
_AZURITE_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)


def bus_connection_string(addresses: Addresses) -> str:
    """Return the connection string of the local broker."""
    return (
        f"Endpoint=sb://{addresses.bus};SharedAccessKeyName=local;SharedAccessKey=local;"
        "UseDevelopmentEmulator=true"
    )


def storage_connection_string(addresses: Addresses) -> str:
    """Return the connection string of the local Azurite."""
    blob, queue, table = (f"{address}/{_AZURITE_ACCOUNT}" for address in addresses.azurite)
    return (
        f"DefaultEndpointsProtocol=http;AccountName={_AZURITE_ACCOUNT};AccountKey={_AZURITE_KEY};"
        f"BlobEndpoint={blob};QueueEndpoint={queue};TableEndpoint={table};"
    )


def app_settings(
    addresses: Addresses,
    secrets: RunSecrets,
    *,
    mandator: str,
    clock_file: Path,
    on_premises: Iterable[str] = (),
) -> dict[str, str]:
    """Return every setting of the app for this stack, by name."""
    return {
        "FUNCTIONS_WORKER_RUNTIME": "python",
        "AzureWebJobsStorage": storage_connection_string(addresses),
        "ServiceBusConnection": bus_connection_string(addresses),
        "ROOMSYNC_CLOCK_FILE": str(clock_file),
        "ROOMSYNC_DEV_ROUTES": "true",
        "ROOMSYNC_DEV_ROLE": "admin",
        "ROOMSYNC_TABLES_CONNECTION": storage_connection_string(addresses),
        "ROOMSYNC_BUS_CONNECTION": bus_connection_string(addresses),
        "ROOMSYNC_QUEUE_COUNTS_URL": addresses.bus_control,
        "ROOMSYNC_GRAPH_BASE_URL": f"{addresses.exchange}/v1.0",
        "ROOMSYNC_GRAPH_AUTHORITY": addresses.exchange,
        "ROOMSYNC_GRAPH_TENANT_ID": secrets.graph_tenant,
        "ROOMSYNC_GRAPH_CLIENT_ID": secrets.graph_client_id,
        "ROOMSYNC_GRAPH_CLIENT_SECRET": secrets.graph_client_secret,
        "ROOMSYNC_EWS_ENVIRONMENTS": json.dumps(
            {name: _ews(addresses, secrets, name) for name in sorted(on_premises)}
        ),
        "ROOMSYNC_ROOMS_BASE_URL": addresses.rooms,
        "ROOMSYNC_ROOMS_MANDATOR": mandator,
        "ROOMSYNC_ROOMS_API_KEY": secrets.rooms_api_key,
        "ROOMSYNC_ROOMS_TOKEN_URL": f"{addresses.rooms}/connect/token",
        "ROOMSYNC_ROOMS_CLIENT_ID": secrets.rooms_client_id,
        "ROOMSYNC_ROOMS_CLIENT_SECRET": secrets.rooms_client_secret,
        "ROOMSYNC_ROOMS_WEBHOOK_SECRETS": secrets.rooms_webhook_secret,
        "ROOMSYNC_WEBHOOK_BASE_URL": f"{addresses.host}/api/webhooks",
        "ROOMSYNC_MAIL_SENDER": SYSTEM_SENDER,
        "ROOMSYNC_BOOKING_URL": f"{addresses.rooms}/bookings/{{booking_id}}",
        "ROOMSYNC_APPOINTMENT_OID_PROPERTY": APPOINTMENT_OID_PROPERTY,
        "ROOMSYNC_FINGERPRINT_KEYS": f"1:{secrets.fingerprint_key}",
    }


def _ews(addresses: Addresses, secrets: RunSecrets, environment: str) -> dict[str, object]:
    """Return how the app reaches an environment on premises: this machine, which is declared."""
    return {
        "url": f"{addresses.exchange}/{quote(environment, safe='')}/EWS/Exchange.asmx",
        "user": secrets.ews_user,
        "password": secrets.ews_password,
        "auth": "basic",
        "server": "Exchange2016",
        "networks": ["127.0.0.0/8"],
    }


def write_settings_file(path: Path, values: dict[str, str], function_key: str) -> None:
    """Write the settings as a `local.settings.json`, readable for this user only."""
    content = {"IsEncrypted": False, "Values": values, "Host": {"FunctionKey": function_key}}
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
