"""How many creates and cancels one mailbox may see before a person must look (design 6)."""

from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What the guard counts: linking and rebuilding do not count, they create nothing."""

    CREATE = "create"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardLimits:
    """More than `creates` or `cancels` in `window_s` seconds stop a mailbox."""

    creates: int = 50
    cancels: int = 20
    window_s: float = 600.0

    def allows(self, deed: Deed, count: int) -> bool:
        """Tell whether the `count`-th deed within the window is still ordinary."""
        return count <= (self.creates if deed is Deed.CREATE else self.cancels)
