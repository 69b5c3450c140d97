"""Which event and which booking belong to each meeting of the script."""

from dataclasses import dataclass, field

from devstack.demo.picture import BookingView, EventPlace, EventView, Picture


@dataclass(slots=True)
class Handle:
    """Where a meeting is found; None = not there, or not known yet."""

    event: EventPlace | None = None
    booking: int | None = None
    link: str | None = None


@dataclass(slots=True)
class Roll:
    """Handles by meeting, and everything that ever belonged to a meeting."""

    handles: dict[str, Handle] = field(default_factory=dict)
    owners: dict[object, str] = field(default_factory=dict)
    """Meetings by event id (str), booking id (int) or link."""

    def handle(self, meeting: str) -> Handle:
        return self.handles.setdefault(meeting, Handle())

    def look_again(self, picture: Picture) -> None:
        """Find counterparts made since the last look."""
        for meeting, handle in self.handles.items():
            event, booking = self.event(meeting, picture), self.booking(meeting, picture)
            handle.link = _link(booking, event) or handle.link
            if handle.link is not None:
                if event is None or not event.is_alive:
                    event = picture.event_linked(handle.link) or event
                if booking is None or not booking.is_alive:
                    booking = picture.booking_linked(handle.link) or booking
            self._note(meeting, handle, event, booking)

    def event(self, meeting: str, picture: Picture) -> EventView | None:
        """Return the event of a meeting as the picture has it."""
        place = self.handle(meeting).event
        return None if place is None else picture.events.get(place)

    def booking(self, meeting: str, picture: Picture) -> BookingView | None:
        """Return the booking of a meeting as the picture has it."""
        number = self.handle(meeting).booking
        return None if number is None else picture.bookings.get(number)

    def _note(
        self, meeting: str, handle: Handle, event: EventView | None, booking: BookingView | None
    ) -> None:
        if event is not None:
            handle.event = event.key
            self.owners[event.event_id] = meeting
        if booking is not None:
            handle.booking = booking.booking_id
            self.owners[booking.booking_id] = meeting
        if handle.link is not None:
            self.owners[handle.link] = meeting


def _link(booking: BookingView | None, event: EventView | None) -> str | None:
    """Return the link that either side carries; ROOMS' first, because a booking has only one."""
    if booking is not None and booking.link is not None:
        return booking.link
    return None if event is None else event.link
