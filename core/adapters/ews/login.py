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
from core.domain.ids import EnvironmentId
from core.errors import MailboxUnavailableError, NotPermittedError, RoomSyncError


class EwsAuthentication(StrEnum):
    """How the account proves who it is."""

    NTLM = "ntlm"
    BASIC = "basic"
    OAUTH = "oauth"


class EwsServer(StrEnum):
    """The servers that speak EWS; 2019 and Subscription Edition differ in nothing that matters."""

    EXCHANGE_2010 = "Exchange2010"
    EXCHANGE_2013 = "Exchange2013"
    EXCHANGE_2016 = "Exchange2016"
    EXCHANGE_2019 = "Exchange2019"


@dataclass(frozen=True, slots=True, kw_only=True)
class EwsLogin:
    """The service account of an environment; `url` ends in `/EWS/Exchange.asmx`.

    With OAUTH it is an application: `user` names it, tokens stand for a password, `scope` is what
    they are for ("": the host that is called). It is nobody by itself, so that the address book is
    asked as `mailbox`.

    Its credentials go to `url` and to `hosts`, nowhere else. `networks` are the private ones these
    may stand in, None: wherever they do. Anything but https is refused outside this machine, and so
    is Exchange Online, which ends EWS (R-011): a ValueError says what is wrong.
    """

    url: str
    user: str
    password: str = field(default="", repr=False)
    authentication: EwsAuthentication = EwsAuthentication.NTLM
    server: EwsServer = EwsServer.EXCHANGE_2016
    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] | None = None
    ca_file: str = ""
    scope: str = ""
    mailbox: str = ""

    def __post_init__(self) -> None:
        if fault := address_fault(self.url):
            raise ValueError(f"the EWS address {fault}")
        if self.is_application and not self.mailbox:
            raise ValueError("an application needs a mailbox as which it asks the address book")

    @property
    def is_application(self) -> bool:
        """Tell whether tokens are carried instead of a password."""
        return self.authentication is EwsAuthentication.OAUTH

    @property
    def token_scope(self) -> str:
        """Return what a token has to be for."""
        return self.scope or f"https://{host_of(self.url)}/.default"

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


def login_towards(login: EwsLogin | None, url: str, environment: EnvironmentId) -> EwsLogin:
    """Return the login at an address of EWS; NotPermittedError says what the operator has to do."""
    if login is None:
        raise NotPermittedError(
            f"environment {environment} cannot be reached: add it to ROOMSYNC_EWS_ENVIRONMENTS with"
            " url, auth, server and the account"
        )
    try:
        return login.towards(url)
    except ValueError as error:
        raise NotPermittedError(
            f"{error}: correct sync_url, or add the host to `hosts` of environment {environment} in"
            " ROOMSYNC_EWS_ENVIRONMENTS"
        ) from None


def no_asker(error: RoomSyncError, environment: EnvironmentId) -> RoomSyncError:
    """Return what an error means where the address book is asked as `mailbox`."""
    if not isinstance(error, MailboxUnavailableError):
        return error
    return NotPermittedError(
        "the address book cannot be asked, as there is no such mailbox on this server: correct"
        f" `mailbox` of environment {environment} in ROOMSYNC_EWS_ENVIRONMENTS"
    )
