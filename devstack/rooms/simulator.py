"""The ROOMS simulator: model, REST face, webhooks and control API on one clock."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from devstack.kit.agenda import Agenda
from devstack.kit.clock import Clock
from devstack.kit.control import Controls, StampClock
from devstack.kit.desk import Desk
from devstack.kit.journal import Ledger, MailEntry, RequestEntry
from devstack.kit.shelf import Shelf
from devstack.kit.world import World
from devstack.rooms.control import control_routes
from devstack.rooms.face.app import RestFace
from devstack.rooms.face.auth import Gate, Registration
from devstack.rooms.face.booking_views import BookingViews
from devstack.rooms.kept_controls import KeptControls
from devstack.rooms.model import drafting, extension, no_show, temporary
from devstack.rooms.model.house import House
from devstack.rooms.model.store import Store
from devstack.rooms.open_questions import KeptSwitches
from devstack.rooms.seeding import load_world
from devstack.rooms.webhooks import HttpEndpoint, Target, WebhookEndpoint, WebhookSender

REGISTRATION = Registration(
    client_id="rooms-sync",
    client_secret="rooms-sync-secret",  # noqa: S106 - opens nothing but this simulator
    api_key="900001",
)


class RoomsSimulator:
    """One installation of ROOMS for the local stack or for a test in one process.

    `app` is the ASGI app (REST, `/connect/token`, `/_control`); `agenda` holds what it will do by
    itself: in a test call `await agenda.run_due()` after moving the clock. Webhooks leave through
    `transport`, or `endpoint` takes them without any HTTP. With a `shelf` that has a path,
    everything survives `kill -9`; a shelf with content is continued, not reloaded.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        seed: int = 0,
        shelf: Shelf | None = None,
        registration: Registration = REGISTRATION,
        webhook: Target | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        endpoint: WebhookEndpoint | None = None,
    ) -> None:
        self.clock, self.registration = clock, registration
        self.shelf = shelf or Shelf()
        self.agenda = Agenda(clock)
        self.switches = KeptSwitches(self.shelf)
        self.controls = Controls(
            stamps=StampClock(clock),
            shelf=self.shelf,
            requests=Ledger("request", RequestEntry, self.shelf),
            mails=Ledger("mail", MailEntry, self.shelf),
            switches=self.switches,
        )
        self._kept_controls = KeptControls(self.controls, self.shelf)
        store = Store(self.shelf, self.controls.stamps, self.switches, seed)
        self.house = House(
            store=store,
            clock=clock,
            switches=self.switches,
            agenda=self.agenda,
            mails=self.controls.mails,
            shelf=self.shelf,
        )
        self._http = HttpEndpoint(transport)
        self.webhooks = WebhookSender(
            agenda=self.agenda,
            shelf=self.shelf,
            delivery=lambda: self.controls.delivery,
            target=webhook,
            endpoint=endpoint or self._http,
            seed=seed,
        )
        store.listeners.append(self._announce)
        self.app = self._put_together()
        self._wake_up()

    @property
    def is_loaded(self) -> bool:
        """Whether a world has been loaded, now or before a restart."""
        return "mandator" in self.house.store.settings

    def load(self, world: World) -> None:
        """Replace everything by a world: data, logs, faults, switches, webhook target.

        A world that does not fit together is a ValueError and leaves ROOMS empty.
        """
        self.agenda.clear()
        self.house.alarms.clear()
        self.controls.requests.clear()
        self.controls.mails.clear()
        self.controls.faults.clear()
        self._kept_controls.reset()
        self.switches.reset()
        self.webhooks.reset()
        self.views.forget()
        self.house.store.clear()
        self.house.cause = {"actor": "rooms", "request": None}
        try:
            load_world(self.house, world, self.registration.api_key)
        except ValueError:
            self.house.store.clear()
            raise
        finally:
            self.shelf.flush()

    async def aclose(self) -> None:
        """Close what was opened: the HTTP client of the webhooks and the shelf."""
        await self._http.aclose()
        self.shelf.close()

    def _put_together(self) -> "_Front":
        gate = Gate(self.house, self.registration)
        self.views = BookingViews(self.house.store, self.clock, self.switches)
        face = RestFace(self.house, gate, self.views)
        desk = Desk(
            face.app,
            clock=self.clock,
            faults=self.controls.faults,
            requests=self.controls.requests,
            shelf=self.shelf,
            identify=lambda _, headers: gate.caller(headers),
        )
        routes = control_routes(
            self,
            self.controls,
            self.house,
            self.views,
            self.webhooks,
            keep=self._kept_controls.save,
        )
        return _Front(desk, Starlette(routes=routes, lifespan=self._lifespan))

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        agenda = asyncio.create_task(self.agenda.run_forever())
        try:
            yield
        finally:
            agenda.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await agenda
            await self.aclose()

    def _announce(self, booking_id: int, modified_on: datetime) -> None:
        mandator = str(self.house.store.settings["mandator"])
        self.webhooks.announce(mandator, booking_id, modified_on)

    def _wake_up(self) -> None:
        """Set the alarms again that were lost with the former process."""
        for draft in self.house.store.drafts.values():
            drafting.watch(self.house, draft)
        for booking in self.house.store.bookings.values():
            temporary.watch(self.house, booking)
            no_show.watch(self.house, booking)
            extension.watch(self.house, booking)


class _Front:
    """Sends control calls past the desk: they are neither logged nor faulted."""

    def __init__(self, desk: Desk, control: Starlette) -> None:
        self._desk, self._control = desk, control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        past_desk = scope["type"] != "http" or scope["path"].startswith("/_control")
        await (self._control if past_desk else self._desk)(scope, receive, send)
