"""Writes the entries into a mailbox, as its owner, over plain Graph (contract of the stack, 3)."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx

from devstack.calendars.entries import Changed, Entry, Importable, NotImportable, Read
from devstack.calendars.writing import Result, Said, SeriesWriter, error_of

type Json = dict[str, Any]

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One line of the report; `importable` is None for what could not be read."""

    entry: Entry
    result: Result
    reason: str = ""
    importable: Importable | None = None
    is_past: bool = False
    is_series: bool = False

    @property
    def transaction_id(self) -> str | None:
        if self.importable is None:
            return None
        return str(self.importable.translated.event["transactionId"])

    @property
    def needs_booking(self) -> bool:
        """Whether ROOMS has to know it: it is in the calendar, invites the room, is not over.

        Series are not synced yet.
        """
        return (
            self.result in (Result.IMPORTED, Result.ALREADY_THERE)
            and not self.is_past
            and not self.is_series
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
        writer = SeriesWriter(self._client, self._events, self._headers)
        changes = [one for one in read if isinstance(one, Changed)]
        outcomes: dict[int, Outcome] = {}
        for one in read:
            if isinstance(one, Importable) and one.is_series:
                own = [change for change in changes if change.series == one.entry.line]
                outcomes |= await self._series(writer, one, own, there, now)
            elif not isinstance(one, Changed):
                outcomes[one.entry.line] = outcome = await self._one(one, there, now)
                if outcome.result is Result.IMPORTED and outcome.transaction_id is not None:
                    there.add(outcome.transaction_id)
        return tuple(outcomes[one.entry.line] for one in read)

    async def _series(
        self, writer: SeriesWriter, read: Importable, changes: list[Changed], there: set[str],
        now: datetime,
    ) -> dict[int, Outcome]:  # fmt: skip
        """Import a series with its changed dates; return their outcomes by line."""
        if read.translated.event["transactionId"] in there:
            said = dict.fromkeys([read.entry.line, *(c.entry.line for c in changes)], _THERE)
        else:
            said = await writer.write(read, changes)
        is_past = read.last_end is not None and read.last_end <= now
        found = {read.entry.line: _outcome(read, said, is_past=is_past, importable=read)}
        for change in changes:
            new = change.translated
            shown = None if new is None else Importable(change.entry, new)
            found[change.entry.line] = _outcome(change, said, is_past=is_past, importable=shown)
        return found

    async def _one(
        self, read: Importable | NotImportable, there: set[str], now: datetime
    ) -> Outcome:
        if not isinstance(read, Importable):
            return Outcome(entry=read.entry, result=Result.NOT_IMPORTABLE, reason=read.reason)
        event = read.translated.event
        result, reason = _THERE if event["transactionId"] in there else await self._post(event)
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
        code, message = error_of(answer)
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
                code, message = error_of(answer)
                raise MailboxUnreachableError(f"{message} ({code or answer.status_code})")
            page: Json = answer.json()
            found.update(e["transactionId"] for e in page["value"] if e.get("transactionId"))
            url = page.get("@odata.nextLink")
        return found


_THERE = (Result.ALREADY_THERE, "an earlier import brought it: left as it is")


def _outcome(
    read: Importable | Changed, said: dict[int, Said], *, is_past: bool,
    importable: Importable | None,
) -> Outcome:  # fmt: skip
    result, reason = said[read.entry.line]
    return Outcome(
        entry=read.entry,
        result=result,
        reason=reason,
        importable=importable,
        is_past=is_past,
        is_series=True,
    )
