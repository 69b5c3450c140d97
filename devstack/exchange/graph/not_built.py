"""What the real service has and this simulator does not: answered with 501, listed here."""

from collections.abc import Awaitable, Callable

from devstack.exchange.graph.calls import Call, Reply
from devstack.exchange.graph.errors import not_built
from devstack.exchange.graph.events import PREFIXES
from devstack.exchange.graph.routing import Routes

EVENT_PARTS = {
    "forward": ("POST", "forwarding a meeting"),
    "snoozeReminder": ("POST", "snoozing a reminder"),
    "dismissReminder": ("POST", "dismissing a reminder"),
    "attachments": ("GET", "attachments"),
    "extensions": ("POST", "open extensions"),
}
OTHERS = {
    "users/{user}/findMeetingTimes": ("POST", "findMeetingTimes (delegated only in Graph)"),
    "users/{user}/getMailTips": ("POST", "mail tips"),
    "users/{user}/events/delta": ("GET", "events/delta (beta in Graph)"),
}


def add_not_built(table: Routes) -> None:
    """Answer 501 where a caller might expect more."""
    for prefix in PREFIXES:
        for name, (method, what) in EVENT_PARTS.items():
            table.add(method, f"{prefix}/events/{{event}}/{name}", _refusing(what))
    for pattern, (method, what) in OTHERS.items():
        table.add(method, pattern, _refusing(what))


def listed() -> list[str]:
    """Return what is not built, for the control API."""
    return sorted(
        [what for _, what in (EVENT_PARTS | OTHERS).values()]
        + [
            "notifications with resource data",
            "NTLM, pull and streaming subscriptions, public folders and delegates in EWS",
            "most of beta",
        ]
    )


def _refusing(what: str) -> Callable[[Call], Awaitable[Reply]]:
    async def refuse(_: Call) -> Reply:
        raise not_built(what)

    return refuse
