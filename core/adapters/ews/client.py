"""One environment's connection to EWS: whose mailbox is asked, and what a refusal means."""

import asyncio
from collections.abc import Callable
from typing import Any

from core.adapters.clock import SystemClock
from core.adapters.credential import Credential
from core.adapters.ews.account import AccountDoor
from core.adapters.ews.carrying import Carrier
from core.adapters.ews.failures import OF_THE_ACCOUNT, advice_on, failure_of
from core.adapters.ews.login import EwsLogin, login_towards, no_asker
from core.adapters.ews.open_accounts import is_address
from core.adapters.ews.operations import Refusal, Reply
from core.adapters.ews.replies import note_refusal, only_reply
from core.adapters.ews.xml import Element
from core.adapters.exchange.lanes import LaneLimits, Lanes
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.scope import Scope
from core.errors import (
    MailboxUnavailableError,
    NotPermittedError,
    RoomSyncError,
    ServiceUnavailableError,
    ThrottledError,
)
from core.ports.clock import Clock
from core.ports.turn import own_mailbox
from core.telemetry.calls import ews_call, note_throttled

LONGEST_S = 45.0
"""Seconds of a whole request, well under what a look may take."""


def _utc(_: MailboxKey) -> str:
    return "UTC"


def _usual(_: MailboxKey) -> str:
    return ""


