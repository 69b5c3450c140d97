"""Reads the body of a POST or PATCH event into the model's values (graph-calendar 3.1, 3.3).

Annotations are accepted anywhere, read-only properties are ignored, unknown ones refused. `Edit`
holds only what was sent, so a PATCH changes nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from devstack.exchange.graph.errors import (
    GraphError,
    invalid_property,
    not_built,
    unreadable_body,
)
from devstack.exchange.graph.event_parts import (
    read_attendees,
    read_body,
    read_location,
    read_locations,
)
from devstack.exchange.graph.moments import read_wall
from devstack.exchange.graph.properties import Properties, read_properties
from devstack.exchange.graph.recurrences import fitted, read_recurrence
from devstack.exchange.model import bodies
from devstack.exchange.model.values import (
    AnswerKind,
    Attendee,
    Content,
    Draft,
    Importance,
    Private,
    Sensitivity,
    ShowAs,
)

type Json = dict[str, Any]

MOST_ATTENDEES = 500
READ_ONLY = frozenset(
    [
        "id",
        "iCalUId",
        "changeKey",
        "createdDateTime",
        "lastModifiedDateTime",
        "bodyPreview",
        "organizer",
        "isOrganizer",
        "isCancelled",
        "isDraft",
        "hasAttachments",
        "webLink",
        "responseStatus",
        "type",
        "seriesMasterId",
        "originalStart",
        "originalStartTimeZone",
        "originalEndTimeZone",
        "onlineMeeting",
        "onlineMeetingUrl",
        "cancelledOccurrences",
        "calendar",
        "instances",
        "exceptionOccurrences",
    ]
)
NOT_BUILT = frozenset(["attachments", "extensions", "multiValueExtendedProperties"])


@dataclass(slots=True)
class Edit:
    """What a body asks to be changed, already in the model's values."""

    content: dict[str, Any] = field(default_factory=dict)
    private: dict[str, Any] = field(default_factory=dict)
    attendees: tuple[Attendee, ...] | None = None
    properties: Properties | None = None
    transaction_id: str | None = None
    wants_online_meeting: bool | None = None

    def content_after(self, before: Content) -> Content:
        """Return the content with the edit applied, checked as a whole."""
        after = replace(before, **self.content)
        if before.online_meeting_url and not bodies.has_meeting_blob(after.body):
            after = replace(after, online_meeting_url=None, online_meeting_provider="unknown")
        check_times(after)
        return fitted(before, after)

    def private_after(self, before: Private) -> Private:
        after = replace(before, **self.private)
        if self.properties is None:
            return after
        return replace(after, properties={**before.properties, **self.properties})

    def attendees_after(
        self, before: tuple[Attendee, ...], who: Callable[[str], str]
    ) -> tuple[Attendee, ...]:
        """Return the whole new collection; who stays keeps the answer given so far.

        `who` tells people apart by their address.
        """
        if self.attendees is None:
            return before
        known = {who(a.address.mail): a for a in before}
        return tuple(
            replace(a, answer=old.answer, proposed=old.proposed)
            if (old := known.get(who(a.address.mail)))
            else replace(a, answer=type(a.answer)(AnswerKind.NONE))
            for a in self.attendees
        )

    def draft(self) -> Draft:
        """Return a new event; start and end are the least one has to give."""
        missing = [name for name in ("start", "end") if name not in self.content]
        if missing:
            raise invalid_property(f"A new event needs '{missing[0]}'.")
        content = Content(**self.content)
        check_times(content)
        content = fitted(None, content)
        return Draft(
            content=content,
            private=self.private_after(Private()),
            attendees=self.attendees or (),
            transaction_id=self.transaction_id,
        )


def read_edit(body: Json, *, subject_max: int) -> Edit:
    """Read a body; the order of its members does not matter."""
    edit = Edit()
    for name, value in body.items():
        if "@" in name or name in READ_ONLY:
            continue
        if name in NOT_BUILT:
            raise not_built(f"'{name}' of an event")
        reader = _READERS.get(name)
        if reader is None:
            raise unreadable_body(
                f"The property '{name}' does not exist on type 'microsoft.graph.event'. Make sure"
                " to only use property names that are defined by the type."
            )
        reader(edit, name, value)
    if "locations" not in body and "location" in body:
        edit.content["locations"] = read_location(body["location"])
    if subject_max and len(edit.content.get("subject", "")) > subject_max:
        raise invalid_property(f"The subject is longer than {subject_max} characters.")
    return edit


