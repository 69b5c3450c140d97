"""How one installation is reached: address, account, version. Everything is said, nothing guessed.

A guess costs probes, and with a wrong password each of them brings the account closer to its
lockout.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network
from typing import Self

from core.domain.ews_address import address_fault, host_of


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

    Its credentials go to `url` and to `hosts`, nowhere else. `networks` are the private ones these
    may stand in, None: wherever they do. Anything but https is refused outside this machine, and so
    is Exchange Online, which ends EWS (R-011): a ValueError says what is wrong.
    """

    url: str
    user: str
    password: str = field(repr=False)
    authentication: EwsAuthentication = EwsAuthentication.NTLM
    server: EwsServer = EwsServer.EXCHANGE_2016
    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] | None = None
    ca_file: str = ""

    def __post_init__(self) -> None:
        if fault := address_fault(self.url):
            raise ValueError(f"the EWS address {fault}")

    def towards(self, url: str) -> Self:
        """Return the same account at another address (R-021); ValueError if it may not go there."""
        if not url or url == self.url:
            return self
        if fault := address_fault(url, {host_of(self.url), *self.hosts}):
            raise ValueError(f"the sync URL {fault}")
        return replace(self, url=url)

    @property
    def mark(self) -> str:
        """Return what tells this account from others, without telling it (R-047)."""
        return sha256(f"{self.url}/{self.user}".encode()).hexdigest()[:16]

    def __repr__(self) -> str:
        return f"EwsLogin(url={self.url!r})"
