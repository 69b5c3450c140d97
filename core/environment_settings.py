"""How single Exchange environments are reached: complete sets by environment id, nothing inherited.

A set that cannot work is refused when the app starts, and never shows a secret; one that is well
formed and wrong (another password, a file that is gone, a host that is down) harms its own
environment only.
"""

import json
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    SecretStr,
    model_validator,
)
from pydantic_settings import NoDecode

from core.domain.ews_address import LOOPBACK, address_fault, host_of, is_cloud

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""A tenant is named by its GUID; one of its domains would not do (R-044)."""

_NEVER = (ip_network("169.254.0.0/16"), ip_network("fe80::/10"))
"""Where clouds keep what a machine may know of itself: nobody's Exchange lives there."""
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+")


class TwiceError(ValueError):
    """An object of JSON has one name twice."""


def from_json(value: object) -> object:
    """Return what a JSON text says; ValueError never repeats it."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, object_pairs_hook=_each_once) if value.strip() else {}
    except TwiceError:
        raise ValueError(
            "is JSON that names something twice: only one of them would count"
        ) from None
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; of two environments of one name the first would be lost without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise TwiceError
    return found


def _network(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ip_network(value)
    except ValueError:
        raise ValueError("must be a network such as 10.20.0.0/16") from None


Network = Annotated[InstanceOf[IPv4Network] | InstanceOf[IPv6Network], BeforeValidator(_network)]


def _private(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    if any(network.version == never.version and network.overlaps(never) for never in _NEVER):
        raise ValueError("may not hold link-local addresses")
    return network


def _host(name: str) -> str:
    if not _HOST.fullmatch(name.lower()):
        raise ValueError("must be a host such as mail.example.com, without https:// and path")
    if is_cloud(name.lower()):
        raise ValueError("is a host of Exchange Online, which ends EWS")
    return name.lower()


def _url(address: str) -> str:
    if fault := address_fault(address):
        raise ValueError(fault)
    return address


Word = Annotated[str, Field(min_length=1)]
Secret = Annotated[SecretStr, Field(min_length=1)]


class _Set(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class GraphCredentials(_Set):
    """How one environment is reached instead of by the default: complete, nothing inherited.

    Exactly one proof: a secret, a certificate with its private key (PEM or PFX file, or by its name
    in the vault), a managed identity of this app, which opens its own tenant only (without
    `client_id` it is the system-assigned one), or that the application trusts that identity
    (`federated`): so other tenants are opened without a secret.
    """

    tenant_id: Annotated[str, Field(pattern=f"^{GUID.pattern}$")]
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    certificate: Path | None = None
    certificate_password: SecretStr = SecretStr("")
    vault_certificate: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{0,127}$")] = ""
    managed_identity: bool = False
    federated: bool = False

    @property
    def login(self) -> str:
        """Return the proof in a word."""
        if self.managed_identity or self.federated:
            return "identity" if self.managed_identity else "federated"
        has_certificate = self.certificate is not None or self.vault_certificate
        return "certificate" if has_certificate else "secret"

    @property
    def needs_identity(self) -> bool:
        """Tell whether the app's own identity has a part in it."""
        return self.federated or bool(self.vault_certificate)

    @model_validator(mode="after")
    def _has_one_proof(self) -> Self:
        secret = bool(self.client_secret.get_secret_value())
        file, kept = self.certificate is not None, bool(self.vault_certificate)
        if secret + file + kept + self.managed_identity + self.federated != 1:
            raise ValueError(
                "needs one of client_secret, certificate, vault_certificate, managed_identity and"
                " federated"
            )
        if not self.client_id and not self.managed_identity:
            raise ValueError("client_id is needed")
        return self


_OF_ACCOUNTS = ("user", "password")
_OF_APPLICATIONS = (
    "tenant_id", "client_id", "mailbox", "client_secret", "certificate", "certificate_password",
    "scope",
)  # fmt: skip
_DEFAULT = "/.default"


class EwsCredentials(_Set):
    """How one installation on premises is reached, and from where it may call us.

    By an account with a password (`ntlm`, `basic`), or by an application of the tenant that the
    installation trusts (`oauth`): complete, nothing of the one with the other. An application has
    no mailbox, the address book is asked as `mailbox`; tokens are for the host that is called
    unless `scope` names another one of the environment. `hosts`: further hosts that a Sync-URL may
    lead to. `networks`: private ones that its servers stand in (without any, only public addresses
    are called). `callers`: networks that notifications come from; without any, the key in their
    address has to do.
    """

    url: Annotated[str, AfterValidator(_url)]
    user: Word | None = None
    password: Secret | None = None
    tenant_id: Annotated[str, Field(pattern=f"^{GUID.pattern}$")] | None = None
    client_id: Word | None = None
    client_secret: Secret | None = None
    certificate: Path | None = None
    certificate_password: SecretStr | None = None
    scope: Word | None = None
    mailbox: Annotated[str, Field(pattern="^[^@ ]+@[^@ ]+$")] | None = None
    auth: Literal["ntlm", "basic", "oauth"]
    server: Literal["Exchange2010", "Exchange2013", "Exchange2016", "Exchange2019"]
    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    networks: tuple[Annotated[Network, AfterValidator(_private)], ...] = ()
    callers: tuple[Network, ...] = ()
    parallel: Annotated[int, Field(ge=1, le=64)] = 4
    ca_file: Path | None = None

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Return the hosts that credentials of this environment may be sent to."""
        return frozenset({host_of(self.url), *self.hosts})

    @property
    def login(self) -> str:
        """Return the proof in a word."""
        if self.auth != "oauth":
            return self.auth
        return "secret" if self.certificate is None else "certificate"

    @property
    def is_of_this_machine(self) -> bool:
        """Tell whether it leads to this very machine, as the development stack does."""
        return bool(self.allowed_hosts & LOOPBACK) or any(n.is_loopback for n in self.networks)

    @model_validator(mode="after")
    def _has_one_account(self) -> Self:
        is_application = self.auth == "oauth"
        needed, foreign = (
            (_OF_APPLICATIONS[:3], _OF_ACCOUNTS)
            if is_application
            else (_OF_ACCOUNTS, _OF_APPLICATIONS)
        )
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(f"auth {self.auth} needs {', '.join(missing)}")
        if wrong := [name for name in foreign if getattr(self, name) is not None]:
            raise ValueError(f"{', '.join(wrong)}: not with auth {self.auth}")
        if is_application and (self.client_secret is None) == (self.certificate is None):
            raise ValueError("auth oauth needs one of client_secret and certificate")
        return self

    @model_validator(mode="after")
    def _keeps_tokens_here(self) -> Self:
        """Refuse a scope such as Exchange Online's: whoever is sent such a token could use it."""
        if self.scope is None:
            return self
        host = self.scope.removeprefix("https://").removesuffix(_DEFAULT)
        is_whole = self.scope == f"https://{host}{_DEFAULT}"
        if not is_whole or host.lower() not in self.allowed_hosts:
            raise ValueError(
                "scope must be https://<host>/.default, with the host of url or one of hosts"
            )
        return self

    @model_validator(mode="after")
    def _is_reachable(self) -> Self:
        if host_of(self.url) in LOOPBACK and not any(n.is_loopback for n in self.networks):
            raise ValueError("a url on this machine needs its network, as in 127.0.0.0/8")
        return self


GraphByEnvironment = Annotated[dict[str, GraphCredentials], NoDecode, BeforeValidator(from_json)]
EwsByEnvironment = Annotated[dict[str, EwsCredentials], NoDecode, BeforeValidator(from_json)]
