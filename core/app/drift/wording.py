"""English words for differences: what the command line and the pages call them."""

from collections.abc import Mapping

from core.domain.drift import (
    Advice,
    Cause,
    DriftKind,
    DriftState,
    Element,
    NewerSide,
    Obstacle,
    Reason,
)

KINDS: Mapping[str, str] = {
    DriftKind.DIFFERS: "differs",
    DriftKind.MISSING_IN_ROOMS: "missing in ROOMS",
    DriftKind.MISSING_IN_EXCHANGE: "missing in Exchange",
    "refused": "refused",
    "sync_disabled": "sync has ended",
    "given_up": "given up",
    "parked": "parked",
}
SIDES: Mapping[str, str] = {
    NewerSide.ROOMS: "ROOMS",
    NewerSide.EXCHANGE: "Exchange",
    NewerSide.MIXED: "mixed",
    NewerSide.UNCLEAR: "unclear",
}
CAUSES: Mapping[str, str] = {
    Cause.LOST_NOTIFICATION: "a change that nobody told of",
    Cause.WHILE_PARKED: "changed while it did not answer",
    Cause.DIRECT_EDIT: "edited in the resource mailbox",
    Cause.REFUSED: "refused",
    Cause.POLICY: "settings",
    Cause.UNKNOWN: "unknown",
}
ADVICE: Mapping[str, str] = {
    Advice.USE_ROOMS: "use ROOMS",
    Advice.USE_EXCHANGE: "use Exchange",
    Advice.IGNORE: "ignore",
    Advice.CHECK: "look at it",
}
ELEMENTS: Mapping[str, str] = {
    Element.SINGLE: "single",
    Element.SERIES: "series",
    Element.DATE: "date of a series",
}
STATES: Mapping[str, str] = {
    DriftState.OPEN: "open",
    DriftState.RESOLVED: "resolved",
    DriftState.IGNORED: "ignored",
    DriftState.CLOSED: "closed by itself",
}
REASONS: Mapping[str, str] = {
    Reason.EVENT_LATER: "the event was changed after the booking",
    Reason.BOOKING_LATER: "the booking was changed after the event",
    Reason.NOBODY_LATER: "nothing tells who is newer: ROOMS is the master (R-305)",
    Reason.EXCHANGE_WINS: "both were changed: Exchange wins these fields (D10)",
    Reason.ROOMS_WINS: "both were changed: ROOMS wins these fields (D10)",
    Reason.NEITHER_WINS: "both were changed, and neither wins all of these fields",
    Reason.SYNC_ENDED: "its sync has ended: changes in Exchange are not followed (R-113)",
    Reason.NOT_TAKEN: "ROOMS does not take what Exchange shows",
    Reason.SETTINGS: "it is so because of the settings",
    Reason.HOLD_EDITED: "the resource mailbox was edited directly: what it holds follows ROOMS",
    Reason.NOT_BOOKED: "ROOMS does not take it: change it in Exchange",
    Reason.NOT_BOOKED_BY_SETTINGS: "it is not booked because of the settings",
    Reason.BOOKING_ENDED: "the booking was ended in ROOMS: so does the event",
    Reason.NEVER_BOOKED: "the event has never been booked",
    Reason.DIRECT_ITEM: "it stands in the resource mailbox without a booking",
    Reason.NOT_CANCELLED: "ROOMS does not cancel it",
    Reason.NOT_SHOWN_BY_SETTINGS: "it was not shown because of the settings",
    Reason.TO_BE_HELD: "the slot is to be held in the resource mailbox",
    Reason.EVENT_DELETED: "the event was deleted: so is the booking cancelled",
    Reason.NEVER_SHOWN: "the booking has never been shown in Exchange",
}
OBSTACLES: Mapping[str, str] = {
    Obstacle.GONE: "it is gone: both sides agree now",
    Obstacle.CHANGED: "it was changed meanwhile: look at it again",
    Obstacle.NOTHING: "nothing would be written: the sync cannot make both sides agree here by"
    " itself",
    Obstacle.ONLY_ROOMS: "Exchange cannot be used here: ROOMS would be written to Exchange; use"
    " ROOMS",
    Obstacle.ONLY_EXCHANGE: "ROOMS cannot be used here: Exchange would be written to ROOMS; use"
    " Exchange",
    Obstacle.NO_ANSWER: "it cannot be read just now: its mailbox or ROOMS does not answer",
}

GROUPS: Mapping[str, Mapping[str, str]] = {
    "kind": KINDS,
    "side": SIDES,
    "cause": CAUSES,
    "advice": ADVICE,
    "element": ELEMENTS,
    "state": STATES,
    "reason": REASONS,
    "obstacle": OBSTACLES,
}
"""All of them, as pages ask for them: `difference.<group>.<name>` in other languages."""
