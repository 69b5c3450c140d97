"""What the control API can do to the EWS face."""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from devstack.exchange.ews.errors import SoapFaultError, fault
from devstack.exchange.ews.face import Ews
from devstack.exchange.ews.soap import envelope
from devstack.exchange.ews.throttle import EwsLimits
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox
from devstack.kit.control import ControlRefusedError, Controls, done, parsed
from devstack.kit.faults import Deed, FaultRule, Match

type Json = dict[str, Any]
type Handler = Callable[[Request], Awaitable[Response]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SoapFaultOrder(_Strict):
    """A SOAP fault instead of an answer; `back_off_ms` is what ErrorServerBusy says to wait."""

    code: str = Field(pattern=r"^Error\w+$")
    message: str = "Made up by the control API."
    back_off_ms: int | None = Field(default=None, ge=0)
    match: Match = Match()
    times: int = Field(default=1, ge=1)
    skip: int = Field(default=0, ge=0)


class ImpersonationOrder(_Strict):
    """The mailboxes in the scope of the right to impersonate; null means all."""

    mailboxes: list[str] | None


class EwsLimitsOrder(EwsLimits):
    """Limits of one environment, or of all that have none of their own."""

    environment: str | None = None


class EwsControl:
    """The handlers `soap-faults`, `impersonation`, `ews-limits` and `accounts`."""

    def __init__(self, model: Exchange, controls: Controls, ews: Ews) -> None:
        self._model, self._controls, self._ews = model, controls, ews

    def calls(self) -> list[tuple[str, Handler, tuple[str, ...]]]:
        """Return names, handlers and methods of the calls."""
        return [
            ("soap-faults", self.soap_faults, ("POST",)),
            ("impersonation", self.impersonation, ("POST",)),
            ("ews-limits", self.limits, ("POST", "GET")),
            ("accounts", self.unlock, ("DELETE",)),
        ]

    async def soap_faults(self, request: Request) -> Response:
        order = await parsed(request, SoapFaultOrder)
        wait = order.back_off_ms
        values = {} if wait is None else {"BackOffMilliseconds": str(wait)}
        content = envelope(None, fault(SoapFaultError(order.code, order.message, values)))
        match = order.match
        if match.path is None:
            match = match.model_copy(update={"path": "(?i)/ews/exchange.asmx"})
        self._controls.faults.add(
            FaultRule(
                match=match,
                times=order.times,
                skip=order.skip,
                do=Deed(
                    status=500,
                    headers={"content-type": "text/xml; charset=utf-8"},
                    body=content.decode(),
                ),
            )
        )
        return done()

    async def impersonation(self, request: Request) -> Response:
        wanted = (await parsed(request, ImpersonationOrder)).mailboxes
        known = {mailbox.mail.lower() for mailbox in self._model.directory}
        if unknown := sorted({mail.lower() for mail in wanted or ()} - known):
            raise ControlRefusedError(f"there is no mailbox {', '.join(unknown)}")
        self._ews.access.scope = (
            None if wanted is None else frozenset(mail.lower() for mail in wanted)
        )
        return done()

    async def limits(self, request: Request) -> Response:
        if request.method == "POST":
            order = await parsed(request, EwsLimitsOrder)
            given = order.model_dump(exclude_unset=True, exclude={"environment"})
            before = self._ews.throttle.of(order.environment)
            self._ews.throttle.limits[order.environment] = before.model_copy(update=given)
        shown = {name or "": one.model_dump() for name, one in self._ews.throttle.limits.items()}
        return JSONResponse(shown)

    async def unlock(self, _: Request) -> Response:
        self._ews.accounts.clear()
        return done()

    def lose(self, mailbox: Mailbox) -> int:
        """Forget the push subscriptions of a mailbox, as a restarted server does: silently."""
        found = self._ews.subscriptions.of_mailbox(mailbox.guid)
        for subscription in found:
            self._ews.subscriptions.remove(subscription.id)
        return len(found)

    def subscriptions(self) -> list[Json]:
        """Return the push subscriptions as `state` shows them beside Graph's."""
        return [
            {
                "id": s.id,
                "mail": self._model.directory.of_guid(s.mailbox).mail,
                "resource": f"ews/{s.folder or '*'}",
                "clientState": None,
                "notificationUrl": s.url,
                "lifecycleNotificationUrl": None,
                "expirationDateTime": None,
                "tenantId": None,
            }
            for s in self._ews.subscriptions.live()
        ]
