"""The control API of the Exchange simulator: what is special beside the common calls."""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from devstack.exchange.administration import Administration, GroupOrder, MailboxOrder
from devstack.exchange.ews import ids
from devstack.exchange.ews.control import EwsControl
from devstack.exchange.ews.face import Ews
from devstack.exchange.forging import Forgery, Forging
from devstack.exchange.graph import not_built
from devstack.exchange.graph.access import Access
from devstack.exchange.graph.delivery import Deliveries
from devstack.exchange.graph.delta_rounds import DeltaRounds
from devstack.exchange.graph.event_json import View, cancelled_json, event_json
from devstack.exchange.graph.moments import instant_text
from devstack.exchange.graph.notifications import LifecycleEvent, Notifications
from devstack.exchange.graph.permissions import KNOWN, Permissions
from devstack.exchange.graph.subscriptions import Subscriptions
from devstack.exchange.graph.throttle import Limits, Throttle
from devstack.exchange.graph.tokens import Tokens
from devstack.exchange.loading import WorldRefusedError
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.timing import Timing
from devstack.kit.control import (
    ControlRefusedError,
    Controls,
    common_routes,
    control,
    done,
    parsed,
)
from devstack.kit.journal import iso
from devstack.kit.world import World

type Json = dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LifecycleOrder(_Strict):
    event: LifecycleEvent
    mail: str


class WorldOrder(_Strict):
    """The world that replaces the present one."""

    world: World


class ScopeOrder(_Strict):
    """The mailboxes the application may open; null means all."""

    mailboxes: list[str] | None


class PermissionsOrder(_Strict):
    """The application permissions that nobody has consented to."""

    missing: list[str]


class DeltaOrder(_Strict):
    """Forget the delta state of one mailbox, or of all."""

    mail: str | None = None
    expire: Literal[True] = True


class TokenOrder(_Strict):
    revoke: Literal[True] = Field(default=True)


