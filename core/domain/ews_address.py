"""Addresses of EWS: which may be asked at all, whoever gives them (R-011, R-021).

They come from the operator and are still a way to make this service call anything: so https, hosts
that are named, and never Exchange Online.
"""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_CLOUD = (
    "office365.com",
    "office.com",
    "outlook.com",
    "office365.us",
    "office365.cn",
    "outlook.cn",
    "outlook.de",
    "office.de",
)
"""Domains of Exchange Online, those of national clouds included."""
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:.]+")


def host_of(url: str) -> str:
    """Return the host of an address, "" where there is none; case and a last dot say nothing."""
    parts = _split(url)
    return "" if parts is None else (parts.hostname or "").lower().rstrip(".")


def is_cloud(host: str) -> bool:
    """Tell whether a host is one of Exchange Online, which ends EWS."""
    return any(host == cloud or host.endswith(f".{cloud}") for cloud in _CLOUD)


def address_fault(url: str, hosts: Collection[str] | None = None) -> str:
    """Return what is wrong with an address, "" if nothing; `hosts` are those it may lead to."""
    parts, host = _split(url), host_of(url)
    if parts is None or not _HOST.fullmatch(host):
        return "is no address such as https://mail.example.com/EWS/Exchange.asmx"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        return "must begin with https://"
    if is_cloud(host):
        return f"leads to Exchange Online, {host}, which ends EWS: it needs an environment of Graph"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "must hold neither account nor query"
    if hosts is not None and host not in hosts:
        return f"leads to a host that the environment does not name: {host}"
    return ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
