"""The secrets of one run, made up anew each time: simulators, app and stack.json know them."""

import base64
import secrets
import uuid
from dataclasses import dataclass, field


def _token() -> str:
    return secrets.token_urlsafe(24)


def _signing_secret() -> str:
    """Make a secret in the notation of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def _guid() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSecrets:
    """Credentials of the service at both sides, and what signs the webhooks of ROOMS."""

    graph_tenant: str = field(default_factory=_guid)
    graph_client_id: str = field(default_factory=_guid)
    graph_client_secret: str = field(default_factory=_token)
    ews_user: str = "EXCHANGE\\svc-room-sync"
    ews_password: str = field(default_factory=_token)
    rooms_api_key: str = field(default_factory=_token)
    rooms_client_id: str = "exchange-resource-sync"
    rooms_client_secret: str = field(default_factory=_token)
    rooms_webhook_secret: str = field(default_factory=_signing_secret)
    function_key: str = field(default_factory=_token)
    fingerprint_key: str = field(default_factory=_token)
