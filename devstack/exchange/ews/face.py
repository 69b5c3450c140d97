"""Puts the EWS face together on a model."""

import httpx

from devstack.exchange.ews.access import EwsAccess
from devstack.exchange.ews.accounts import Accounts, ServiceAccount
from devstack.exchange.ews.app import EwsFace
from devstack.exchange.ews.availability import Availability
from devstack.exchange.ews.bearers import Bearers
from devstack.exchange.ews.configurations import Configurations
from devstack.exchange.ews.deeds import Deeds
from devstack.exchange.ews.directory import AddressBook
from devstack.exchange.ews.finding import Finding
from devstack.exchange.ews.folders import Folders
from devstack.exchange.ews.messages import Messages
from devstack.exchange.ews.pushing import HttpPushEndpoint, PushEndpoint, Pushing
from devstack.exchange.ews.reading import Reading
from devstack.exchange.ews.responding import Responding
from devstack.exchange.ews.subscriptions import PushSubscriptions, Subscribing
from devstack.exchange.ews.sync_states import SyncStates
from devstack.exchange.ews.syncing import Syncing
from devstack.exchange.ews.throttle import EwsThrottle
from devstack.exchange.ews.writing import Writing
from devstack.exchange.graph.mailing import Mailing
from devstack.exchange.model.exchange import Exchange
from devstack.kit.control import Controls


class Ews:
    """All parts of the face that others drive: the application and what the control API sets."""

    def __init__(
        self, model: Exchange, mailing: Mailing, controls: Controls, *, account: ServiceAccount,
        bearers: Bearers, client: httpx.AsyncClient, endpoint: PushEndpoint | None,
    ) -> None:  # fmt: skip
        self.accounts = Accounts(model, model.clock, account, bearers)
        self.access = EwsAccess(model, self.accounts)
        self.throttle, self.states = EwsThrottle(model.clock), SyncStates(model)
        self.subscriptions = PushSubscriptions(model)
        self.pushing = Pushing(
            model, self.subscriptions, endpoint or HttpPushEndpoint(client),
            lambda: controls.delivery,
        )  # fmt: skip
        self.messages = Messages(model, mailing)
        self.app = EwsFace(model, self.access, self.throttle)
        self._add_operations(model)

    def clear(self) -> None:
        """Forget what belongs to a world."""
        for part in (self.accounts, self.states, self.subscriptions, self.messages, self.throttle):
            part.clear()

    def _add_operations(self, model: Exchange) -> None:
        folders, reading, deeds = Folders(model, self.access), Reading(model), Deeds(model)
        responding = Responding(model, deeds, reading)
        writing = Writing(
            deeds=deeds,
            folders=folders,
            reading=reading,
            messages=self.messages,
            responding=responding,
        )
        for part in (
            folders, Finding(model, folders, reading, self.messages), writing, self.messages,
            Syncing(model, folders, reading, self.states), Availability(model, self.access),
            AddressBook(model, self.access), Configurations(model, folders),
            Subscribing(folders, self.subscriptions, self.pushing.begin),
        ):  # fmt: skip
            part.operations(self.app.operations)
