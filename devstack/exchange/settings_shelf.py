"""What the control API has set, kept over a kill."""

from datetime import timedelta

from devstack.exchange.ews.face import Ews
from devstack.exchange.graph.access import Access
from devstack.exchange.graph.permissions import Permissions
from devstack.exchange.graph.throttle import Limits, Throttle
from devstack.exchange.model.exchange import Exchange
from devstack.kit.control import Controls, Delivery
from devstack.kit.shelf import Shelf

SHELF_KIND = "settings"


class SettingsShelf:
    """Saves and restores switches, delivery, limits, timing, access, permissions and skew."""

    def __init__(
        self, shelf: Shelf, controls: Controls, *, throttle: Throttle, access: Access,
        permissions: Permissions, model: Exchange, ews: Ews,
    ) -> None:  # fmt: skip
        self._shelf, self._controls, self._throttle = shelf, controls, throttle
        self._access, self._permissions, self._model = access, permissions, model
        self._ews = ews
        self._first_timing = model.timing

    def reset(self) -> None:
        """Put everything back to where a fresh simulator has it, faults too."""
        controls = self._controls
        controls.faults.clear()
        controls.delivery = Delivery()
        controls.stamps.skew = timedelta(0)
        for switch in controls.switches.known.values():
            switch.value = switch.options[0]
        self._throttle.limits, self._access.scope = Limits(), None
        self._permissions.missing = frozenset()
        self._ews.throttle.limits, self._ews.access.scope = {}, None
        self._model.set_timing(self._first_timing)

    def save(self) -> None:
        controls = self._controls
        values = {
            "switches": {name: s.value for name, s in controls.switches.known.items()},
            "delivery": controls.delivery,
            "skew": controls.stamps.skew,
            "limits": self._throttle.limits,
            "scope": self._access.scope,
            "missing": self._permissions.missing,
            "timing": self._model.timing,
            "ews_limits": self._ews.throttle.limits,
            "ews_scope": self._ews.access.scope,
        }
        self._shelf.put(SHELF_KIND, "settings", values)
        self._shelf.flush()

    def restore(self) -> None:
        for _, values in self._shelf.load(SHELF_KIND):
            for name, value in values["switches"].items():
                self._controls.switches.set(name, value)
            self._controls.delivery = values["delivery"]
            self._controls.stamps.skew = values["skew"]
            self._throttle.limits = values["limits"]
            self._access.scope = values["scope"]
            self._permissions.missing = values.get("missing", frozenset())
            self._model.set_timing(values["timing"])
            self._ews.throttle.limits = values.get("ews_limits", {})
            self._ews.access.scope = values.get("ews_scope")
