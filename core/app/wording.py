"""Words for people: what the console and the command line call steps, sources, outcomes, troubles.

English in this version; every such text of both is here, so that another language is one more file.
"""

import re
from datetime import datetime

from core.app.overview import Trouble
from core.app.slots import Witness
from core.app.timeline.values import Latency
from core.domain.directory import Directory
from core.domain.mapping import MappingState
from core.domain.refusal import RefusalCode
from core.domain.room_policy import PolicyCopy, PolicyState
from core.domain.work import Source
from core.ports.mail import NoticeState
from core.sync.steps import Outcome

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

KINDS = {"graph": "Graph", "ews": "EWS"}
"""By what an environment of Exchange is reached."""

SOURCES = {
    Source.PUSH: "push",
    Source.POLL: "poll",
    Source.DELTA: "delta",
    Source.CATCH_UP: "catching up",
    Source.WAKE_UP: "push, unsigned",
    Source.SWEEP: "sweep",
    Source.FREED: "slot freed",
    Source.OPERATOR: "by hand",
}

OUTCOMES = {
    Outcome.IN_STEP: "in step",
    Outcome.IGNORED: "not ours",
    Outcome.REFUSED: "refused",
    Outcome.WAITING: "waiting",
    Outcome.CANCELLED: "cancelled",
    MappingState.REJECTED: "refused",
    "given_up": "given up",
    "parked": "parked",
    "rebuilt": "link restored",
    "reopened": "goes on",
    "reset": "taken up again",
    "use_exchange": "Exchange was made right by hand",
    "use_rooms": "ROOMS was made right by hand",
    "nothing": "nothing to do",
}

STATES = {
    MappingState.CREATING: "being created",
    MappingState.LINKED: "linked",
    MappingState.REJECTED: "refused",
    MappingState.SYNC_DISABLED: "sync switched off",
    MappingState.CANCELLED: "cancelled",
}

HOW_TO_RESET = "roomsync reset {} takes it up again"
"""What an operator does about a link whose sync has ended (R-701)."""

REFUSALS = {
    RefusalCode.OCCUPIED: "The resource is booked already",
    RefusalCode.BLOCKING_TIME: "The resource is blocked at that time",
    RefusalCode.CLOSED: "Outside the opening hours",
    RefusalCode.HOLIDAY: "A holiday at the resource's location",
    RefusalCode.TOO_LONG: "Longer than the resource may be booked",
    RefusalCode.TOO_SHORT: "Shorter than the resource may be booked",
    RefusalCode.TOO_EARLY: "Further ahead than the resource may be booked",
    RefusalCode.TOO_LATE: "Too late to book or change it",
    RefusalCode.CAPACITY: "More people than the resource has places",
    RefusalCode.INACTIVE: "The resource is switched off in ROOMS",
    RefusalCode.NO_RIGHT: "The organizer may not book the resource",
    RefusalCode.PRIVATE_NOT_ALLOWED: "The organizer may not book privately",
    RefusalCode.NOT_ALLOWED: "ROOMS does not allow it",
    RefusalCode.LOCKED: "Somebody has the booking open in ROOMS",
    RefusalCode.OTHER: "ROOMS does not take it",
    RefusalCode.DECLINED: "The resource mailbox has declined",
    RefusalCode.KEPT_FREE: "The time is kept free before or after another meeting",
    RefusalCode.WOULD_DECLINE: "The resource mailbox would decline it",
    RefusalCode.NOT_SYNCED: "The organizer is not synced",
    RefusalCode.DIRECT_ITEM: "Made directly in the resource mailbox",
    RefusalCode.SECOND_RESOURCE: "More than one resource in one meeting",
    RefusalCode.BEFORE_SYNC: "Booked before the sync began, not in Exchange",
    RefusalCode.UNPAIRED: "Its other side was not found when links were rebuilt",
}

WITNESSES = {
    Witness.EXCHANGE: "Exchange",
    Witness.ROOMS: "ROOMS",
    Witness.LINK: "its link",
    Witness.WAITING: "it waits for the slot",
}

MAILS = {
    "queued": "on its way",
    NoticeState.SENDING: "is being sent",
    NoticeState.SENT: "sent",
    NoticeState.SKIPPED: "not sent",
}

POLICIES = {
    PolicyState.APPLIED: "The rules of the mailbox are applied",
    PolicyState.NOT_FETCHED: "The rules of the mailbox have not been read yet",
    PolicyState.FETCH_FAILED: "The rules of the mailbox cannot be read",
    PolicyState.STALE: "The rules of the mailbox are old: reading them failed",
    PolicyState.NOT_AUTO_ACCEPTING: "The mailbox does not answer by itself",
    PolicyState.NO_RULES: "The mailbox has no rules",
}

