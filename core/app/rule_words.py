"""Which rule a step, an outcome or a refusal follows from, and what each rule says in a line.

Most reasons name their rule themselves, as "(R-310)"; the others are in `RULES_OF_REASONS`. Names:
R-… the behaviour of ROOMS' sync, D… our decisions on what it leaves open, S… situations that went
wrong elsewhere, P… properties of the whole, "design 4" and the like chapters of the design
(docs/rules.md). English in this version, as `wording`.
"""

import re

from core.domain.refusal import RefusalCode

RULES = {
    "R-006": "Bookings of the job manager are synced only where a policy says so",
    "R-030": "A person's calendar is synced only where the settings say so",
    "R-031": "A booking may be kept out of the calendar by its own switch",
    "R-036": "Nothing is written for somebody without a synced mailbox",
    "R-101": "Only the organizer's calendar is synced, never a participant's",
    "R-103": "A new organizer: the event leaves the old calendar and is made in the new one",
    "R-106": "What is past is left alone",
    "R-107": "A booking that ROOMS is still making is waited for",
    "R-109": "A blocking time is no booking",
    "R-110": "A meeting is synced only if its organizer is",
    "R-113": "After too many refused changes Exchange is not followed any more, ROOMS still is",
    "R-114": "ROOMS keeps a hidden copy of a booking whose appointment stays",
    "R-210": "Both sides carry the id of their link",
    "R-301": "A booking made in ROOMS appears in its organizer's calendar",
    "R-308": "What is changed or cancelled in ROOMS is changed in Exchange",
    "R-310": "What is changed or deleted in Exchange is changed in ROOMS",
    "R-311": "Deleted means cancelled at once; restoring it does not book it again",
    "R-313": "Only the room is cancelled: the appointment stays",
    "R-315": "A booking open in somebody's editor is waited for, then it counts as a no",
    "R-317": "A cancellation that ROOMS refuses is told and listed",
    "R-400": "A synced resource that is invited is booked for the organizer",
    "R-401": "What ROOMS cannot take is not booked, and the organizer is told",
    "R-402": "Sync-Master on: a refused resource is taken off the event",
    "R-403": "Sync-Master off: the event stays as it is",
    "R-404": "A reason that ROOMS gives for its no",
    "R-420": "One synced resource per meeting, unless the settings allow more",
    "R-430": "A meeting made in the resource's own calendar is not booked",
    "R-504": "Another resource that is not to be had: the one booked before is kept",
    "R-511": "A new organizer whose calendar is not synced: only the old event goes",
    "R-611": "Dates that leave their series get a link of their own",
    "R-640": "A series is booked as one, without the dates that are refused",
    "R-642": "A series without an end is booked up to a limit",
    "R-701": "A change that ROOMS refuses is undone in Exchange; after too many the sync ends",
    "R-702": "A change that ROOMS refuses twice cancels the booking, if the organizer chose so",
    "R-900": "What the resource mailbox answers is final",
    "R-901": "What the resource mailbox would decline by its own policy is not booked",
    "D3": "Where the organizer's calendar is out of reach, the resource mailbox declines",
    "D5": "What to do with a resource invited by somebody who is not synced is a setting",
    "D6": "What to do with a meeting made in the resource's own calendar is a setting",
    "D8": "Lead and follow-up time is kept free in the resource mailbox",
    "D9": "Exchange declines what ROOMS accepted: the booking goes, the organizer is told",
    "D10": "Changed on both sides: ROOMS wins time and resource, Exchange the rest",
    "D11": "What is older than the sync is neither taken away nor mailed about",
    "D12": "Sync switched off: links end, nothing that a user made is removed",
    "D14": "A series without an end is booked ahead, and further as time goes on",
    "S01": "A date of a series is known by its original start",
    "S02": "A single meeting may become a series, and a series a single meeting",
    "S05": "Lost links are restored from what both sides carry",
    "S10": "A date that was deleted does not come back with a new rule",
    "S22": "Where everything is gone at once, nothing is believed to be deleted",
    "P2": "Both sides agree: nothing is written",
    "P6": "One mail at a time about one meeting",
    "design 4": "Each meeting has one event, in one home mailbox, and one link",
    "design 5": "Two that want the same slot are looked at one after the other",
    "graph-calendar 3.3": "Exchange does not move a date of a series past its neighbours",
}

RULES_OF_REASONS = {
    "both sides agree": ("P2",),
    "it shows what was agreed on": ("P2",),
    "one side had ended, so the other does": ("R-308", "R-310"),
    "both sides have ended": ("R-311",),
    "its organizer is not synced: the resource mailbox holds the slot": ("design 4",),
    "the resource mailbox still holds what ROOMS has freed": ("design 5",),
    "the resource mailbox has declined it": ("R-900",),
    "its organizer has booked it in ROOMS, too": ("D5",),
    "its event was not found": ("S05",),
    "its booking was not found": ("S05",),
    "not dealt with yet": ("D14",),
    "the date was deleted": ("R-311",),
    "that date has not the resource of the others": ("S01",),
    "it has no date still to come": ("R-106",),
    "the series has become a single meeting": ("S02",),
    "part of a series": ("S01",),
    "cancelled": ("R-311",),
    "not sent yet": ("R-400",),
    "it leaves the resource free": ("R-400",),
    "the resource mailbox has not accepted it": ("R-900",),
    "its resource is not synced": ("R-400",),
    "it has no mailbox": ("R-036",),
}
"""Reasons that do not name their rule themselves."""

RULES_OF_REFUSALS = {
    RefusalCode.LOCKED: ("R-315",),
    RefusalCode.DECLINED: ("D9", "R-900"),
    RefusalCode.KEPT_FREE: ("D8",),
    RefusalCode.WOULD_DECLINE: ("R-901",),
    RefusalCode.NOT_SYNCED: ("D5",),
    RefusalCode.DIRECT_ITEM: ("D6", "R-430"),
    RefusalCode.SECOND_RESOURCE: ("R-420",),
    RefusalCode.BEFORE_SYNC: ("D11",),
    RefusalCode.UNPAIRED: ("S05",),
}
"""All other refusals are ROOMS' own (R-404)."""

_NAMED = re.compile(r"\b(?:R-\d{3}|[DSP]\d{1,2}|design \d{1,2}|graph-calendar \d\.\d)\b")
_REFUSED = re.compile(r"(?:it was )?refused: (?P<codes>[a-z_]+(?:, [a-z_]+)*)")


def rules_of_reason(reason: str) -> tuple[str, ...]:
    """Return the rules that a reason of ours follows from, none for one that is not known."""
    named = _named(reason)
    if named:
        return named
    refused = _REFUSED.fullmatch(reason)
    if refused is not None:
        codes = refused["codes"].split(", ")
        return tuple(dict.fromkeys(rule for code in codes for rule in rules_of_refusal(code)))
    return RULES_OF_REASONS.get(reason, ())


def rules_of_refusal(code: str) -> tuple[str, ...]:
    """Return the rules behind a no."""
    known = {str(key): rules for key, rules in RULES_OF_REFUSALS.items()}
    return known.get(code, ("R-404",))


def rule(name: str) -> str:
    """Return what a rule says, "" for one without a text."""
    return RULES.get(name, "")


def _named(reason: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_NAMED.findall(reason)))
