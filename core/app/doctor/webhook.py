"""Do our own addresses answer from outside, as Exchange and ROOMS are to find them?"""

import secrets
from urllib.parse import urlsplit

from core.app.doctor.surroundings import Surroundings
from core.domain.directory import Directory
from core.domain.finding import Finding, Part, Severity
from core.errors import RoomSyncError
from core.ports.web import WebAnswer

HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_OK, _NOT_FOUND, _UNSIGNED = 200, 404, 401
_REACH = (
    "see that ROOMSYNC_WEBHOOK_BASE_URL is the address of this app up to and without /graph, and"
    " that DNS, certificate and firewall let Exchange and ROOMS in"
)


async def webhook_findings(directory: Directory, around: Surroundings) -> list[Finding]:
    """Return what is wrong with our own addresses; one question each, none with credentials.

    That they answer from here says that they exist. That Exchange reaches them, a subscription
    proves (Graph asks before it grants one) and the self-test.
    """
    base = around.callbacks.base_url
    kinds = {environment.kind for environment in directory.environments.values()}
    found = _insecure(base)
    if "graph" in kinds:
        found += await _validated(base, around)
    if around.is_rooms_heard:
        found += await _rooms(base, around)
    if "ews" in kinds:
        found += _on_premises(base)
    return found


def _insecure(base: str) -> list[Finding]:
    parts = urlsplit(base)
    if parts.scheme == "https" or parts.hostname in HERE:
        return []
    what = "our webhooks are not behind TLS: Exchange Online calls none such"
    return [_finding(Severity.ERROR, "webhook_insecure", what, _REACH)]


async def _validated(base: str, around: Surroundings) -> list[Finding]:
    """Do what Graph does before it grants a subscription (graph-calendar 1.4)."""
    token = f"doctor-{secrets.token_hex(8)}"
    url = f"{base}/graph?validationToken={token}"
    answer = await _answer(url, around)
    if isinstance(answer, Finding):
        return [answer]
    if answer.status == _OK and answer.body == token:
        return []
    what = (
        f"our webhook answers {answer.status} in place of the validation token: something else is"
        " there, or between"
    )
    return [_finding(Severity.ERROR, "webhook_foreign", what, _REACH, f"curl -i -X POST '{url}'")]


async def _rooms(base: str, around: Surroundings) -> list[Finding]:
    """Say something unsigned to the webhook of ROOMS: it must refuse it."""
    url = f"{base}/rooms"
    answer = await _answer(url, around)
    if isinstance(answer, Finding) or answer.status == _UNSIGNED:
        # That nothing answers is told once.
        return []
    what = f"the webhook of ROOMS answers an unsigned call with {answer.status} in place of 401"
    return [_finding(Severity.WARNING, "rooms_webhook", what, _REACH, f"curl -i -X POST '{url}'")]


async def _answer(url: str, around: Surroundings) -> WebAnswer | Finding:
    try:
        return await around.web.ask("POST", url)
    except RoomSyncError as error:
        what = f"our webhook does not answer from here: {error}"
        return _finding(Severity.ERROR, "webhook_silent", what, _REACH, f"curl -i -X POST '{url}'")


def _on_premises(base: str) -> list[Finding]:
    host = urlsplit(base).hostname or ""
    if host in HERE:
        return []
    port = urlsplit(base).port or 443
    return [
        _finding(
            Severity.NOTE,
            "servers_unasked",
            "whether the Exchange servers on premises reach us cannot be asked from here",
            "run the command on one of them; `roomsync selftest` proves it for a mailbox",
            f"Test-NetConnection {host} -Port {port}",
        )
    ]


def _finding(severity: Severity, code: str, what: str, advice: str, command: str = "") -> Finding:
    return Finding(
        severity=severity,
        code=code,
        part=Part.SERVICE,
        who="",
        what=what,
        advice=advice,
        command=command,
    )