TROUBLES = {
    Trouble.COUNTS_UNREADABLE: ("The queues cannot be counted", "The queues cannot be counted"),
    Trouble.NO_WORKER: (
        "The background work has stood still for {} minute: nothing is synced",
        "The background work has stood still for {} minutes: nothing is synced",
    ),
    Trouble.LINKS_LOST: (
        "The table of links was lost: nothing new is linked until it is rebuilt",
        "The table of links was lost: nothing new is linked until it is rebuilt",
    ),
    Trouble.STOOD_STILL: (
        "The background work stood still for {} hour lately: all was caught up with",
        "The background work stood still for {} hours lately: all was caught up with",
    ),
    Trouble.STOPPED: (
        "{} mailbox is stopped: too much was created, cancelled or gone at once",
        "{} mailboxes are stopped: too much was created, cancelled or gone at once",
    ),
    Trouble.SILENT_EXCHANGE: (
        "Exchange tells nothing of changes in {} environment: it is asked each minute",
        "Exchange tells nothing of changes in {} environments: they are asked each minute",
    ),
    Trouble.SILENT_MAILBOX: (
        "Exchange tells nothing of changes in {} mailbox: it is asked each minute",
        "Exchange tells nothing of changes in {} mailboxes: they are asked each minute",
    ),
    Trouble.SILENT_ROOMS: (
        "ROOMS tells nothing of changes: it is asked three times a minute",
        "ROOMS tells nothing of changes: it is asked three times a minute",
    ),
    Trouble.GIVEN_UP: ("{} look was given up", "{} looks were given up"),
    Trouble.PARKED: (
        "{} system or mailbox does not answer and is parked",
        "{} systems or mailboxes do not answer and are parked",
    ),
    Trouble.UNWATCHED: ("{} mailbox is not watched", "{} mailboxes are not watched"),
    Trouble.SWITCHED_OFF: ("Resource sync is switched off", "Resource sync is switched off"),
    Trouble.CONFIGURATION: ("{} setting is to correct", "{} settings are to correct"),
    Trouble.DIFFERENCES: ("{} difference is open", "{} differences are open"),
    Trouble.EXPIRING: ("{} subscription ends soon", "{} subscriptions end soon"),
    Trouble.REBUILDING: (
        "Links are being rebuilt: new ones are made afterwards",
        "Links are being rebuilt: new ones are made afterwards",
    ),
    Trouble.RETRIES: ("{} look waits for its next try", "{} looks wait for their next try"),
    Trouble.WORKING: ("{} look is being taken", "{} looks are being taken"),
}

_STEP = re.compile(r"(?P<words>(?:[A-Z][a-z]+)+)(?P<aspects> \([^)]+\))?(?P<date> on [0-9-]+)?")
_WORD = re.compile(r"(?<!^)(?=[A-Z])")
_TOLD = re.compile(r"Tell \((?P<kind>\w+)\)")


def trouble(kind: Trouble, number: int) -> str:
    """Return one sentence about something that is not as it should be."""
    return TROUBLES[kind][number != 1].format(number)


def step(name: str) -> str:
    """Return the name of a step, as `describe` and `describe_series` give it, in words."""
    told = _TOLD.fullmatch(name)
    if told is not None:
        return f"Mail to the organizer: {told['kind'].replace('_', ' ')}"
    found = _STEP.fullmatch(name)
    if found is None:
        return name
    aspects = (found["aspects"] or "").replace("_", " ")
    words = _WORD.sub(" ", found["words"]).capitalize()
    return f"{words}{aspects}{found['date'] or ''}"


def source(name: str) -> str:
    """Return how a change came to us."""
    return SOURCES.get(Source(name), name) if name in list(Source) else name


def outcome(name: str) -> str:
    """Return what a look came to."""
    return {str(key): words for key, words in OUTCOMES.items()}.get(name, name.replace("_", " "))


def state(name: str) -> str:
    """Return where a link is in its life."""
    return {str(key): words for key, words in STATES.items()}.get(name, name)


def refusal(code: str) -> str:
    """Return why ROOMS said no."""
    return {str(key): words for key, words in REFUSALS.items()}.get(code, code.replace("_", " "))


def witness(name: Witness) -> str:
    """Return who says that a meeting is in a slot."""
    return WITNESSES[name]


def mail(kind: str, state: str) -> str:
    """Return a mail of the history: its kind and what became of it."""
    became = {str(key): words for key, words in MAILS.items()}.get(state, state)
    return f"{kind.replace('_', ' ') or 'about this meeting'}: {became}"


def parts(latency: Latency) -> str:
    """Return of what a change's way consisted: what took time, "" where that was not noted."""
    named = (
        ("until we were told", latency.provider),
        ("waiting", latency.queue),
        ("looking", latency.own),
        ("writing", latency.write),
    )
    return ", ".join(f"{name} {duration(ms)}" for name, ms in named if ms)


def policy(copy: PolicyCopy, now: datetime) -> str:
    """Return what is known of a mailbox's rules, with what it did not tell (R-902)."""
    words = POLICIES[copy.state(now)]
    missing = [name.replace("_", " ") for name in copy.undelivered()]
    return f"{words}; not told: {', '.join(missing)}" if missing else words


def change(found: str) -> str:
    """Return a changed aspect, noted as `side:aspect`, in words."""
    side, _, aspect = found.partition(":")
    if not aspect:
        return found
    where = {"rooms": "ROOMS", "exchange": "Exchange"}.get(side, side)
    return f"{aspect.replace('_', ' ')} in {where}"


def duration(latency_ms: int) -> str:
    """Return a span of time as people say it."""
    seconds = latency_ms / 1000
    if seconds < 1:
        return f"{latency_ms} ms"
    if seconds < 100:  # noqa: PLR2004 - above that the tenths say nothing
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{round(minutes / 60)} h"  # noqa: PLR2004 - same


def without_people(text: str, directory: Directory) -> str:
    """Return a text of ROOMS with every name and address of the settings taken out (D13)."""
    for person in directory.persons.values():
        for word in (person.name, person.address, *person.aliases):
            if word and word.casefold() in text.casefold():
                text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "…", text, flags=re.IGNORECASE)
    return text
