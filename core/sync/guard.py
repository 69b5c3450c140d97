"""How many creates and cancels one mailbox may see before a person must look (design 6)."""

from dataclasses import dataclass
from enum import StrEnum

from core.sync.losses import FEWEST


class Deed(StrEnum):
    """What the guard counts: linking and rebuilding do not count, they create nothing."""

    CREATE = "create"
    CANCEL = "cancel"
    BUFFER = "buffer"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardLimits:
    """More than `creates` or `cancels` in `window_s` seconds stop a mailbox.

    Buffers reach nobody and are made again from nothing: more than `buffers` stop nobody, the
    others follow when the window is over. `missing`: so many items, and more than half, that are
    gone at once stop a mailbox before anything is deleted (S22).
    """

    creates: int = 50
    cancels: int = 20
    buffers: int = 300
    missing: int = FEWEST
    window_s: float = 600.0

    def allows(self, deed: Deed, count: int) -> bool:
        """Tell whether the `count`-th deed within the window is still ordinary."""
        most = {Deed.CREATE: self.creates, Deed.CANCEL: self.cancels, Deed.BUFFER: self.buffers}
        return count <= most[deed]
