"""Writes a series with its changed and deleted dates, as its owner, over plain Graph."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import httpx

from devstack.calendars.entries import Changed, Importable
from devstack.calendars.events import Translated

type Json = dict[str, Any]

_CROSSING = "ErrorOccurrenceCrossingBoundary"
_MARGIN = timedelta(days=2)


class Result(StrEnum):
    """What the import made of an entry."""

    IMPORTED = "imported"
    ALREADY_THERE = "already there"
    REFUSED = "refused by Exchange"
    NOT_IMPORTABLE = "not importable"


type Said = tuple[Result, str]
"""What the import made of an entry, and why."""


class SeriesWriter:
    """Makes a series, then its dates, and invites people last: they get what there is in the end.

    `events` is the path of the mailbox's events.
    """

    def __init__(self, client: httpx.AsyncClient, events: str, headers: dict[str, str]) -> None:
        self._client, self._events, self._headers = client, events, headers

    async def write(self, series: Importable, changes: list[Changed]) -> dict[int, Said]:
        """Return what became of the series and of each change, by line."""
        event = series.translated.event
        later = event["attendees"] if changes or series.deleted else []
        made, refusal = await self._call(
            "POST", self._events, event | ({"attendees": []} if later else {})
        )
        if made is None:
            lost = (Result.REFUSED, f"its series in line {series.entry.line} is not imported")
            return {c.entry.line: lost for c in changes} | {
                series.entry.line: (Result.REFUSED, refusal)
            }
        said: dict[int, Said] = {series.entry.line: (Result.IMPORTED, "")}
        lost_dates = []
        for original in series.deleted:
            _, why = await self._change_date(made["id"], original, None)
            lost_dates += [why] if why else []
        ids: dict[int, str] = {}
        said |= await self._change_all(made["id"], changes, ids)
        if later:
            _, why = await self._call("PATCH", f"{self._events}/{made['id']}", {"attendees": later})
            lost_dates += [why] if why else []
        for change in changes:
            new = change.translated
            if new is not None and change.entry.line in ids:
                # An invitation to the series comes first, then the people of one date alone.
                said[change.entry.line] = await self._invite(ids[change.entry.line], new, event)
        if lost_dates:
            said[series.entry.line] = (Result.IMPORTED, "; ".join(dict.fromkeys(lost_dates)))
        return said

    async def _invite(self, date: str, new: Translated, series: Json) -> Said:
        if new.event["attendees"] == series["attendees"]:
            return Result.IMPORTED, ""
        people = {"attendees": new.event["attendees"]}
        _, why = await self._call("PATCH", f"{self._events}/{date}", people)
        return Result.IMPORTED, why

    async def _change_all(
        self, master: str, changes: list[Changed], ids: dict[int, str]
    ) -> dict[int, Said]:
        """Change dates in any order in which none passes its neighbour (graph-calendar 3.3).

        Notes the ids of changed dates in `ids`, by line: their times may be any now.
        """
        said: dict[int, Said] = {}
        waiting, count = changes, len(changes) + 1
        while len(waiting) < count:
            count, refused = len(waiting), []
            for change in waiting:
                body = None if change.translated is None else _date_body(change.translated)
                done, why = await self._change_date(master, change.original, body)
                if done is not None and "id" in done:
                    ids[change.entry.line] = done["id"]
                said[change.entry.line] = (Result.REFUSED, why) if why else (Result.IMPORTED, "")
                refused += [change] if _CROSSING in why else []
            waiting = refused
        return said

    async def _change_date(
        self, master: str, original: datetime, body: Json | None
    ) -> tuple[Json | None, str]:
        """Change or delete (None) the date that began then; return why it could not be."""
        start, end = (f"{m:%Y-%m-%dT%H:%M:%SZ}" for m in (original - _MARGIN, original + _MARGIN))
        window = f"startDateTime={start}&endDateTime={end}&$top=50"
        found, why = await self._call("GET", f"{self._events}/{master}/instances?{window}", None)
        if found is None:
            return None, why
        wanted = f"{original:%Y-%m-%dT%H:%M:%S}"
        date = next((e for e in found["value"] if e["originalStart"].startswith(wanted)), None)
        if date is None:
            # It is deleted already: by EXDATE and by an entry of its own.
            return None, "" if body is None else "the series has no such date any more"
        method = "DELETE" if body is None else "PATCH"
        return await self._call(method, f"{self._events}/{date['id']}", body)

    async def _call(self, method: str, url: str, body: Json | None) -> tuple[Json | None, str]:
        """Return the answer's content, or None and the reason."""
        try:
            answer = await self._client.request(method, url, json=body, headers=self._headers)
        except httpx.HTTPError as error:
            return None, f"Exchange did not answer ({type(error).__name__})"
        if answer.is_success:
            return (answer.json() if answer.content else {}), ""
        code, message = error_of(answer)
        return None, f"{message} ({code or answer.status_code})"


def _date_body(translated: Translated) -> Json:
    """Return the changes of one date but its people, who are invited last."""
    event = translated.event
    return {k: v for k, v in event.items() if k not in ("transactionId", "attendees")}


def error_of(answer: httpx.Response) -> tuple[str, str]:
    """Return code and message of Graph's error envelope; empty and the text without one."""
    try:
        error = answer.json()["error"]
        return str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        return "", answer.text[:200] or answer.reason_phrase
