"""Do our own addresses answer from outside, as Exchange and ROOMS are to find them?"""

import secrets
from urllib.parse import urlsplit

from core.app.doctor.surroundings import Surroundings
from core.domain.directory import Directory
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.errors import RoomSyncError
from core.ports.web import WebAnswer

HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_OK, _NOT_FOUND, _UNSIGNED = 200, 404, 401


async def webhook_findings(directory: Directory, around: Surroundings) -> list[Finding]:
    """Return what is wrong with our own addresses; one question each, none with credentials.

    That they answer from here says that they exist. That Exchange reaches them, a subscription
    proves (Graph asks before it grants one) and the self-test.
    """
    base = around.callbacks.base_url
    kinds = {environment.kind for environment in directory.environments.values()}
    told = _insecure(base)
    if "graph" in kinds:
        told += await _validated(base, around)
    if around.is_rooms_heard:
        told += await _rooms(base, around)
    if "ews" in kinds:
        told += _on_premises(base)
    return told


def _insecure(base: str) -> list[Finding]:
    parts = urlsplit(base)
    if parts.scheme == "https" or parts.hostname in HERE:
        return []
    return [found(Kind.WEBHOOK_INSECURE, Part.SERVICE)]


async def _validated(base: str, around: Surroundings) -> list[Finding]:
    """Do what Graph does before it grants a subscription (graph-calendar 1.4)."""
    token = f"doctor-{secrets.token_hex(8)}"
    url = f"{base}/graph?validationToken={token}"
    answer = await _answer(url, around)
    if isinstance(answer, Finding):
        return [answer]
    if answer.status == _OK and answer.body == token:
        return []
    return [found(Kind.WEBHOOK_FOREIGN, Part.SERVICE, status=answer.status, url=url)]


async def _rooms(base: str, around: Surroundings) -> list[Finding]:
    """Say something unsigned to the webhook of ROOMS: it must refuse it."""
    url = f"{base}/rooms"
    answer = await _answer(url, around)
    if isinstance(answer, Finding) or answer.status == _UNSIGNED:
        # That nothing answers is told once.
        return []
    return [found(Kind.ROOMS_WEBHOOK, Part.SERVICE, status=answer.status, url=url)]


async def _answer(url: str, around: Surroundings) -> WebAnswer | Finding:
    try:
        return await around.web.ask("POST", url)
    except RoomSyncError as error:
        return found(Kind.WEBHOOK_SILENT, Part.SERVICE, error=error, url=url)


def _on_premises(base: str) -> list[Finding]:
    host = urlsplit(base).hostname or ""
    if host in HERE:
        return []
    port = urlsplit(base).port or 443
    return [found(Kind.SERVERS_UNASKED, Part.SERVICE, host=host, port=port)]
