"""A running booking that ROOMS makes longer by itself: known to both, shown to nobody (R-112).

ROOMS does not say that it was not a person. Every change of the event is mailed to its attendees,
so with attendees the later end stays in ROOMS; a meeting that nobody was invited to follows. When
the meeting is over, the difference is past.
"""

from core.domain.meeting import Aspect
from core.sync.context import Context
from core.sync.sides import Pair


def stays_in_rooms(pair: Pair, context: Context) -> bool:
    """Tell whether a booking that is under way has only been made longer, with people invited."""
    rooms, exchange = pair.rooms.time, pair.exchange.time
    return (
        Aspect.TIME in pair.changed.rooms - pair.changed.exchange
        and bool(pair.exchange.attendees)
        and rooms.start == exchange.start <= context.now
        and rooms.end > exchange.end
    )
