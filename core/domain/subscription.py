"""A standing order for change notifications of one mailbox."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.event import EventPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What we know of a subscription. The secret is kept only as a hash (ews-and-security B2).

    `created_at` is when its present life began, renewals included; `secret_since` when it was made,
    and its secret with it. `watched_since` is when the first of those was made that replaced each
    other for lack of a renewal, without a gap. `made_by` marks the credentials that made it
    (R-047). One that another has replaced is believed until `retired_until`: what it told may still
    be under way.
    """

    subscription_id: str
    place: EventPlace
    secret_hash: str
    created_at: datetime
    expires_at: datetime
    notification_url: str
    secret_since: datetime | None = None
    watched_since: datetime | None = None
    made_by: str = ""
    retired_until: datetime | None = None
    version: str | None = None

    @property
    def watches_since(self) -> datetime:
        """Since when the mailbox is watched, by this one and those that it followed in time."""
        return self.watched_since or self.secret_since or self.created_at

    @property
    def callback(self) -> str:
        """Return by which of our pages its notifications come: `graph` or `exchange`."""
        return self.notification_url.rstrip("/").rpartition("/")[2]