class ExchangeControl:
    """The handlers that need more than the common controls."""

    def __init__(
        self, *, model: Exchange, controls: Controls, subscriptions: Subscriptions,
        notifications: Notifications, throttle: Throttle, access: Access,
        permissions: Permissions, tokens: Tokens, delta: DeltaRounds, forging: Forging,
        deliveries: Deliveries, ews: Ews, tenant: str,
        load: Callable[[World], None], save: Callable[[], None],
    ) -> None:  # fmt: skip
        self._model, self._controls, self._subscriptions = model, controls, subscriptions
        self._notifications, self._throttle, self._access = notifications, throttle, access
        self._permissions = permissions
        self._tokens, self._delta, self._forging = tokens, delta, forging
        self._deliveries = deliveries
        self._ews, self._ews_control = ews, EwsControl(model, controls, ews)
        self._administration = Administration(model, subscriptions, self._on_moved)
        self._tenant, self._load, self._save = tenant, load, save

    def app(self) -> Starlette:
        """Return the `/_control` application."""
        return Starlette(
            routes=[
                *common_routes(
                    self._controls, pending=self.pending, state=self.state, keep=self._save
                ),
                control("notify", self._kept(self.notify), "POST"),
                control("lifecycle", self._kept(self.lifecycle), "POST"),
                control("limits", self._kept(self.limits), "POST", "GET"),
                control("world", self._kept(self.world), "POST"),
                control("scope", self._kept(self.scope), "POST"),
                control("permissions", self._kept(self.permissions), "POST", "GET"),
                control("mailboxes", self._kept(self.mailboxes), "POST"),
                control("groups", self._kept(self.groups), "POST"),
                control("delta", self._kept(self.delta), "POST"),
                control("tokens", self._kept(self.tokens), "POST"),
                control("timing", self._kept(self.timing), "POST", "GET"),
                control("not-built", self.not_built, "GET"),
                *(
                    control(name, self._kept(handler), *methods)
                    for name, handler, methods in self._ews_control.calls()
                ),
            ]
        )

    def _kept(self, handler: Callable[[Request], Any]) -> Callable[[Request], Any]:
        """Make what a control call changed durable before its answer leaves."""

        async def handle(request: Request) -> Response:
            response: Response = await handler(request)
            self._save()
            return response

        return handle

    async def notify(self, request: Request) -> Response:
        order = await parsed(request, Forgery)
        return JSONResponse(await self._forging.send(self._mailbox(order.mail), order))

    async def lifecycle(self, request: Request) -> Response:
        order = await parsed(request, LifecycleOrder)
        mailbox = self._mailbox(order.mail)
        found = self._subscriptions.of_mailbox(mailbox.guid)
        for subscription in found:
            self._notifications.lifecycle(subscription, order.event)
        lost = self._ews_control.lose(mailbox) if order.event == "subscriptionRemoved" else 0
        return JSONResponse({"ok": True, "subscriptions": len(found) + lost})

    async def limits(self, request: Request) -> Response:
        if request.method == "POST":
            order = await parsed(request, Limits)
            given = order.model_dump(exclude_unset=True)
            self._throttle.limits = self._throttle.limits.model_copy(update=given)
        return JSONResponse(self._throttle.limits.model_dump())

    async def world(self, request: Request) -> Response:
        try:
            self._load((await parsed(request, WorldOrder)).world)
        except WorldRefusedError as error:
            raise ControlRefusedError(str(error)) from error
        return done()

    async def scope(self, request: Request) -> Response:
        wanted = (await parsed(request, ScopeOrder)).mailboxes
        self._access.scope = (
            None
            if wanted is None
            else frozenset(self._mailbox(mail).mail.lower() for mail in wanted)
        )
        return done()

    async def permissions(self, request: Request) -> Response:
        if request.method == "POST":
            missing = frozenset((await parsed(request, PermissionsOrder)).missing)
            if unknown := sorted(missing - KNOWN):
                raise ControlRefusedError(
                    f"no permission is called {', '.join(unknown)}; known: {sorted(KNOWN)}"
                )
            self._permissions.missing = missing
        return JSONResponse({"missing": sorted(self._permissions.missing)})

    async def mailboxes(self, request: Request) -> Response:
        order = await parsed(request, MailboxOrder)
        try:
            changed = self._administration.change_mailbox(order)
        except ValueError as error:
            raise ControlRefusedError(str(error)) from error
        return JSONResponse({"id": changed.guid, "mail": changed.mail, "name": changed.name})

    async def groups(self, request: Request) -> Response:
        group = self._administration.change_group(await parsed(request, GroupOrder))
        return JSONResponse({"id": group.guid, "mail": group.mail})

    async def delta(self, request: Request) -> Response:
        wanted = (await parsed(request, DeltaOrder)).mail
        for mailbox in [self._mailbox(wanted)] if wanted else self._model.directory:
            self._expire(mailbox)
        return done()

    async def tokens(self, request: Request) -> Response:
        await parsed(request, TokenOrder)
        self._tokens.revoke_all()
        return done()

    async def timing(self, request: Request) -> Response:
        if request.method == "POST":
            given = (await parsed(request, Timing)).model_dump(exclude_unset=True)
            self._model.set_timing(self._model.timing.model_copy(update=given))
        return JSONResponse(self._model.timing.model_dump())

    async def not_built(self, _: Request) -> Response:
        return JSONResponse(not_built.listed())

    def pending(self) -> Json:
        """Return what is still to happen by itself, delayed and repeated things included.

        Beyond the contract: `due` counts what should have happened by now or is happening,
        `next_due` is the moment of the next thing of any kind (warnings before a subscription
        lapses too), `delivered` the notifications answered with 2xx so far.
        """
        agenda = self._model.chores.agenda
        next_due = agenda.next_due()
        return {
            "notifications": agenda.pending("notifications"),
            "assistant": agenda.pending("assistant"),
            "drafts": 0,
            "due": agenda.pending(before=self._model.clock.now()),
            "next_due": None if next_due is None else iso(next_due),
            "delivered": self._deliveries.delivered + self._ews.pushing.delivered,
        }

    def state(self) -> Json:
        view = View(properties=None)
        shown = {
            mailbox.mail: {"events": [self._event(item, view) for item in self._items(mailbox)]}
            for mailbox in self._model.directory
            if mailbox.has_mailbox and not mailbox.is_system
        }
        return {
            "mailboxes": shown,
            "subscriptions": [
                {
                    "id": s.id,
                    "mail": self._model.directory.of_guid(s.mailbox).mail,
                    "resource": s.resource,
                    "clientState": s.client_state,
                    "notificationUrl": s.notification_url,
                    "lifecycleNotificationUrl": s.lifecycle_url,
                    "expirationDateTime": instant_text(s.expires),
                    "tenantId": self._tenant,
                }
                for s in self._subscriptions.live()
            ]
            + self._ews_control.subscriptions(),
        }

    def _items(self, mailbox: Mailbox) -> list[Any]:
        return list(self._model.store.items(mailbox.guid))

    def _event(self, item: Any, view: View) -> Json:  # noqa: ANN401 - an Item
        shown = event_json(item, view)
        shown.pop("parentFolderId", None)
        shown.setdefault("singleValueExtendedProperties", [])
        if item.is_master:
            shown["cancelledOccurrences"] = cancelled_json(item, view)
            shown["exceptionOccurrences"] = [
                self._event(exception, view) for exception in self._model.series.exceptions(item)
            ]
        owner = self._model.directory.of_guid(item.mailbox)
        if owner.is_on_premises:
            shown["ewsId"] = ids.item_id(owner, item.rest_id)
        return shown | {"immutableId": item.immutable_id, "isDeleted": item.is_deleted}

    def _expire(self, mailbox: Mailbox) -> None:
        self._delta.expire(mailbox)
        self._ews.states.expire(mailbox)

    def _on_moved(self, mailbox: Mailbox) -> None:
        self._expire(mailbox)
        self._ews_control.lose(mailbox)

    def _mailbox(self, mail: str) -> Mailbox:
        mailbox = self._model.directory.find(mail)
        if mailbox is None or not mailbox.has_mailbox:
            raise ControlRefusedError(f"there is no mailbox {mail!r}")
        return mailbox
