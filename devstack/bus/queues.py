"""The queues a broker is started with: their settings, and those of the product."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueConfig:
    """The settings of one queue, as an operator sets them in Azure; durations in seconds.

    Locks run on real time; the duplicate window and the time to live on the stack's clock.
    `None` switches duplicate detection or the default time to live off.
    """

    lock_duration_s: float = 60.0
    max_delivery_count: int = 10
    requires_session: bool = False
    duplicate_detection_window_s: float | None = None
    default_ttl_s: float | None = None
    dead_letter_on_expiration: bool = False

    def __post_init__(self) -> None:
        durations = (self.lock_duration_s, self.duplicate_detection_window_s, self.default_ttl_s)
        if any(duration is not None and duration <= 0 for duration in durations):
            raise ValueError("a queue's durations must be positive; None switches them off")
        if self.max_delivery_count < 1:
            raise ValueError(
                f"max_delivery_count must be at least 1, not {self.max_delivery_count}"
            )


PRODUCT_QUEUES: Mapping[str, QueueConfig] = MappingProxyType(
    {
        # No duplicate detection: a message says «look», and the one dropped might have mattered.
        "sync-items": QueueConfig(requires_session=True, lock_duration_s=60.0),
        "mailbox-jobs": QueueConfig(requires_session=True, lock_duration_s=60.0),
        "notices": QueueConfig(duplicate_detection_window_s=600.0, lock_duration_s=30.0),
        "failed-items": QueueConfig(lock_duration_s=30.0),
    }
)
"""What the product declares in Azure (design section 6)."""
