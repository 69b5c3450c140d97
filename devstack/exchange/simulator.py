"""Puts the simulator together: model, both faces, control API, everything on one clock."""

import httpx
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from devstack.exchange.control import ExchangeControl
from devstack.exchange.ews.accounts import ServiceAccount
from devstack.exchange.ews.bearers import Bearers
from devstack.exchange.ews.face import Ews
from devstack.exchange.ews.pushing import PushEndpoint
from devstack.exchange.faces import Faces
from devstack.exchange.forging import Forging
from devstack.exchange.graph.access import Access
from devstack.exchange.graph.actions import Actions
from devstack.exchange.graph.app import GraphFace
from devstack.exchange.graph.batch import Batch
from devstack.exchange.graph.calendar_view import CalendarView
from devstack.exchange.graph.calendars import Calendars
from devstack.exchange.graph.configurations import Configurations
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.delivery import Deliveries, Endpoint, HttpEndpoint
from devstack.exchange.graph.delta import Delta
from devstack.exchange.graph.delta_rounds import DeltaRounds
from devstack.exchange.graph.event_deeds import EventDeeds
from devstack.exchange.graph.events import Events
from devstack.exchange.graph.groups import Groups
from devstack.exchange.graph.mail import Mail
from devstack.exchange.graph.mailing import Mailing
from devstack.exchange.graph.not_built import add_not_built
from devstack.exchange.graph.notifications import Notifications
from devstack.exchange.graph.permissions import Permissions
from devstack.exchange.graph.places import Places
from devstack.exchange.graph.schedule import Schedule
from devstack.exchange.graph.subscribing import Subscribing
from devstack.exchange.graph.subscription_calls import SubscriptionCalls
from devstack.exchange.graph.subscriptions import Subscriptions
from devstack.exchange.graph.throttle import Throttle
from devstack.exchange.graph.tokens import Credentials, Tokens
from devstack.exchange.graph.users import Users
from devstack.exchange.graph.validation import EndpointValidation
from devstack.exchange.loading import load_directory, place_events, read_events
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.timing import Timing
from devstack.exchange.settings_shelf import SettingsShelf
from devstack.exchange.switches import exchange_switches
from devstack.kit.agenda import Agenda
from devstack.kit.clock import Clock
from devstack.kit.control import Controls, StampClock
from devstack.kit.desk import Desk
from devstack.kit.journal import Ledger, MailEntry, RequestEntry
from devstack.kit.shelf import Shelf
from devstack.kit.switches import Switches
from devstack.kit.world import World


