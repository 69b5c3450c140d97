"""The service account's lockout, which one wrong password must not bring about (A8).

A directory locks an account after five or ten wrong passwords, and with it every mailbox of its
environment. So one call goes first, the others wait for its outcome; once the account was refused
nothing is sent for a quarter of an hour. Another password comes with a new process.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from core.errors import NotPermittedError
from core.ports.clock import Clock

REST = timedelta(minutes=15)
_OF_AN_ACCOUNT = (
    "EWS has refused the account, which is left alone for a quarter of an hour so that it is not"
    " locked: check user and password, and whether it is locked already"
)
_OF_AN_APPLICATION = "the application was refused and does not ask again for a quarter of an hour: "


class AccountDoor:
    """What this process knows of one account at one address.

    `origin` names its environment in errors, "" where they concern the mailbox that asks.
    """

    def __init__(
        self,
        clock: Clock,
        origin: str = "",
        *,
        is_application: bool = False,
    ) -> None:
        self._clock, self._origin = clock, origin
        self._whole: AccountDoor | None = None
        self._is_application, self._why = is_application, ""
        self._first = asyncio.Lock()
        self._was_tried = False
        self._refused_at: datetime | None = None

    def beside(self) -> "AccountDoor":
        """Return the door of the same account at another address: shut where this one is."""
        other = AccountDoor(self._clock, is_application=self._is_application)
        other._whole = self
        return other

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Let a call through; NotPermittedError while the account is left alone."""
        if not self._was_tried:
            async with self._first:
                if not self._was_tried:
                    self._require_rested()
                    try:
                        yield
                    finally:
                        self._was_tried = True
                    return
        self._require_rested()
        yield

    def close(self, why: str) -> None:
        """Leave the account alone: it was refused. The next try is one again.

        Of an application there are many reasons, and `why` is told to all who come meanwhile.
        """
        self._refused_at, self._was_tried, self._why = self._clock.now(), False, why

    def _require_rested(self) -> None:
        if self._whole is not None:
            self._whole._require_rested()  # noqa: SLF001 - one of its own kind
        if self._refused_at is None:
            return
        rested = self._clock.now() - self._refused_at
        if timedelta(0) <= rested < REST:
            told = _OF_AN_APPLICATION + self._why if self._is_application else _OF_AN_ACCOUNT
            error = NotPermittedError(told)
            error.origin = self._origin
            raise error
        self._refused_at = None
