"""Every text of the console's page that is not shared with the command line; English so far."""

from core.app import wording
from core.app.console.standing import Side, Standing
from core.app.overview import Level
from core.domain.booking import BookingStatus
from core.domain.finding import Severity
from core.domain.meeting import ShowAs

PAGE = {
    "product": "Room sync",
    "console": "Console",
    "skip": "Skip to the day",
    "overview": "Overview",
    "good": "Everything is in step",
    "busy": "Working",
    "look": "Something wants a look",
    "bad": "Something needs you",
    "linked": "linked",
    "refused": "refused",
    "watched": "mailboxes watched",
    "watched_in": "of them in {environment} by {kind}",
    "in_flight": "in work",
    "queued": "waiting",
    "retries": "retries",
    "dead": "given up",
    "parked": "{scope}: parked since {since}, asked again at {due}, {waiting} waiting. {why}",
    "on_trial": "{scope}: was parked since {since} and goes on, {waiting} waiting",
    "rooms": "ROOMS",
    "exchange": "Exchange",
    "day_of": "The day of the resources",
    "previous": "Previous day",
    "next": "Next day",
    "today": "Today",
    "choose": "Day",
    "show": "Show",
    "no_resources": "No resource is synced yet.",
    "no_resources_help": "Import who and what is synced: roomsync settings import FILE",
    "nothing": "nothing",
    "unreadable": "Cannot be read",
    "recent": "Just synced",
    "no_recent": "Nothing has been synced yet.",
    "refusals": "Both sides disagree",
    "no_refusals": "Nothing is refused, and nothing waits for a person.",
    "configuration": "Configuration",
    "no_findings": "Nothing is wrong with the settings.",
    "more_findings": "{number} more: roomsync doctor lists them all.",
    "asked": "Exchange and ROOMS were asked on {time}; roomsync doctor asks again.",
    "never_asked": "Exchange and ROOMS have not been asked yet: roomsync doctor does.",
    "said": "ROOMS says",
    "since": "since",
    "concerns": "concerns",
    "link": "Link",
    "took": "took",
    "came_by": "came by",
    "resources_shown": "Resources {first}-{last} of {all}",
    "earlier_page": "Earlier resources",
    "later_page": "Later resources",
    "now": "now",
    "hours": "Hours",
    "legend": "Legend",
    "privacy": "Titles and people are not shown here. The page refreshes itself.",
    "stale": "No answer from the app. What you see is from {time}; trying again.",
    "failed": "The console cannot be shown",
    "failed_help": "roomsync status and /api/health tell more. This page tries again by itself.",
    "wrong": "This address cannot be shown",
    "to_today": "Show today",
}

LEVELS = {
    Level.GOOD: PAGE["good"],
    Level.BUSY: PAGE["busy"],
    Level.LOOK: PAGE["look"],
    Level.BAD: PAGE["bad"],
}

SEVERITIES = {
    Severity.ERROR: ("bad", "wrong"),
    Severity.WARNING: ("look", "not as meant"),
    Severity.NOTE: ("busy", "note"),
}

STANDINGS = {
    Standing.LINKED: "linked",
    Standing.DIFFERS: "other time",
    Standing.MISSING: "missing",
    Standing.REFUSED: "refused",
    Standing.WORKING: "being synced",
    Standing.NOT_SYNCED: "not synced",
    Standing.UNKNOWN: "not known",
}

MISSING_IN = {Side.ROOMS: "missing in ROOMS", Side.EXCHANGE: "missing in Exchange"}

ITEM = {Side.ROOMS: "Booking", Side.EXCHANGE: "Event"}

NOTHING_THERE = {Side.ROOMS: "No booking", Side.EXCHANGE: "No event"}

STATES: dict[str, str] = {
    BookingStatus.SYSTEM: "temporary block",
    BookingStatus.PROVISIONAL: "provisional",
    BookingStatus.TEMPORARY: "temporary",
    BookingStatus.DEFINITIVE: "definitive",
    BookingStatus.CANCELLED: "cancelled",
    BookingStatus.OTHER: "other status",
    ShowAs.FREE: "free",
    ShowAs.TENTATIVE: "tentative",
    ShowAs.BUSY: "busy",
    ShowAs.OUT_OF_OFFICE: "out of office",
    ShowAs.WORKING_ELSEWHERE: "working elsewhere",
    ShowAs.UNKNOWN: "unknown",
}

TO = "\u2013"
"""Between the ends of a span of time."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

MONTHS = wording.MONTHS
