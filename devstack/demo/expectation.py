"""What both sides should show of a meeting, worked out from the script alone."""

from dataclasses import dataclass, replace
from typing import Any

from devstack.demo.company import Company
from devstack.demo.day import (
    Action,
    Answer,
    Book,
    Change,
    Expect,
    HandOver,
    InviteRoomToo,
    TakeRoomOff,
    ThinkAgain,
    Where,
)
from devstack.demo.working_days import Slot, WorkingDays


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting as it should be. `organizer` is a short name, `people` are mail addresses.

    `is_hold`: the event is the resource mailbox's own. `is_masked`: ROOMS holds neither its title
    nor its people. `booking_is_private`: ROOMS was told so when it was booked.
    """

    organizer: str
    title: str
    slot: Slot
    room: str | None
    people: frozenset[str]
    has_event: bool
    has_booking: bool
    is_private: bool = False
    booking_is_private: bool = False
    is_hold: bool = False
    is_masked: bool = False
    show_as: str | None = None
    reminder: int | None = None


class Script:
    """Folds actions into what is expected."""

    def __init__(self, company: Company, days: WorkingDays) -> None:
        self._company, self._days = company, days

    def after(self, meeting: Meeting | None, action: Action) -> Meeting | None:
        """Return what is expected once `action` has been dealt with; None = there is nothing."""
        if action.expect is Expect.OVERRULED or isinstance(action.deed, Answer):
            return meeting
        if isinstance(action.deed, Book):
            return self._booked(action, action.deed)
        if isinstance(action.deed, ThinkAgain):
            return None
        if meeting is None:
            raise ValueError(f"{action}: that meeting was never made")
        return replace(meeting, **self._differs(meeting, action))

    def _differs(self, meeting: Meeting, action: Action) -> dict[str, Any]:
        """Return the values that an action changes."""
        match action.deed:
            case Change() as deed:
                return self._changed(meeting, action, deed)
            case InviteRoomToo(room=room):
                return {"room": room}
            case TakeRoomOff():
                return {"room": None, "has_booking": False}
            case HandOver(to=name):
                gone = {self._company.person(name).mail.lower()}
                return {"organizer": name, "people": meeting.people - gone}
            case _:
                return {"has_event": False, "has_booking": False}

    def _booked(self, action: Action, deed: Book) -> Meeting:
        in_rooms = action.where is not Where.OUTLOOK
        has_both = action.expect in {Expect.MIRRORED, Expect.HELD}
        from_rooms = action.where is Where.ROOMS and has_both
        return Meeting(
            organizer=deed.organizer or action.who,
            title=deed.title,
            slot=self._days.slot(deed.at),
            room=deed.room,
            people=self._addresses(deed.people),
            has_event=not in_rooms or has_both,
            has_booking=in_rooms or has_both,
            is_private=deed.private,
            booking_is_private=deed.private,
            is_hold=action.expect is Expect.HELD,
            show_as=("tentative" if deed.provisional else "busy") if from_rooms else None,
        )

    def _changed(self, meeting: Meeting, action: Action, deed: Change) -> dict[str, Any]:
        given = {
            "title": deed.title,
            "slot": self._days.slot(deed.at) if deed.at else None,
            "room": deed.room,
            "show_as": deed.show_as,
            "reminder": deed.reminder,
            "is_private": deed.private,
        }
        people = (meeting.people | self._addresses(deed.add)) - self._addresses(deed.remove)
        changed: dict[str, Any] = {n: value for n, value in given.items() if value is not None}
        changed["people"] = people
        if deed.room is not None and action.expect is Expect.MIRRORED:
            changed["has_booking"] = True
        if deed.private is not None:
            changed["is_masked"] = deed.private and not meeting.booking_is_private
        return changed

    def _addresses(self, names: tuple[str, ...]) -> frozenset[str]:
        return frozenset(self._company.address(name).lower() for name in names)
