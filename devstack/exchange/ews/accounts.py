"""Who may speak EWS at all: basic authentication with its lockout, applications with a token."""

import binascii
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from devstack.exchange.ews.bearers import Bearers
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox
from devstack.kit.clock import Clock

WRONG_TRIES = 5
LOCKED_FOR = timedelta(minutes=30)
BASIC = ("www-authenticate", 'Basic realm="exchange.example"')
OUTLOOK_PASSWORD = "outlook"  # noqa: S105 - of a simulator on loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """The account with the right to impersonate, in every installation that is simulated."""

    user: str = "EXCHANGE\\svc-room-sync"
    password: str = "exchange-simulator-password"  # noqa: S105 - of a simulator on loopback


class Standing(StrEnum):
    """How a login ended."""

    SERVICE = "service"
    PERSON = "person"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Login:
    """Who logged in; `person` is set for somebody with the own mailbox.

    `is_application`: by a token of its own, so that it is nobody until it impersonates somebody.
    `headers` say to whom is refused what a login takes.
    """

    standing: Standing
    person: Mailbox | None = None
    is_application: bool = False
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Tries:
    since: datetime
    wrong: int = 0
    locked_until: datetime | None = field(default=None)


class Accounts:
    """Checks user and password; a person's name is the mail address, the password `outlook`."""

    def __init__(
        self, model: Exchange, clock: Clock, service: ServiceAccount, bearers: Bearers
    ) -> None:
        self._model, self._clock, self._service = model, clock, service
        self._bearers = bearers
        self._tries: dict[str, _Tries] = {}

    def clear(self) -> None:
        """Unlock everybody."""
        self._tries.clear()

    def name(self, authorization: str, host: str) -> Login:
        """Say who this is without counting it as a try, for the log; `host` is the one called."""
        if (token := self._bearers.token_in(authorization)) is not None:
            if fault := self._bearers.fault(token, host):
                return Login(Standing.WRONG, headers=(*self._bearers.headers(fault), BASIC))
            return Login(Standing.SERVICE, is_application=True)
        user, password = _credentials(authorization)
        if (user.lower(), password) == (self._service.user.lower(), self._service.password):
            return Login(Standing.SERVICE)
        person = self._model.directory.find(user) if user else None
        if person is not None and person.has_mailbox and password == OUTLOOK_PASSWORD:
            return Login(Standing.PERSON, person)
        return Login(Standing.WRONG, headers=(BASIC,))

    def login(self, authorization: str, host: str) -> Login:
        """Log in; five wrong passwords within half an hour lock the account for as long."""
        user, _ = _credentials(authorization)
        found, now = self.name(authorization, host), self._clock.now()
        tries = self._tries.get(user.lower())
        if tries is not None and tries.locked_until is not None and tries.locked_until > now:
            return Login(Standing.LOCKED, headers=(BASIC,))
        if found.standing is not Standing.WRONG:
            self._tries.pop(user.lower(), None)
            return found
        if user:
            if tries is None or now - tries.since > LOCKED_FOR:
                tries = self._tries[user.lower()] = _Tries(now)
            tries.wrong += 1
            if tries.wrong >= WRONG_TRIES:
                tries.locked_until = now + LOCKED_FOR
        return found


def _credentials(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
