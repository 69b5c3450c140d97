"""What every decision may look at besides the two sides: settings, hash keys, the moment."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.directory import Directory
from core.sync.fingerprint import HashKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Settings, hash keys, the moment of the decision.

    `is_by_hand`: an operator asked for this look, so that what is older than the sync of its
    people and resources is dealt with, too (D11). `attempt` counts earlier tries of the look.
    """

    directory: Directory
    keys: HashKeys
    now: datetime
    is_by_hand: bool = False
    attempt: int = 0
