"""Writes the entries into a mailbox, as its owner, over plain Graph (contract of the stack, 3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

import httpx

from devstack.calendars.entries import Entry, Importable, Read

type Json = dict[str, Any]

_PAGE = 500


class Result(StrEnum):
    """What the import made of an entry."""

    IMPORTED = "imported"
    ALREADY_THERE = "already there"
    REFUSED = "refused by Exchange"
    NOT_IMPORTABLE = "not importable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One line of the report; `importable` is None for what could not be read."""

    entry: Entry
    result: Result
    reason: str = ""
    importable: Importable | None = None
    is_past: bool = False

    @property
    def transaction_id(self) -> str | None:
        if self.importable is None:
            return None
        return str(self.importable.translated.event["transactionId"])

    @property
    def needs_booking(self) -> bool:
        """Whether ROOMS has to know it: it is in the calendar, invites the room, is not over."""
        return (
            self.result in (Result.IMPORTED, Result.ALREADY_THERE)
            and not self.is_past
            and self.importable is not None
            and self.importable.translated.invites_room
        )


class MailboxUnreachableError(Exception):
    """Exchange does not let the owner into the mailbox; the text says what it answered."""


class Importer:
    """Puts entries into the calendar of one mailbox; `client` reaches Exchange's address."""

    def __init__(self, client: httpx.AsyncClient, mailbox: str) -> None:
        self._client, self._events = client, f"/v1.0/users/{mailbox}/events"
        self._headers = {"Authorization": f"Bearer user:{mailbox}"}

    async def put(self, read: tuple[Read, ...], now: datetime) -> tuple[Outcome, ...]:
        """Import what is not there yet; raises MailboxUnreachableError before anything is written.

        What an earlier import left in the calendar is not touched, whatever became of it since.
        """
        there = await self._transactions()
        outcomes = []
        for one in read:
            outcome = await self._one(one, there, now)
            if outcome.result is Result.IMPORTED and outcome.transaction_id is not None:
                there.add(outcome.transaction_id)
            outcomes.append(outcome)
        return tuple(outcomes)

    async def _one(self, read: Read, there: set[str], now: datetime) -> Outcome:
        if not isinstance(read, Importable):
            return Outcome(entry=read.entry, result=Result.NOT_IMPORTABLE, reason=read.reason)
        event = read.translated.event
        if event["transactionId"] in there:
            result, reason = Result.ALREADY_THERE, "an earlier import brought it: left as it is"
        else:
            result, reason = await self._post(event)
        return Outcome(
            entry=read.entry,
            result=result,
            reason=reason,
            importable=read,
            is_past=read.translated.span.end.instant <= now,
        )

    async def _post(self, event: Json) -> tuple[Result, str]:
        try:
            answer = await self._client.post(self._events, json=event, headers=self._headers)
        except httpx.HTTPError as error:
            why = f"Exchange did not answer ({type(error).__name__}): import again, nothing doubles"
            return Result.REFUSED, why
        if answer.status_code == HTTPStatus.CREATED:
            return Result.IMPORTED, ""
        code, message = _error(answer)
        if code == "ErrorDuplicateTransactionId":
            return Result.ALREADY_THERE, "an earlier import brought it: left as it is"
        return Result.REFUSED, f"{message} ({code or answer.status_code})"

    async def _transactions(self) -> set[str]:
        """Return the transactions of all events that are in the calendar."""
        found: set[str] = set()
        url: str | None = f"{self._events}?$select=transactionId&$top={_PAGE}"
        while url is not None:
            try:
                answer = await self._client.get(url, headers=self._headers)
            except httpx.HTTPError as error:
                raise MailboxUnreachableError(
                    f"Exchange does not answer: {type(error).__name__} {error}"
                ) from error
            if answer.status_code != HTTPStatus.OK:
                code, message = _error(answer)
                raise MailboxUnreachableError(f"{message} ({code or answer.status_code})")
            page: Json = answer.json()
            found.update(e["transactionId"] for e in page["value"] if e.get("transactionId"))
            url = page.get("@odata.nextLink")
        return found


def _error(answer: httpx.Response) -> tuple[str, str]:
    """Return code and message of Graph's error envelope; empty and the text without one."""
    try:
        error = answer.json()["error"]
        return str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        return "", answer.text[:200] or answer.reason_phrase
