"""The EWS face as an ASGI application: one envelope in, one answer or SOAP fault out."""

import logging
from collections.abc import Iterable

from starlette.types import Receive, Scope, Send

from devstack.exchange.ews.access import EwsAccess, environment_of
from devstack.exchange.ews.accounts import Login, Standing
from devstack.exchange.ews.calls import Call, Operations
from devstack.exchange.ews.errors import EwsError, SoapFaultError, fault, from_graph
from devstack.exchange.ews.soap import (
    Element,
    UnreadableSoapError,
    children,
    envelope,
    first,
    named,
    parse,
)
from devstack.exchange.ews.throttle import EwsThrottle
from devstack.exchange.ews.versions import requested_version, server_version
from devstack.exchange.graph.errors import GraphError
from devstack.exchange.model import versions, zones
from devstack.exchange.model.exchange import Exchange

log = logging.getLogger(__name__)

LOCKED_OUT = b"The referenced account is currently locked out and may not be logged on to."


class EwsFace:
    """Authenticates, reads, dispatches and answers; expects the desk in front of it."""

    def __init__(self, model: Exchange, access: EwsAccess, throttle: EwsThrottle) -> None:
        self._model, self._access, self._throttle = model, access, throttle
        self.operations = Operations()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        if scope["method"] != "POST":
            await _send(send, 200, b"<html><body>Exchange Web Services</body></html>", "text/html")
            return
        login = self._access.accounts.login(
            headers.get("authorization", ""), headers.get("host", "")
        )
        if login.standing in (Standing.WRONG, Standing.LOCKED):
            locked = login.standing is Standing.LOCKED
            await _send(send, 401, LOCKED_OUT if locked else b"", "text/plain", login.headers)
            return
        try:
            content = await self._answer(scope, login, (await receive()).get("body", b""))
        except (SoapFaultError, EwsError) as error:
            await self._fail(send, error)
        except GraphError as error:
            await self._fail(send, from_graph(error))
        except Exception:
            log.exception("the EWS face failed")
            await self._fail(
                send, SoapFaultError("ErrorInternalServerError", "An internal server error.")
            )
        else:
            await _send(send, 200, content, "text/xml")

    async def _answer(self, scope: Scope, login: Login, body: bytes) -> bytes:
        entry = scope["journal_entry"]
        try:
            root = parse(body)
        except UnreadableSoapError as error:
            raise SoapFaultError("ErrorInvalidRequest", str(error)) from error
        wanted = next(iter(children(root, "Body")), None)
        operation = "" if wanted is None else named(wanted.tag).removesuffix("Request")
        entry.operation = f"ews.{operation}"
        version = requested_version(root, str(self._model.switches["ews_version"]))
        environment = environment_of(scope["path"])
        mailbox = self._access.acted_for(login, root, environment)
        if mailbox is not None:
            entry.mailbox = mailbox.mail
        place = environment or (mailbox.environment if mailbox else None)
        self._throttle.admit(scope["caller"], place, scope["in_flight"])
        handler = self.operations.find(operation)
        if wanted is None or handler is None:
            raise SoapFaultError("ErrorInvalidRequest", f"There is no operation '{operation}'.")
        call = Call(
            operation=operation,
            body=wanted,
            zone=_context_zone(root),
            mailbox=mailbox,
            environment=environment,
            limits=self._throttle.of(place),
            caller=scope["caller"],
            entry=entry,
            version=version,
        )
        return envelope(self._header(), await handler(call))

    async def _fail(self, send: Send, error: SoapFaultError | EwsError) -> None:
        failure = SoapFaultError(error.code, str(error), error.values)
        await _send(send, 500, envelope(self._header(), fault(failure)), "text/xml")

    def _header(self) -> Element:
        return server_version(str(self._model.switches["ews_version"]))


def _context_zone(root: Element) -> zones.Zone:
    """Return the zone of the header; without one it is UTC."""
    header = first(root, "Header")
    context = None if header is None else first(header, "TimeZoneContext")
    definition = None if context is None else first(context, "TimeZoneDefinition")
    name = "UTC" if definition is None else definition.get("Id", "UTC")
    try:
        return zones.zone(name)
    except zones.UnknownTimeZoneError as error:
        raise SoapFaultError("ErrorTimeZone", f"The time zone '{name}' is not known.") from error


async def _send(
    send: Send, status: int, content: bytes, kind: str, more: Iterable[tuple[str, str]] = ()
) -> None:
    headers = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-length", str(len(content)).encode()),
        (b"x-feserver", b"EXCHANGE"),
        (b"request-id", versions.guid("ews", len(content)).encode()),
    ]
    headers += [(name.encode(), value.encode()) for name, value in more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})
