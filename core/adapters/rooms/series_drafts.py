"""A series in a draft of ROOMS: drawn up, its dates moved (rooms-api 4).

A date is taken as valid when nothing is said against it: what the numbers of `validationState`
mean is not documented (rooms-api 7).
"""

from core.adapters.rooms.client import ERROR_LEVEL, RoomsConnection, SaidNoError
from core.adapters.rooms.payloads import SeriesItemLine
from core.adapters.rooms.reasons import named_reason
from core.adapters.rooms.requests import Body
from core.domain.refusal import RefusalCode
from core.domain.series_draft import DateRefusal
from core.errors import ServiceUnavailableError


class SeriesDrafts:
    """Handles the recurrence of tempdataContexts."""

    def __init__(self, connection: RoomsConnection) -> None:
        self._connection = connection

    async def draw_up(self, body: Body) -> list[SeriesItemLine]:
        """Draw up a series, in place of one that is there already; SaidNoError when refused."""
        doing = "drawing up a series"
        content = await self._connection.post("v1.0/reservation/recurrence/create", doing, body)
        if not isinstance(content, list):
            raise ServiceUnavailableError(f"ROOMS' answer cannot be read while {doing}")
        return [_item(entry, doing) for entry in content]

    async def move(self, body: Body) -> SeriesItemLine:
        """Give one date another time or room; SaidNoError when refused."""
        doing = "moving a date of a series"
        try:
            content = await self._connection.put("v1.0/reservation/recurrence/update", doing, body)
        except SaidNoError as no:
            line = SeriesItemLine.read(no.content, "date of a series")
            if not line.id:
                raise
            return line  # the date itself, with what stands against it
        return _item(content, doing)


def refusal_of(line: SeriesItemLine) -> DateRefusal | None:
    """Return what ROOMS says against a date, None when nothing does; the text is ROOMS' own."""
    errors = [m for m in line.message_list if m.message_level in {None, ERROR_LEVEL}]
    text = line.validation_message.strip() or " ".join(m.message for m in errors).strip()
    if not text and not errors:
        return None
    named = named_reason(value for m in errors for value in m.message_data.values())
    return DateRefusal(named or RefusalCode.NOT_ALLOWED, text)


def _item(entry: object, doing: str) -> SeriesItemLine:
    line = SeriesItemLine.read(entry, "date of a series")
    if not line.id:
        raise SaidNoError(doing, " ".join(m.message for m in line.message_list), entry)
    if line.time is None:
        raise ServiceUnavailableError(f"ROOMS' answer cannot be read while {doing}")
    return line
