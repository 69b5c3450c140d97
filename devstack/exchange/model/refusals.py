"""What Exchange refuses to do.

RefusedError
    NotOrganizerError          only the organizer may cancel a meeting
    OrganizerCannotAnswerError an organizer does not answer the own meeting
    AnswerNotWantedError       the organizer asked for no answers
    OccurrenceDeletedError     this date of a series was deleted
    CrossingBoundaryError      an occurrence would move to or past the day of its neighbour
    NoOccurrenceLeftError      the last date of a series is not deleted by itself
"""


class RefusedError(Exception):
    """The store will not do this; the text says why, as Exchange words it."""


class NotOrganizerError(RefusedError):
    def __init__(self) -> None:
        super().__init__(
            "Your request can't be completed. You need to be an organizer to cancel a meeting."
        )


class OrganizerCannotAnswerError(RefusedError):
    def __init__(self) -> None:
        super().__init__(
            "Your request can't be completed. You can't respond to this meeting because you're"
            " the meeting organizer."
        )


class AnswerNotWantedError(RefusedError):
    def __init__(self) -> None:
        super().__init__(
            "Your request can't be completed. The meeting organizer hasn't requested a response."
        )


class OccurrenceDeletedError(RefusedError):
    def __init__(self) -> None:
        super().__init__("The occurrence was deleted from the recurrence.")


class CrossingBoundaryError(RefusedError):
    def __init__(self) -> None:
        super().__init__("Modified occurrence is crossing or overlapping adjacent occurrence.")


class NoOccurrenceLeftError(RefusedError):
    def __init__(self) -> None:
        super().__init__("The recurrence would have no occurrence left.")
