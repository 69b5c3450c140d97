"""Every setting of the app, read once from the environment; all faults are told at once."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    InstanceOf,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.domain.reach import Reach
from core.environment_settings import GUID, EwsByEnvironment, GraphByEnvironment, from_json
from core.errors import RoomSyncError
from core.setting_faults import address_fault, host_fault, webhook_secret_fault
from core.sync.retry import RetryTables, changed_tables

SIGNS_OF_AZURE = (
    "WEBSITE_INSTANCE_ID",  # App Service and Premium plans; the host takes its absence for Flex
    "WEBSITE_SITE_NAME",
    "WEBSITE_POD_NAME",  # Flex Consumption, as the next one
    "LEGION_SERVICE_HOST",
)
"""At least one of them is set by the platform on every instance of a function app."""

NOT_FOUND = "@Microsoft.KeyVault("
"""What a setting says that refers to a secret which the platform could not get."""


def is_in_azure(environment: Mapping[str, str]) -> bool:
    """Tell whether these are the environment variables of a process in Azure."""
    return any(environment.get(sign) for sign in SIGNS_OF_AZURE)


class SettingsError(RoomSyncError):
    """Settings that cannot work; the text lists every fault with the variable's name."""


def _words(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


def _retries(value: object) -> object:
    if isinstance(value, RetryTables):
        return value
    texts = from_json(value)
    if not isinstance(texts, dict):
        raise ValueError('must be an object as in {"connectivity": "24x1h"}')  # noqa: TRY004 - for pydantic
    return changed_tables(texts)


Retries = Annotated[InstanceOf[RetryTables], NoDecode, BeforeValidator(_retries)]

Words = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_words)]

Addresses = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]

SHORTEST_SECRET = 16

ADDRESSES = (
    "tables_endpoint", "queue_counts_url", "graph_base_url", "graph_authority", "rooms_base_url",
    "rooms_token_url", "webhook_base_url",
)  # fmt: skip


