"""Keys of work items as they travel in messages: one form per kind, told apart by "kind"."""

from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from core.domain.event import EventPlace
from core.domain.ids import BookingId, EnvironmentId, EventId, ICalUid, MailboxKey, MappingId
from core.domain.work import BookingKey, EventKey, ICalKey, ItemKey, MappingKey

Id = Annotated[str, Field(min_length=1, max_length=4096)]
Name = Annotated[str, Field(min_length=1, max_length=128)]


class Form(BaseModel):
    """What all forms share: strict types, unknown fields ignored."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class PlaceForm(Form):
    """A mailbox in an environment."""

    environment: Name
    mailbox: Annotated[str, Field(pattern=r"^[pr][0-9]{1,18}$")]

    @classmethod
    @lru_cache(maxsize=4096)
    def of(cls, place: EventPlace) -> Self:
        """Return the form of a place; most messages are about a few of them."""
        return cls(environment=place.environment, mailbox=place.mailbox)

    def to_domain(self) -> EventPlace:
        """Return the domain's value."""
        return EventPlace(EnvironmentId(self.environment), MailboxKey(self.mailbox))


class EventForm(Form):
    """An EventKey."""

    kind: Literal["event"]
    place: PlaceForm
    event_id: Id

    def to_domain(self) -> EventKey:
        """Return the domain's value."""
        return EventKey(self.place.to_domain(), EventId(self.event_id))


class MeetingForm(Form):
    """An ICalKey."""

    kind: Literal["meeting"]
    place: PlaceForm
    ical_uid: Id

    def to_domain(self) -> ICalKey:
        """Return the domain's value."""
        return ICalKey(self.place.to_domain(), ICalUid(self.ical_uid))


class BookingForm(Form):
    """A BookingKey."""

    kind: Literal["booking"]
    mandator: Name
    booking_id: Annotated[int, Field(gt=0)]
    home: PlaceForm | None = None

    def to_domain(self) -> BookingKey:
        """Return the domain's value."""
        home = None if self.home is None else self.home.to_domain()
        return BookingKey(self.mandator, BookingId(self.booking_id), home)


class MappingForm(Form):
    """A MappingKey."""

    kind: Literal["mapping"]
    mapping_id: Name
    home: PlaceForm

    def to_domain(self) -> MappingKey:
        """Return the domain's value."""
        return MappingKey(MappingId(self.mapping_id), self.home.to_domain())


KeyForm = EventForm | MeetingForm | BookingForm | MappingForm


def key_form(key: ItemKey) -> KeyForm:
    """Return the form of a key; pydantic's ValidationError when it holds what no key may."""
    match key:
        case EventKey(place, event_id):
            return EventForm(kind="event", place=PlaceForm.of(place), event_id=event_id)
        case ICalKey(place, ical_uid):
            return MeetingForm(kind="meeting", place=PlaceForm.of(place), ical_uid=ical_uid)
        case BookingKey(mandator, booking_id, home):
            where = None if home is None else PlaceForm.of(home)
            return BookingForm(kind="booking", mandator=mandator, booking_id=booking_id, home=where)
        case MappingKey(mapping_id, home):
            return MappingForm(kind="mapping", mapping_id=mapping_id, home=PlaceForm.of(home))