def check_times(content: Content) -> None:
    """Refuse an end before the start, and all-day events that are not whole days of one zone."""
    start, end = content.start, content.end
    if end.instant < start.instant:
        raise invalid_property("The event's end is before its start.")
    if not content.is_all_day:
        return
    if start.zone.iana != end.zone.iana:
        raise invalid_property("An all-day event needs start and end in the same time zone.")
    walls = (start.wall(), end.wall())
    if any((w.hour, w.minute, w.second, w.microsecond) != (0, 0, 0, 0) for w in walls):
        raise invalid_property(
            "The Event.Start and Event.End properties of an all-day event need to be midnight."
        )
    if end.instant <= start.instant:
        raise invalid_property("The duration of an all-day event must be at least one day.")


type _Reader = Callable[[Edit, str, Any], None]


def _into_content(attribute: str, read: Callable[[Any, str], Any]) -> _Reader:
    def reader(edit: Edit, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
        edit.content[attribute] = read(value, name)

    return reader


def _into_private(attribute: str, read: Callable[[Any, str], Any]) -> _Reader:
    def reader(edit: Edit, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
        edit.private[attribute] = read(value, name)

    return reader


def _text(value: Any, name: str) -> str:  # noqa: ANN401 - JSON
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong_type(name, "a string")
    return value


def _flag(value: Any, name: str) -> bool:  # noqa: ANN401 - JSON
    if not isinstance(value, bool):
        raise _wrong_type(name, "a boolean")
    return value


def _minutes(value: Any, name: str) -> int:  # noqa: ANN401 - JSON
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong_type(name, "a whole number")
    return value


def _words(value: Any, name: str) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise _wrong_type(name, "a collection of strings")
    return tuple(value)


def _one_of(kind: type[StrEnum]) -> Callable[[Any, str], StrEnum]:
    known = {member.value.lower(): member for member in kind}

    def read(value: Any, name: str) -> StrEnum:  # noqa: ANN401 - JSON
        if not isinstance(value, str) or value.lower() not in known:
            raise unreadable_body(f"'{name}': requested value '{value}' was not found.")
        return known[value.lower()]

    return read


def _attendees(edit: Edit, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    edit.attendees = read_attendees(value, name)
    if len(edit.attendees) > MOST_ATTENDEES:
        raise GraphError(
            400, "ErrorInvalidRecipients", f"An event takes at most {MOST_ATTENDEES} attendees."
        )


def _locations(edit: Edit, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    edit.content["locations"] = read_locations(value, name)


def _location(edit: Edit, name: str, value: Any) -> None:  # noqa: ANN401, ARG001 - JSON
    """Check only: whether it replaces the locations depends on the other members."""
    read_location(value)


def _extended(edit: Edit, name: str, value: Any) -> None:  # noqa: ANN401, ARG001 - JSON
    edit.properties = read_properties(value)


def _transaction(edit: Edit, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    edit.transaction_id = _text(value, name) or None


def _online(edit: Edit, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    edit.wants_online_meeting = _flag(value, name)


def _wrong_type(name: str, wanted: str) -> GraphError:
    return unreadable_body(f"'{name}' must be {wanted}.")


_READERS: dict[str, _Reader] = {
    "subject": _into_content("subject", _text),
    "body": _into_content("body", read_body),
    "start": _into_content("start", read_wall),
    "end": _into_content("end", read_wall),
    "isAllDay": _into_content("is_all_day", _flag),
    "importance": _into_content("importance", _one_of(Importance)),
    "sensitivity": _into_content("sensitivity", _one_of(Sensitivity)),
    "responseRequested": _into_content("response_requested", _flag),
    "allowNewTimeProposals": _into_content("allow_new_time_proposals", _flag),
    "hideAttendees": _into_content("hide_attendees", _flag),
    "onlineMeetingProvider": _into_content("online_meeting_provider", _text),
    "showAs": _into_private("show_as", _one_of(ShowAs)),
    "isReminderOn": _into_private("is_reminder_on", _flag),
    "reminderMinutesBeforeStart": _into_private("reminder_minutes", _minutes),
    "categories": _into_private("categories", _words),
    "attendees": _attendees,
    "locations": _locations,
    "location": _location,
    "recurrence": _into_content("recurrence", read_recurrence),
    "singleValueExtendedProperties": _extended,
    "transactionId": _transaction,
    "isOnlineMeeting": _online,
}
