"""A standing order for change notifications of one mailbox."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.event import EventPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What we know of a subscription. The secret is kept only as a hash (ews-and-security B2)."""

    subscription_id: str
    place: EventPlace
    secret_hash: str
    created_at: datetime
    expires_at: datetime
    notification_url: str
    version: str | None = None
