"""How long a service asks to wait: the Retry-After header of RFC 9110, in both forms."""

import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

_LONGEST = timedelta(days=1)
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the answer asks for, None when it says nothing usable.

    A date is measured against the answer's own Date header, so that no clock of ours is needed;
    nothing asks for more than a day.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    seconds = (
        float(text) if _SECONDS.fullmatch(text) else _seconds_until(text, headers.get("date", ""))
    )
    return None if seconds is None else min(max(seconds, 0.0), _LONGEST.total_seconds())


def _seconds_until(due: str, now: str) -> float | None:
    try:
        return (parsedate_to_datetime(due) - parsedate_to_datetime(now)).total_seconds()
    except (ValueError, TypeError):
        return None