class EwsConnection:
    """Sends requests for one environment; make one per process and environment.

    The library blocks: it runs in threads of this environment alone, at most `parallel` of them, so
    that a slow server holds up nobody else. `address_of` gives a mailbox's primary address and may
    raise KeyError, `zone_of` its IANA zone as far as the settings know it, `url_of` its own address
    of EWS if it has one (R-021). Without a login nothing can be asked: NotPermittedError says so.
    `adapter` carries the requests, in place of the network. Pauses that a server asks for are
    kept mailbox by mailbox: who comes back earlier is throttled for longer. `credential` gives
    the tokens of an application.
    """

    def __init__(
        self,
        login: EwsLogin | None,
        *,
        environment: EnvironmentId,
        address_of: Callable[[MailboxKey], str],
        zone_of: Callable[[MailboxKey], str] = _utc,
        url_of: Callable[[MailboxKey], str] = _usual,
        parallel: int = 4,
        adapter: Any = None,  # noqa: ANN401 - a class of requests' adapters
        clock: Clock | None = None,
        credential: Credential | None = None,
    ) -> None:
        clock = clock or SystemClock()
        # No more than there are threads for: who waits for one has not passed the door yet, so an
        # account that is refused meanwhile is not tried by all of them.
        self._lanes = Lanes(clock, LaneLimits(environment_parallel=parallel))
        is_application = login is not None and login.is_application
        self._clock = clock
        self._door = AccountDoor(clock, Scope(environment).name, is_application=is_application)
        self._other_doors: dict[str, AccountDoor] = {}
        self.environment, self.zone_of = environment, zone_of
        self._login, self._address_of, self._url_of = login, address_of, url_of
        self._carrier = Carrier(
            environment,
            parallel,
            adapter,
            longest_s=LONGEST_S,
            credential=credential,
            no_token=self._no_token,
        )

    def address(self, place: EventPlace) -> str:
        """Return the address behind a mailbox key; MailboxUnavailableError if there is none."""
        if place.environment != self.environment:
            raise MailboxUnavailableError(
                f"mailbox {place.mailbox} belongs to {place.environment}, not {self.environment}"
            )
        try:
            return self._address_of(place.mailbox)
        except KeyError:
            raise MailboxUnavailableError(f"no address of mailbox {place.mailbox}") from None

    async def ask(
        self,
        place: EventPlace,
        operation: str,
        payload: Element,
        doing: str,
        *,
        is_one: bool = False,
    ) -> list[Reply]:
        """Return one reply per thing that was asked for, in order; some may be refusals.

        `is_one`: there is but one thing, so that a refusal is told as a call that failed.
        """
        is_own = own_mailbox() == place
        try:
            address, url = self.address(place), self._url_of(place.mailbox)
            with ews_call(doing, self.environment, place.mailbox) as noted:
                replies = await self._asked(
                    address, operation, payload, doing, url=url, is_own=is_own
                )
                if is_one:
                    note_refusal(noted, replies, doing)
                return replies
        except RoomSyncError as error:
            note_throttled(error, "ews", self.environment, place.mailbox)
            error.origin = error.origin or Scope(self.environment, place.mailbox).name
            raise

    async def one(self, place: EventPlace, operation: str, payload: Element, doing: str) -> Element:
        """Return the one reply there must be; a refusal is raised."""
        replies = await self.ask(place, operation, payload, doing, is_one=True)
        reply = only_reply(replies, doing)
        if isinstance(reply, Refusal):
            error = self.failure(place, reply, doing)
            note_throttled(error, "ews", self.environment, place.mailbox)
            raise error
        return reply

    def failure(self, place: EventPlace, refusal: Refusal, doing: str) -> RoomSyncError:
        """Return what one of several replies refuses, and keep to it."""
        address, url = self.address(place).lower(), self._url_of(place.mailbox)
        error = self._failure(refusal, doing, address, url)
        error.origin = error.origin or Scope(self.environment, place.mailbox).name
        return error

    async def ask_mailbox(
        self, address: str, operation: str, payload: Element, doing: str
    ) -> Element:
        """Ask a mailbox that is known by its address alone; a refusal is raised."""
        replies = await self._as_environment(address, operation, payload, doing, impersonates=True)
        return self._taken(only_reply(replies, doing), doing, address)

    async def ask_directory(
        self, address: str, operation: str, payload: Element, doing: str, nobody: frozenset[str]
    ) -> Element | None:
        """Ask the address book about an address, as nobody in particular if the account may.

        None for a refusal with one of the codes `nobody` and for what is no address; any other is
        raised.
        """
        if not is_address(address):
            return None
        replies = await self._as_environment(
            address, operation, payload, doing, impersonates=False, nobody=nobody
        )
        reply = only_reply(replies, doing)
        is_nobody = isinstance(reply, Refusal) and reply.code in nobody
        return None if is_nobody else self._taken(reply, doing, self._asker)

    @property
    def _asker(self) -> str:
        """Return as whom the address book is asked, "" as nobody but the account."""
        return "" if self._login is None else self._login.mailbox

    async def aclose(self) -> None:
        """Let go of the threads; what is under way ends by itself."""
        await self._carrier.aclose()

    async def _as_environment(
        self,
        address: str,
        operation: str,
        payload: Element,
        doing: str,
        *,
        impersonates: bool,
        nobody: frozenset[str] = frozenset(),
    ) -> list[Reply]:
        asker = "" if impersonates else self._asker
        impersonates = impersonates or bool(asker)
        address = asker or address
        try:
            with ews_call(doing, self.environment, None) as noted:
                replies = await self._asked(
                    address, operation, payload, doing, impersonates=impersonates
                )
                note_refusal(noted, replies, doing, nobody)
                return replies
        except RoomSyncError as error:
            told = no_asker(error, self.environment) if asker else error
            told.origin = Scope(self.environment).name
            raise told from None

    def _taken(self, reply: Reply, doing: str, address: str = "") -> Element:
        """Return a reply of the environment as a whole; what it refuses is kept to and raised."""
        if not isinstance(reply, Refusal):
            return reply
        error = self._failure(reply, doing, address.lower(), "")
        error.origin = Scope(self.environment).name
        raise error

    async def _asked(
        self,
        address: str,
        operation: str,
        payload: Element,
        doing: str,
        *,
        impersonates: bool = True,
        url: str = "",
        is_own: bool = False,
    ) -> list[Reply]:
        login = login_towards(self._login, url, self.environment)
        mailbox = address.lower() if impersonates else ""
        try:
            async with (
                self._lanes.enter(mailbox, is_own=is_own),
                self._door_at(url).passed(),
                asyncio.timeout(LONGEST_S),
            ):
                return await self._carrier.carry(
                    login, address, operation, payload, impersonates=impersonates
                )
        except TimeoutError:
            raise ServiceUnavailableError(f"EWS gave no answer in time while {doing}") from None
        except Refusal as refusal:
            raise self._failure(refusal, doing, mailbox, url) from None
        except (
            OSError,
            AttributeError,
            TypeError,
            ValueError,
            ArithmeticError,
            LookupError,
        ) as error:
            # The library's parser stumbles over answers that are none, such as a login page.
            kind = type(error).__name__
            raise ServiceUnavailableError(f"EWS gave no answer ({kind}) while {doing}") from None

    def _no_token(self, error: NotPermittedError) -> None:
        """Leave the token endpoint alone, as nobody of this environment gets a token."""
        self._door.close(str(error))
        error.origin = Scope(self.environment).name

    def _failure(self, refusal: Refusal, doing: str, mailbox: str, url: str) -> RoomSyncError:
        """Return what a refusal means, and keep to it: a pause, an account to be left alone."""
        error = failure_of(refusal.code, doing, back_off_s=refusal.back_off_s)
        if isinstance(error, ThrottledError) and error.retry_after_s:
            self._lanes.pause(mailbox, error.retry_after_s)
        if refusal.code in OF_THE_ACCOUNT:
            door = self._door_at(url)
            door.close(f"EWS answered {refusal.code}{advice_on(refusal.code)}")
            if door is self._door:
                error.origin = Scope(self.environment).name
        return error

    def _door_at(self, url: str) -> AccountDoor:
        """Return the door of a mailbox's own address, "" for that of the environment.

        One for each: who has a wrong address shuts nobody else out.
        """
        if self._login is None or url in {"", self._login.url}:
            return self._door
        return self._other_doors.setdefault(url, self._door.beside())
