"""The link of an event that an answer leaves out."""

from dataclasses import replace

from core.domain.buffer_mark import mark_in
from core.domain.event import Event


def linked(event: Event, link: str | None) -> Event:
    """Return an event with the link that it is known to carry, should it not tell."""
    if link is None or event.appointment_oid or event.buffer:
        return event
    mark = mark_in(link)
    return replace(event, appointment_oid=None if mark else link, buffer=mark)
