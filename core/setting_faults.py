"""What a setting by itself, or some of them together, cannot be: addresses, hosts, webhook secrets.

A wrong one would be met with the first call, as a service that does not answer.
"""

import base64
import binascii
import re
from urllib.parse import urlsplit

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
PREFIX = "whsec_"
SHORTEST_WEBHOOK_SECRET = 16
"""In bytes; those that are made here have 24 and more, as Standard Webhooks wants it."""


def address_fault(address: str, *, needs_tls: bool) -> str:
    """Return why an address cannot be called, "" if it can; its text does not repeat it."""
    try:
        parts = urlsplit(address)
        is_host = parts.hostname is not None and parts.port != 0
    except ValueError:
        return "must be a web address"
    if parts.scheme not in {"https", "http"} or not is_host or re.search(r"\s", address):
        return "must be a web address such as https://host.example.com"
    if parts.username is not None or parts.query or parts.fragment:
        return "must hold neither account nor query"
    if needs_tls and parts.scheme != "https":
        return "must begin with https:// in Azure: what is sent there proves who we are"
    return ""


def host_fault(name: str) -> str:
    """Return why a name is none of a host, "" if it is."""
    return "" if HOST.fullmatch(name) else "must be a host, without https:// and path"


def webhook_secret_fault(secret: str) -> str:
    """Return why nothing can be signed with a secret, "" if something can."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return f"must be base64, with or without {PREFIX} before it"
    if len(key) < SHORTEST_WEBHOOK_SECRET:
        return f"must be of {SHORTEST_WEBHOOK_SECRET} bytes at least: others could guess it"
    return ""
