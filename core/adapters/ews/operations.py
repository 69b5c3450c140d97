"""One call of EWS through exchangelib: its sessions, logins and faults, without its item classes.

Those read a whole answer at once, so that one odd item or a zone that nobody knows takes all others
along, and change process-wide when a property is added. Messages are read by this adapter instead.
"""

import logging
from typing import Any

from exchangelib import (
    BASIC,
    DELEGATE,
    IMPERSONATION,
    NTLM,
    Account,
    Build,
    Configuration,
    Credentials,
    Version,
)
from exchangelib.errors import EWSError
from exchangelib.ewsdatetime import UTC
from exchangelib.protocol import Protocol
from exchangelib.transport import NOAUTH

from core.adapters.ews.failures import token_refusal
from core.adapters.ews.login import EwsAuthentication, EwsLogin, EwsServer
from core.adapters.ews.one_try import OneTry, TokenRefused, name_of_trouble, service_of
from core.adapters.ews.xml import Element

SILENCE_S = 30
"""For how long a server may say nothing while it is asked; a thread is held up no longer."""

LONGEST_WAIT_S = 24 * 3600.0
"""As with every other service: nobody makes us wait for longer than a day."""

_VERSIONS = {
    EwsServer.EXCHANGE_2010: Version(Build(14, 3), "Exchange2010_SP2"),
    EwsServer.EXCHANGE_2013: Version(Build(15, 0, 847), "Exchange2013_SP1"),
    EwsServer.EXCHANGE_2016: Version(Build(15, 1), "Exchange2016"),
    EwsServer.EXCHANGE_2019: Version(Build(15, 2), "Exchange2016"),
}
_AUTHENTICATIONS = {
    EwsAuthentication.BASIC: BASIC,
    EwsAuthentication.NTLM: NTLM,
    EwsAuthentication.OAUTH: NOAUTH,
}

# The library logs whole messages, also as errors: subjects and people (ews-and-security B5).
_library = logging.getLogger("exchangelib")
_library.addHandler(logging.NullHandler())
_library.propagate = False
_library.setLevel(logging.CRITICAL + 1)


class Refusal(Exception):  # noqa: N818 - it is a part of an answer, raised only in a thread
    """What EWS said instead: the code, and the seconds to wait if it named any."""

    def __init__(self, code: str, back_off_s: float | None = None) -> None:
        super().__init__(code)
        self.code, self.back_off_s = code, back_off_s


type Reply = Element | Refusal


class _TokenProtocol(Protocol):  # type: ignore[misc]
    """Sessions that leave the token of a request alone, whatever accounts this machine knows."""

    def create_session(self) -> Any:  # noqa: ANN401 - untyped
        session = super().create_session()
        session.auth = _as_it_is
        return session


def _as_it_is(request: Any) -> Any:  # noqa: ANN401 - of requests
    return request


def protocol_for(login: EwsLogin, connections: int, adapter: Any = None) -> Any:  # noqa: ANN401 - untyped
    """Return how one address is talked to with this account; no call is made for it.

    Past the library's cache, which knows address and account only and would lend this one's
    connections to another environment. `adapter` is the class that carries requests.
    """
    configuration = Configuration(
        service_endpoint=login.url,
        credentials=None if login.is_application else Credentials(login.user, login.password),
        auth_type=_AUTHENTICATIONS[login.authentication],
        version=_VERSIONS[login.server],
        retry_policy=OneTry(),
        max_connections=connections,
    )
    members = {"TIMEOUT": SILENCE_S} | ({} if adapter is None else {"HTTP_ADAPTER_CLS": adapter})
    base = _TokenProtocol if login.is_application else Protocol
    own = type("OwnProtocol", (base,), members)
    return type.__call__(own, config=configuration)


def opened(protocol: Any, address: str, *, impersonates: bool = True) -> Any:  # noqa: ANN401 - untyped
    """Return a mailbox as the service account sees it; no call is made for it.

    Without impersonation the account asks for itself, the address only says which server to ask.
    """
    account = Account(
        primary_smtp_address=address,
        config=protocol.config,
        autodiscover=False,
        access_type=IMPERSONATION if impersonates else DELEGATE,
        default_timezone=UTC,
        locale="en_US",
    )
    account.protocol = protocol
    return account


def ask(account: Any, operation: str, payload: Element, token: str = "") -> list[Reply]:  # noqa: ANN401 - untyped
    """Send one request and return its response messages; blocks. What fails as a whole is raised.

    Nothing is tried again here, whatever the library would do by itself.
    """
    try:
        replies = service_of(operation)(account=account).messages(payload, token)
    except EWSError as error:
        raise _refusal(error) from None
    return [_refusal(r) if isinstance(r, Exception) else r for r in replies]


def _refusal(error: Exception) -> Refusal:
    """Return an error by its name alone: its text may hold a whole answer."""
    wait = getattr(error, "back_off", None) or getattr(error, "wait", None)
    if isinstance(error, TokenRefused):
        return Refusal(token_refusal(error.category))
    return Refusal(
        name_of_trouble(error), None if wait is None else min(max(float(wait), 0.0), LONGEST_WAIT_S)
    )
