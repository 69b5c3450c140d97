"""Which refusal a code in ROOMS' answer names, as far as codes are known.

ROOMS documents neither the codes nor where in `messageData` they are (rooms-api 1), so any short
text there may be one, in any spelling; what is not known here names nothing.
"""

import re
from collections.abc import Iterable

from core.domain.refusal import RefusalCode

_KNOWN = {
    "occupied": RefusalCode.OCCUPIED,
    "conflict": RefusalCode.OCCUPIED,
    "blockingtime": RefusalCode.BLOCKING_TIME,
    "outsideopeninghours": RefusalCode.CLOSED,
    "openinghours": RefusalCode.CLOSED,
    "closed": RefusalCode.CLOSED,
    "holiday": RefusalCode.HOLIDAY,
    "toolong": RefusalCode.TOO_LONG,
    "maxduration": RefusalCode.TOO_LONG,
    "tooshort": RefusalCode.TOO_SHORT,
    "minduration": RefusalCode.TOO_SHORT,
    "tooearly": RefusalCode.TOO_EARLY,
    "toofarahead": RefusalCode.TOO_EARLY,
    "toolate": RefusalCode.TOO_LATE,
    "past": RefusalCode.TOO_LATE,
    "capacity": RefusalCode.CAPACITY,
    "inactive": RefusalCode.INACTIVE,
    "inactiveresource": RefusalCode.INACTIVE,
    "rightbook": RefusalCode.NO_RIGHT,
    "rightforothers": RefusalCode.NO_RIGHT,
    "rightdefinitive": RefusalCode.NO_RIGHT,
    "noright": RefusalCode.NO_RIGHT,
    "rightprivate": RefusalCode.PRIVATE_NOT_ALLOWED,
    "privatenotallowed": RefusalCode.PRIVATE_NOT_ALLOWED,
}
_LONGEST_CODE = 40


def named_reason(words: Iterable[object]) -> RefusalCode | None:
    """Return the refusal that the first known code among `words` names, None without any."""
    for word in words:
        if isinstance(word, str) and len(word) <= _LONGEST_CODE:
            found = _KNOWN.get(re.sub(r"[^a-z]", "", word.lower()))
            if found is not None:
                return found
    return None