class ExchangeSimulator:
    """Exchange with its faces; `app` is the ASGI application, `agenda` its own doings.

    Run the agenda with `run_forever` beside a server, or `run_due` in a test. Notifications leave
    through `transport` (the network by default), or `endpoint` and `push_endpoint` (those of EWS)
    take them without any HTTP. What `shelf` holds is taken up again.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 0,
        shelf: Shelf | None = None,
        timing: Timing | None = None,
        credentials: Credentials | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        endpoint: Endpoint | None = None,
        service_account: ServiceAccount | None = None,
        push_endpoint: PushEndpoint | None = None,
    ) -> None:
        self.clock, self.shelf = clock, shelf or Shelf()
        self.credentials = credentials or Credentials()
        self.agenda = Agenda(clock)
        self.switches = exchange_switches()
        self.controls = _controls(clock, self.shelf, self.switches)
        self.model = Exchange(
            agenda=self.agenda, controls=self.controls, seed=seed, timing=timing or Timing()
        )
        self._client = httpx.AsyncClient(transport=transport, trust_env=False)
        callee = endpoint or HttpEndpoint(self._client)
        self.tokens = Tokens(clock, self.shelf, self.credentials)
        self.access = Access(self.model, self.tokens)
        self.throttle, self.permissions = Throttle(clock), Permissions()
        self.deeds, self.delta = EventDeeds(self.model), DeltaRounds(self.model)
        self.mailing = Mailing(self.model)
        self.subscriptions = Subscriptions(clock, self.shelf)
        self.notifications = Notifications(
            self.model,
            self.subscriptions,
            self.credentials.tenant,
            lambda: self.controls.delivery,
        )
        self.deliveries = Deliveries(
            self.model,
            callee,
            self.notifications.lost,
            lambda: self.controls.delivery.silent,
        )
        self.subscribing = Subscribing(
            self.model,
            self.subscriptions,
            self.notifications,
            self.throttle,
            EndpointValidation(callee),
        )
        self.model.store.listeners.append(self.notifications.on_change)
        self.service_account = service_account or ServiceAccount()
        self.ews = Ews(
            self.model,
            self.mailing,
            self.controls,
            account=self.service_account,
            bearers=Bearers(self.tokens, self.permissions, self.credentials.tenant),
            client=self._client,
            endpoint=push_endpoint,
        )
        self._settings = SettingsShelf(
            self.shelf,
            self.controls,
            throttle=self.throttle,
            access=self.access,
            permissions=self.permissions,
            model=self.model,
            ews=self.ews,
        )
        self._desk = self._build_desk()
        self._settings.restore()
        self.model.restore()

    @property
    def is_loaded(self) -> bool:
        """Whether a world was loaded, now or before a kill."""
        return any(True for _ in self.model.directory)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request: control calls are not logged, everything else passes the desk."""
        if scope["type"] == "http" and scope["path"].startswith("/_control"):
            await self._control(scope, receive, send)
            return
        await self._desk(scope, receive, send)

    def load(self, world: World) -> None:
        """Replace everything by `world`: data, logs, faults, switches and other settings.

        A world that cannot be is a WorldRefusedError and leaves the old one in place. Application
        tokens stay good.
        """
        directory = load_directory(world)
        seeds = read_events(world, directory)
        self.model.clear()
        self.agenda.clear()
        self.shelf.clear()
        for part in (self.subscriptions, self.throttle, self.deliveries, self.delta, self.ews):
            part.clear()
        self.tokens.keep()
        self.controls.requests.clear()
        self.controls.mails.clear()
        self._settings.reset()
        self.model.use_directory(directory)
        place_events(seeds, self.model)
        self._settings.save()

    async def close(self) -> None:
        """Let go of connections and files."""
        await self._client.aclose()
        self.shelf.close()

    def _build_desk(self) -> Desk:
        face = GraphFace(
            clock=self.clock,
            access=self.access,
            throttle=self.throttle,
            permissions=self.permissions,
        )
        context = Context(self.model, self.access, self.throttle, self.deeds)
        batch = Batch()
        subscription_calls = SubscriptionCalls(context, self.subscribing, self.credentials)
        for part in (
            CalendarView(context), Delta(context, self.delta), Actions(context),
            Schedule(context), Mail(context, self.mailing), Calendars(context), Users(context),
            Groups(context), Places(context), subscription_calls, batch,
        ):  # fmt: skip
            part.routes(face.versioned)
        add_not_built(face.versioned)
        Configurations(context).routes(face.beta)
        Events(context).routes(face.versioned)
        self.tokens.routes(face.bare)
        faces = Faces(graph=face, ews=self.ews.app, access=self.access, ews_access=self.ews.access)
        desk = Desk(
            faces,
            clock=self.clock,
            faults=self.controls.faults,
            requests=self.controls.requests,
            shelf=self.shelf,
            identify=faces.identify,
        )
        batch.dispatch = desk
        self._control = self._build_control()
        return desk

    def _build_control(self) -> Starlette:
        return ExchangeControl(
            model=self.model,
            controls=self.controls,
            subscriptions=self.subscriptions,
            notifications=self.notifications,
            throttle=self.throttle,
            access=self.access,
            permissions=self.permissions,
            tokens=self.tokens,
            delta=self.delta,
            deliveries=self.deliveries,
            ews=self.ews,
            forging=Forging(self.model, self.subscriptions, self.notifications, self.deliveries),
            tenant=self.credentials.tenant,
            load=self.load,
            save=self._settings.save,
        ).app()


def _controls(clock: Clock, shelf: Shelf, switches: Switches) -> Controls:
    return Controls(
        stamps=StampClock(clock),
        shelf=shelf,
        requests=Ledger("request", RequestEntry, shelf),
        mails=Ledger("mail", MailEntry, shelf),
        switches=switches,
    )
