"""Does a secret or certificate in the vault end soon? Names and ends are asked for, no values."""

from datetime import datetime

from core.app.secret_watch import days_left, ending_soon
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.errors import RoomSyncError
from core.ports.clock import Clock
from core.ports.vault import SecretEnd, SecretEnds


async def secret_findings(vault: SecretEnds | None, clock: Clock) -> list[Finding]:
    """Return what has ended or ends within 60 days, the next one first; without a vault nothing."""
    if vault is None:
        return []
    now = clock.now()
    try:
        ending = await ending_soon(vault, now)
    except RoomSyncError as error:
        return [found(Kind.ENDS_UNASKED, Part.SERVICE, error=error)]
    return [_told(secret, now) for secret in ending]


def _told(secret: SecretEnd, now: datetime) -> Finding:
    at, days = f"{secret.ends_at:%Y-%m-%d %H:%M}", days_left(secret, now)
    if days < 0:
        return found(Kind.HAS_ENDED, Part.SERVICE, secret=secret.name, at=at)
    return found(Kind.ENDS_SOON, Part.SERVICE, secret=secret.name, at=at, days=days)
