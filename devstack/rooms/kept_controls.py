"""What the control API has set beside switches and webhook target, kept over a kill."""

from datetime import timedelta

from devstack.kit.control import Controls, Delivery
from devstack.kit.shelf import Shelf

SHELF_KIND = "controls"


class KeptControls:
    """Saves how webhooks travel and how far the time stamps are off; restores both at the start."""

    def __init__(self, controls: Controls, shelf: Shelf) -> None:
        self._controls, self._shelf = controls, shelf
        for _, (delivery, skew) in shelf.load(SHELF_KIND):
            controls.delivery, controls.stamps.skew = delivery, skew

    def save(self) -> None:
        """Write both at once."""
        content = (self._controls.delivery, self._controls.stamps.skew)
        self._shelf.put(SHELF_KIND, "controls", content)
        self._shelf.flush()

    def reset(self) -> None:
        """Put both back; the shelf is cleared by the store."""
        self._controls.delivery, self._controls.stamps.skew = Delivery(), timedelta(0)
