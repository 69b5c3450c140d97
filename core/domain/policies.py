"""The operator's decisions on what the sources leave open, for everybody alike."""

from dataclasses import dataclass

BOOK_AS = "book_as:"
"""Before the mail address of whoever such meetings are booked for (D5, D6)."""

ANSWERS = {
    "unsynced_organizer": ("report", "decline"),
    "direct_booking": ("report", "cancel"),
}
"""The policies on meetings of others, and what they may say beside `book_as:<mail>` (D5, D6)."""

_MANY, _BOUNDED = "many", "bounded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The operator's decisions on what the sources leave open (D5 ... D8, D16).

    The `..._field` names are ROOMS custom fields that carry what its API lacks; None = not carried.
    `endless_series`: `moving` books them on with time, `bounded` ends them with what is booked.
    `lead_title` and `follow_up_title` stand in resource calendars for time that is kept free (D8).
    `neutral_title` stands in ROOMS and in resource calendars for the title of a private meeting.
    `resolve_groups`: attendees that are groups become their members in ROOMS (R-008).
    `stop_after_failed_attempts`: so many failures in a row end the sync of an item (R-009);
    `cancel_after_failed_attempts`: so many refusals of a change cancel it where `Cancel` is set
    (R-702). `rebook_when_free`: a refused resource is tried again once its slot is free.
    `job_manager_synced`: bookings of the job manager are synced, too (R-006).
    `resource_free_busy`: from which role on Exchange's free/busy of resources is shown (R-821).
    """

    resources_per_event: str = "one"
    direct_booking: str = "report"
    unsynced_organizer: str = "report"
    lead_follow_up: str = "zero"
    endless_series: str = "moving"
    lead_title: str = "Vorbereitung"
    follow_up_title: str = "Nachbereitung"
    hold_for_unsynced: bool = True
    sync_with_calendar_field: str | None = None
    show_as_field: str | None = None
    reminder_field: str | None = None
    neutral_title: str = "Privat"
    resolve_groups: bool = False
    stop_after_failed_attempts: int = 5
    cancel_after_failed_attempts: int = 2
    rebook_when_free: bool = True
    job_manager_synced: bool = False
    resource_free_busy: str = "operator"

    @property
    def bounds_series(self) -> bool:
        """Tell whether an endless series gets an end in Exchange (D14, R-642)."""
        return self.endless_series == _BOUNDED

    @property
    def books_each_resource(self) -> bool:
        """Tell whether every resource of a meeting gets a booking of its own (D7 `many`)."""
        return self.resources_per_event == _MANY


def deputy_of(answer: str) -> str | None:
    """Return the mail address that an answer to others' meetings names after `book_as:`."""
    return answer.removeprefix(BOOK_AS).strip() if answer.startswith(BOOK_AS) else None
