"""How one installation is reached: address, account, version. Everything is said, nothing guessed.

A guess costs probes, and with a wrong password each of them brings the account closer to its
lockout.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_CLOUD = ("outlook.office365.com", "outlook.office.com")


class EwsAuthentication(StrEnum):
    """How the account proves who it is."""

    NTLM = "ntlm"
    BASIC = "basic"


class EwsServer(StrEnum):
    """The servers that speak EWS; 2019 and Subscription Edition differ in nothing that matters."""

    EXCHANGE_2010 = "Exchange2010"
    EXCHANGE_2013 = "Exchange2013"
    EXCHANGE_2016 = "Exchange2016"
    EXCHANGE_2019 = "Exchange2019"


@dataclass(frozen=True, slots=True, kw_only=True)
class EwsLogin:
    """The service account of an environment; `url` ends in `/EWS/Exchange.asmx`.

    Anything but https is refused outside this machine, and so is Exchange Online, which ends EWS
    (R-011): a ValueError says what to do.
    """

    url: str
    user: str
    password: str
    authentication: EwsAuthentication = EwsAuthentication.NTLM
    server: EwsServer = EwsServer.EXCHANGE_2016

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
            raise ValueError("the EWS address must begin with https://")
        if host in _CLOUD:
            raise ValueError(
                f"{host} is Exchange Online, which ends EWS: use an environment of kind graph"
            )
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("the EWS address must hold neither account nor query")

    def __repr__(self) -> str:
        return f"EwsLogin(url={self.url!r})"
