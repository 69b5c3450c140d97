"""What is known of the notifications of one mailbox, or of ROOMS: kept only while it matters."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.event import EventPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRecord:
    """Whether changes are told; `place` None is ROOMS' webhook (S16).

    `untold_since` and `untold_at` are the first and the latest change that had to be found, since
    the last one that was told; `silent_since` is set once it is certain that nobody tells of them.
    `heard_at` is kept of ROOMS only: a webhook that was never heard is not missed.
    """

    place: EventPlace | None
    untold_since: datetime | None = None
    untold_at: datetime | None = None
    silent_since: datetime | None = None
    made_anew_at: datetime | None = None
    heard_at: datetime | None = None
    version: str | None = None