class Settings(BaseSettings):
    """Names in the environment carry the prefix `ROOMSYNC_`; see local.settings.sample.json."""

    model_config = SettingsConfigDict(
        env_prefix="ROOMSYNC_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    clock_file: Path | None = None
    """Development only: the stack's clock, as a JSON file. Refused in Azure."""
    dev_routes: bool = False
    """Development only: routes with which the local stack loads a world. Refused in Azure."""

    dev_role: Literal["", "viewer", "operator", "admin"] = ""
    """Development only: the console's role for whoever calls this machine by its loopback name.
    Refused in Azure, where the platform's sign-in decides (docs/console.md)."""

    tables_connection: SecretStr = SecretStr("")
    tables_endpoint: str = ""
    bus_connection: SecretStr = SecretStr("")
    bus_namespace: str = ""
    queue_counts_url: str = ""
    identity_client_id: str = ""
    """Which user-assigned identity opens tables and queues; empty is the system-assigned one."""
    vault_url: Annotated[str, Field(pattern=r"^(https://[a-z0-9.-]+/?)?$")] = ""
    """The Key Vault: certificates of environments, and whether anything in it ends soon."""

    graph_base_url: str = "https://graph.microsoft.com/v1.0"
    graph_authority: str = "https://login.microsoftonline.com"
    graph_tenant_id: str = ""
    graph_client_id: str = ""
    graph_client_secret: SecretStr = SecretStr("")
    graph_environments: GraphByEnvironment = {}
    """JSON: credentials by environment id, for tenants that the default does not open (R-043)."""
    ews_environments: EwsByEnvironment = {}
    """JSON: how installations on premises are reached, by environment id (docs/environments.md)."""

    rooms_base_url: str
    rooms_mandator: str = "Default"
    rooms_api_key: SecretStr
    rooms_token_url: str = ""
    rooms_client_id: str = ""
    rooms_client_secret: SecretStr = SecretStr("")
    rooms_webhook_secrets: Words = ()
    """One or, while a secret is being changed, two; separated by a space."""

    webhook_base_url: str
    """Where Exchange and ROOMS reach this app from outside, up to and without `/graph`."""
    mail_sender: str = ""
    """The mailbox that mails are sent from; empty: nobody is told anything (docs/mails.md)."""
    mail_environment: str = ""
    """Which environment the sender lives in; empty is that of the domain, else the first one."""
    mail_language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en"
    """The language of mails to people who are not in the settings."""
    mail_templates: Path | None = None
    """A folder with files that replace the shipped mail texts."""
    operator_mails: Addresses = ()
    """Who is told what scheduled scans have found; separated by a space (docs/differences.md)."""
    differences_scan: Literal["incremental", "full", "off"] = "incremental"
    """How both sides are compared every night."""
    booking_url: str = ""
    """Where a booking is opened in the browser, with `{booking_id}` and maybe `{mandator}`."""
    probe_addresses: Annotated[dict[str, str], NoDecode, BeforeValidator(from_json)] = {}
    """JSON: a mailbox by environment id that must be out of reach; the doctor tries it."""
    appointment_oid_property: str = ""
    """Full id of the property that links an event; empty means this project's own."""
    fingerprint_keys: Words
    """`version:secret` pairs, the newest first; old ones stay until all links were touched."""

    retry_delays: Retries = Field(default_factory=RetryTables)
    """JSON: delays by class of failure, where they are not the vendor's (docs/retries.md)."""
    guard_creates: Annotated[int, Field(ge=1)] = 50
    guard_cancels: Annotated[int, Field(ge=1)] = 20
    guard_buffers: Annotated[int, Field(ge=1, le=900)] = 300
    graph_parallel: Annotated[int, Field(ge=1, le=1000)] = 64
    """Requests that one process has under way in one environment of Exchange."""
    parking_failures: Annotated[int, Field(ge=1)] = 5
    """After how many failures a mailbox or ROOMS is asked whether it answers (docs/parking.md)."""
    parking_environment_failures: Annotated[int, Field(ge=1)] = 10
    """The same of all mailboxes of an environment together."""
    parking_window_minutes: Annotated[int, Field(ge=1)] = 15
    """Within what time they count."""
    parking_first_minutes: Annotated[float, Field(gt=0)] = 1.0
    """When a parked one is asked for the first time; then later and later."""
    parking_longest_minutes: Annotated[float, Field(gt=0)] = 15.0
    guard_missing: Annotated[int, Field(ge=1)] = 5
    """So many, and more than half of a mailbox's linked items gone at once: it is stopped (S22)."""
    series_ahead_days: Annotated[int, Field(ge=1, le=1000)] = 365
    """How far ahead the dates of series are booked; the horizon moves on with time (D14)."""
    keep_links_days: Annotated[int, Field(ge=30, le=3650)] = 90
    """How long links are kept after their meeting is over (docs/state.md)."""
    keep_activity_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """How long the console tells what was done."""
    keep_notices_days: Annotated[int, Field(ge=30, le=3650)] = 180
    """How long it is known which mails were sent."""
    subscription_minutes: Annotated[int, Field(ge=60, le=10080)] = 4230
    directory_max_age_s: Annotated[float, Field(ge=0)] = 30.0
    telemetry: Literal["", "off", "azure", "otlp", "console"] = ""
    """Where telemetry goes to; empty: to Application Insights where the platform names one.
    These three are read from the environment before all others (core/bootstrap/telemetry.py)."""
    trace_share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Which part of the traces of what people do is kept (docs/telemetry.md)."""
    trace_share_of_rounds: Annotated[float, Field(ge=0, le=1)] = 0.05
    """The same of what the app does by the clock."""

    @property
    def console_url(self) -> str:
        """Return where the console is, beside the webhooks; "" where they are somewhere else."""
        base, found, rest = self.webhook_base_url.rstrip("/").rpartition("/webhooks")
        return f"{base}/console" if found and not rest else ""

    @property
    def reaches(self) -> dict[str, Reach]:
        """Return which environments have credentials of their own, and where these may go."""
        graph = {
            name: Reach("graph", login=known.login)
            for name, known in self.graph_environments.items()
        }
        ews = {
            name: Reach("ews", known.allowed_hosts, known.login)
            for name, known in self.ews_environments.items()
        }
        return graph | ews

    @field_validator("*", mode="before")
    @classmethod
    def _is_a_value(cls, value: object) -> object:
        """Refuse a reference in place of the secret: it would be used as if it were one."""
        if isinstance(value, str) and value.startswith(NOT_FOUND):
            raise ValueError(
                "the secret was not found: check that the vault has it and the app's identity may"
                " read it"
            )
        return value

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if faults := [
            *self._missing(),
            *self._wrong_keys(),
            *self._wrong_tenant(),
            *self._wrong_addresses(),
            *self._wrong_rooms(),
            *self._wrong_environments(),
            *self._wrong_mails(),
            *self._refused_in_azure(),
        ]:
            raise ValueError("; ".join(faults))
        return self

    def _missing(self) -> Iterator[str]:
        if not self.tables_connection.get_secret_value() and not self.tables_endpoint:
            yield "ROOMSYNC_TABLES_CONNECTION or ROOMSYNC_TABLES_ENDPOINT is needed"
        if not self.bus_connection.get_secret_value() and not self.bus_namespace:
            yield "ROOMSYNC_BUS_CONNECTION or ROOMSYNC_BUS_NAMESPACE is needed"

    def _wrong_keys(self) -> Iterator[str]:
        pairs = [pair.get_secret_value().partition(":") for pair in self.fingerprint_keys]
        if not pairs or any(not v or len(secret) < SHORTEST_SECRET for v, _, secret in pairs):
            yield (
                "ROOMSYNC_FINGERPRINT_KEYS needs one or more version:secret pairs with secrets"
                f" of at least {SHORTEST_SECRET} characters, separated by spaces"
            )

    def _wrong_tenant(self) -> Iterator[str]:
        if self.graph_tenant_id and not GUID.fullmatch(self.graph_tenant_id):
            yield "ROOMSYNC_GRAPH_TENANT_ID must be a GUID; a domain of the tenant does not do"

    def _wrong_addresses(self) -> Iterator[str]:
        needs_tls = is_in_azure(os.environ)
        for name in ADDRESSES:
            address = getattr(self, name)
            if address and (fault := address_fault(address, needs_tls=needs_tls)):
                yield f"ROOMSYNC_{name.upper()} {fault}"
        if self.bus_namespace and (fault := host_fault(self.bus_namespace)):
            yield f"ROOMSYNC_BUS_NAMESPACE {fault}"

    def _wrong_rooms(self) -> Iterator[str]:
        of_a_token = {
            "ROOMSYNC_ROOMS_TOKEN_URL": self.rooms_token_url,
            "ROOMSYNC_ROOMS_CLIENT_ID": self.rooms_client_id,
            "ROOMSYNC_ROOMS_CLIENT_SECRET": self.rooms_client_secret.get_secret_value(),
        }
        if any(of_a_token.values()) and not all(of_a_token.values()):
            missing = ", ".join(name for name, value in of_a_token.items() if not value)
            yield f"{missing} is needed, too: with ROOMS' tokens all three are, else none"
        for number, secret in enumerate(self.rooms_webhook_secrets, 1):
            if fault := webhook_secret_fault(secret.get_secret_value()):
                yield f"ROOMSYNC_ROOMS_WEBHOOK_SECRETS: number {number} {fault}"

    def _wrong_environments(self) -> Iterator[str]:
        for name in sorted(self.graph_environments.keys() & self.ews_environments.keys()):
            yield f"environment {name} is in ROOMSYNC_GRAPH_ENVIRONMENTS and _EWS_ENVIRONMENTS"
        for name, known in self.graph_environments.items():
            if known.vault_certificate and not self.vault_url:
                yield f"environment {name}: vault_certificate needs ROOMSYNC_VAULT_URL"

    def _wrong_mails(self) -> Iterator[str]:
        if self.mail_sender and "@" not in self.mail_sender:
            yield "ROOMSYNC_MAIL_SENDER must be the mail address of a mailbox, or empty"
        for number, mail in enumerate(self.operator_mails, 1):
            if "@" not in mail:
                yield f"ROOMSYNC_OPERATOR_MAILS: number {number} is no mail address"
        if not self.booking_url:
            return
        try:
            filled = self.booking_url.format(booking_id=1, mandator="Default")
        except (KeyError, ValueError, IndexError, AttributeError):
            filled = ""
        is_web = filled.startswith(("https://", "http://"))
        if not is_web or "{booking_id}" not in self.booking_url:
            yield (
                "ROOMSYNC_BOOKING_URL must be a web address with {booking_id} in it,"
                " maybe {mandator}, or empty"
            )

    def _refused_in_azure(self) -> Iterator[str]:
        if not is_in_azure(os.environ):
            return
        if self.clock_file or self.dev_routes or self.dev_role:
            yield (
                "ROOMSYNC_CLOCK_FILE, ROOMSYNC_DEV_ROUTES and ROOMSYNC_DEV_ROLE are for"
                " development only"
            )
        for name, known in self.ews_environments.items():
            if known.is_of_this_machine:
                yield f"ROOMSYNC_EWS_ENVIRONMENTS {name}: this machine is for development only"


_STAND_INS = {
    **dict.fromkeys(("rooms_base_url", "webhook_base_url"), "https://localhost"),
    **dict.fromkeys(("rooms_api_key", "tables_connection", "bus_connection"), "stand-in"),
    **dict.fromkeys(("tables_endpoint", "rooms_token_url"), "https://localhost"),
    **dict.fromkeys(("rooms_client_id", "rooms_client_secret", "bus_namespace"), "stand-in"),
    "fingerprint_keys": f"1:{'x' * SHORTEST_SECRET}",
}
"""What is looked at in place of a faulty setting that has no default which would do."""


def load_settings() -> Settings:
    """Read the settings from the environment; SettingsError tells all faults, never a value."""
    try:
        return Settings()
    except ValidationError as error:
        faults = [*_told(error), *_told_of_the_others(error)]
        raise SettingsError("settings: " + "; ".join(faults)) from None


def _told(error: ValidationError) -> list[str]:
    return [
        f"ROOMSYNC_{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
        if fault["loc"]
        else fault["msg"]
        for fault in error.errors(include_input=False)
    ]


def _told_of_the_others(error: ValidationError) -> list[str]:
    """Return what does not go together among the settings that are no faults by themselves.

    That is judged only once each of them is a value: without this it would be told after all
    others were mended, at the next start.
    """
    faulty = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}
    if not faulty:
        return []
    known = Settings.model_fields
    try:
        Settings(
            **{
                name: _STAND_INS.get(name, known[name].get_default(call_default_factory=True))
                for name in faulty & known.keys()
            }
        )
    except ValidationError as others:
        return _told(others)
    return []
