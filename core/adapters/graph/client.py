"""One environment's connection to Graph: whose mailbox, which token, what an answer means."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from core.adapters.clock import SystemClock
from core.adapters.credential import LOOPBACK_HOSTS, Credential
from core.adapters.exchange.lanes import Lanes
from core.adapters.graph.failures import Subject, failure_of
from core.adapters.graph.reply import Reply, UnreadableReplyError
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.scope import Scope
from core.errors import (
    InvalidPayloadError,
    MailboxUnavailableError,
    RoomSyncError,
    ServiceUnavailableError,
    ThrottledError,
)
from core.ports.turn import own_mailbox
from core.telemetry.calls import graph_call, note_throttled
from core.telemetry.metrics import stands
from core.telemetry.vocabulary import BUDGET_USED

if TYPE_CHECKING:
    import httpx
    from kiota_abstractions.request_information import RequestInformation

    from core.adapters.graph.requests import Requests
    from core.adapters.graph.wire import Wire

    Build = Callable[[Requests], RequestInformation]

GRAPH_URL = "https://graph.microsoft.com/v1.0"
_UNAUTHORIZED = 401
_MAILBOX = re.compile(r"/users(?:/|\(')([^/?')]+)", re.IGNORECASE)


def _utc(_: MailboxKey) -> str:
    return "UTC"


class GraphConnection:
    """Sends requests for one environment; make one per process and environment.

    `address_of` gives a mailbox's primary address and may raise KeyError; `zone_of` its IANA zone
    as far as our settings know it. `transport` replaces the network in tests. The SDK is loaded at
    the first request.
    """

    def __init__(
        self,
        *,
        credential: Credential,
        address_of: Callable[[MailboxKey], str],
        environment: EnvironmentId,
        base_url: str = GRAPH_URL,
        zone_of: Callable[[MailboxKey], str] = _utc,
        scope: str | None = None,
        transport: "httpx.AsyncBaseTransport | None" = None,
        timeout_s: float = 30.0,
        lanes: Lanes | None = None,
    ) -> None:
        self.environment = environment
        self._lanes = lanes or Lanes(SystemClock())
        self._keys: dict[str, MailboxKey] = {}
        self.zone_of = zone_of
        self._base_url = base_url.rstrip("/")
        self._credential, self._address_of = credential, address_of
        self._scope = scope or _scope_of(self._base_url)
        self._transport, self._timeout_s = transport, timeout_s
        self._wire: Wire | None = None

    def address(self, place: EventPlace) -> str:
        """Return the address behind a mailbox key; MailboxUnavailableError if there is none."""
        if place.environment != self.environment:
            raise MailboxUnavailableError(
                f"mailbox {place.mailbox} belongs to {place.environment}, not {self.environment}"
            )
        try:
            address = self._address_of(place.mailbox)
        except KeyError:
            address = ""
        if not address:
            raise MailboxUnavailableError(
                f"mailbox {place.mailbox} has no address in the settings: import it again"
            )
        self._keys[address.lower()] = place.mailbox
        return address

    def is_own_link(self, link: str) -> bool:
        """Tell whether a link of the service leads to where this connection may send tokens."""
        ours, other = urlsplit(self._base_url), urlsplit(link)
        return (ours.scheme, ours.netloc.lower()) == (
            other.scheme,
            other.netloc.lower(),
        ) and other.path.startswith(f"{ours.path}/")

    async def send(
        self,
        build: "Build",
        doing: str,
        *,
        subject: Subject = Subject.MAILBOX,
        is_create: bool = False,
    ) -> Reply:
        """Send a request and return the answer if it is a success, else raise what it stands for.

        A refused token is renewed once. What is raised names the mailbox as its origin.
        """
        wire = self._wired()
        request = build(wire.requests)
        mailbox = mailbox_in(wire.url_of(request))
        key = self._keys.get(mailbox)
        with graph_call(doing, self.environment, key) as noted:
            try:
                async with self._lanes.enter(mailbox, is_own=self._is_own(mailbox)):
                    reply = await wire.send(request)
                    if reply.status == _UNAUTHORIZED:
                        await self._credential.renew()
                        reply = await wire.send(request)
                noted.put("roomsync.status", reply.status)
                if not reply.is_success:
                    raise failure_of(reply, doing, subject, is_create=is_create)
                if reply.is_foreign:
                    raise ServiceUnavailableError(
                        f"not Graph but something in between answered {reply.status} while {doing}:"
                        " a page"
                    )
            except RoomSyncError as error:
                error.origin = self._origin(mailbox)
                note_throttled(error, "graph", self.environment, key)
                if isinstance(error, ThrottledError) and error.retry_after_s:
                    self._lanes.pause(mailbox, error.retry_after_s)
                raise
            finally:
                self._note_budget(mailbox, key)
        return reply

    async def read(
        self,
        build: "Build",
        doing: str,
        *,
        subject: Subject = Subject.MAILBOX,
        is_create: bool = False,
    ) -> dict[str, Any]:
        """Send a request and return the JSON object that it is answered with."""
        reply = await self.send(build, doing, subject=subject, is_create=is_create)
        try:
            return reply.json_object()
        except UnreadableReplyError:
            error = ServiceUnavailableError(
                f"Graph's answer cannot be read while {doing}: no JSON object"
            )
            error.origin = self._origin("")
            raise error from None

    async def follow(self, link: str, doing: str, page_size: int) -> dict[str, Any]:
        """Read a link that the service gave; one that leads elsewhere is InvalidPayloadError."""
        if not self.is_own_link(link):
            raise InvalidPayloadError(f"Graph's link leads to another host while {doing}")
        return await self.read(lambda requests: requests.follow(link, page_size), doing)

    async def aclose(self) -> None:
        """Close connections and credential."""
        if self._wire is not None:
            await self._wire.aclose()
        await self._credential.close()

    def _is_own(self, mailbox: str) -> bool:
        """Tell whether the running task works for the queue session of this mailbox."""
        own = own_mailbox()
        if own is None or own.environment != self.environment or not mailbox:
            return False
        return self._keys.get(mailbox) == own.mailbox

    def _note_budget(self, mailbox: str, key: MailboxKey | None) -> None:
        if key is not None:
            used = self._lanes.used(mailbox)
            stands(BUDGET_USED, used, environment=self.environment, mailbox=key)

    def _origin(self, mailbox: str) -> str:
        return Scope(self.environment, self._keys.get(mailbox)).name

    def _wired(self) -> "Wire":
        if self._wire is None:
            from core.adapters.graph.wire import Wire  # noqa: PLC0415 - loads the SDK: 0.2 s

            self._wire = Wire(
                self._base_url,
                self._credential,
                scope=self._scope,
                transport=self._transport,
                timeout_s=self._timeout_s,
            )
        return self._wire


def mailbox_in(url: str) -> str:
    """Return the address of the mailbox that a request is for, in lower case; "" if for none."""
    found = _MAILBOX.search(url)
    return unquote(found[1]).lower() if found else ""


def _scope_of(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme == "https" and parts.hostname:
        return f"https://{parts.hostname}/.default"
    if parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS:
        return "https://graph.microsoft.com/.default"
    raise ValueError(f"{base_url!r} cannot be Graph: use https, or http on this machine")
