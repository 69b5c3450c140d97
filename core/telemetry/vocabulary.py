"""Every name that telemetry uses: spans, attributes, metrics, events (docs/telemetry.md).

Alerts, workbook and queries are written against these: a name is changed here, there and in the
page, or not at all. Only what stands here is ever exported.
"""

from typing import NamedTuple

ACTION, ROUND = "action", "round"
"""Whether a trace follows what somebody did, or is one of the app's own rounds."""


class SpanType(NamedTuple):
    """A span. Its full name is `name`, a space and the value of the attribute `by`."""

    name: str
    kind: str
    by: str
    attributes: tuple[str, ...]
    meaning: str


class Metric(NamedTuple):
    """A metric; `attributes` are all that it may have."""

    name: str
    kind: str
    unit: str
    attributes: tuple[str, ...]
    meaning: str


WEBHOOK = SpanType(
    "webhook",
    "server",
    "roomsync.webhook",
    ("roomsync.status", "roomsync.items"),
    "a call of Exchange or ROOMS, from its first to its last byte; `items`: what was queued",
)
TIMER = SpanType("timer", "server", "roomsync.timer", (), "a timer that queues jobs")
CONSOLE = SpanType(
    "console",
    "server",
    "roomsync.method",
    ("roomsync.status",),
    "a request for the console's pages or their data",
)
FOUND = SpanType(
    "found",
    "producer",
    "roomsync.source",
    (),
    "a change that a round found by itself: where its trace begins, linked to the round",
)
SEND = SpanType(
    "send",
    "producer",
    "roomsync.queue",
    ("messaging.system", "peer.service", "roomsync.items"),
    "one send to a queue",
)
LOOK = SpanType(
    "look",
    "consumer",
    "roomsync.source",
    (
        "roomsync.environment",
        "roomsync.mailbox",
        "roomsync.link",
        "roomsync.outcome",
        "roomsync.steps",
        "roomsync.attempt",
        "roomsync.merged",
        "roomsync.wait_ms",
    ),
    "one look at one item; linked to the notifications that were merged into it",
)
JOB = SpanType(
    "job",
    "consumer",
    "roomsync.job",
    ("roomsync.environment", "roomsync.mailbox", "roomsync.attempt", "roomsync.wait_ms"),
    "one job of a mailbox, of ROOMS or of our tables",
)
MAIL = SpanType(
    "mail",
    "consumer",
    "roomsync.notice",
    ("roomsync.link", "roomsync.outcome", "roomsync.attempt", "roomsync.wait_ms"),
    "one mail",
)
GRAPH = SpanType(
    "graph",
    "client",
    "roomsync.call",
    ("roomsync.environment", "roomsync.mailbox", "roomsync.status", "peer.service"),
    "one request to Microsoft Graph, its wait for a free lane included",
)
EWS = SpanType(
    "ews",
    "client",
    "roomsync.call",
    ("roomsync.environment", "roomsync.mailbox", "peer.service"),
    "one request to Exchange on premises, as above",
)
ROOMS = SpanType(
    "rooms",
    "client",
    "roomsync.call",
    ("roomsync.status", "peer.service"),
    "one request to ROOMS",
)
TABLE = SpanType("table", "client", "roomsync.call", ("peer.service",), "one call of Table Storage")

SPANS = (WEBHOOK, TIMER, CONSOLE, FOUND, SEND, LOOK, JOB, MAIL, GRAPH, EWS, ROOMS, TABLE)

ON_EVERY_SPAN = ("roomsync.error", "roomsync.trace")
"""Which error it ended with, by the name of its class; whether it is of an action or a round."""

ATTRIBUTES = {
    "messaging.system": "`servicebus`",
    "peer.service": "`graph`, `ews`, `rooms`, `tables` or `servicebus`",
    "roomsync.attempt": "number of earlier failures",
    "roomsync.call": "what is asked, in fixed words: `reading an event`, `links get`",
    "roomsync.environment": "id of the environment, as in the settings",
    "roomsync.error": "name of the error's class; its text is in no span",
    "roomsync.items": "number of messages",
    "roomsync.job": "kind of the job: `catch_up`, `poll_rooms`, `sweep`, `subscribe`, …",
    "roomsync.link": "id of the link, by which the console shows its history",
    "roomsync.mailbox": "key of the mailbox, as in the settings: a number of ROOMS, no address",
    "roomsync.merged": "number of notifications that this look answers besides its own",
    "roomsync.method": "`GET`, `POST`, …",
    "roomsync.notice": "kind of the mail",
    "roomsync.outcome": "what came of it, as in the console's list",
    "roomsync.queue": "name of the queue",
    "roomsync.source": "`push`, `poll`, `delta`, `sweep`, `operator`, … (docs/triggers.md)",
    "roomsync.status": "HTTP status of the answer",
    "roomsync.steps": "names of the steps that were taken, separated by spaces",
    "roomsync.timer": "name of the function",
    "roomsync.trace": "`action`: what somebody did; `round`: what the app does by the clock",
    "roomsync.wait_ms": "milliseconds since it was first asked for",
    "roomsync.webhook": "`graph`, `graph_lifecycle`, `rooms` or `exchange`",
}

COUNTER, HISTOGRAM, GAUGE = "counter", "histogram", "gauge"

NOTIFICATIONS = Metric(
    "roomsync.notifications",
    COUNTER,
    "{notification}",
    ("webhook", "outcome", "reason"),
    "`outcome` is `accepted`, `dropped` (one of a batch) or `rejected` (the whole call)",
)
LOOKS = Metric(
    "roomsync.looks",
    COUNTER,
    "{look}",
    ("source", "outcome"),
    "looks that came to an end, by what came of them",
)
CHANGES = Metric(
    "roomsync.changes",
    COUNTER,
    "{change}",
    ("source",),
    "looks that wrote to one of the two systems",
)
CHANGE_LATENCY = Metric(
    "roomsync.change.latency",
    HISTOGRAM,
    "ms",
    ("source",),
    "from the first trigger of a change to the end of its look",
)
CHANGE_PART = Metric(
    "roomsync.change.part",
    HISTOGRAM,
    "ms",
    ("part",),
    "of what that consists: `provider` (before the trigger), `queue`, `own`, `write`",
)
QUEUE_WAIT = Metric(
    "roomsync.queue.wait",
    HISTOGRAM,
    "ms",
    ("queue",),
    "how long what a worker takes lay in its queue: the maximum is the backlog's age",
)
RETRIES = Metric(
    "roomsync.retries",
    COUNTER,
    "{retry}",
    ("work", "class"),
    "`work` is `look`, `mail` or `job`; `class` as in docs/retries.md",
)
GIVEN_UP = Metric(
    "roomsync.given_up",
    COUNTER,
    "{item}",
    ("work", "reason"),
    "what was given up; `reason` is `guard`, `tries_used_up`, `unreadable` or an error's name",
)
MAILS = Metric("roomsync.mails", COUNTER, "{mail}", ("kind", "outcome"), "`sent` or `skipped`")
GUARD_TRIPS = Metric(
    "roomsync.guard.trips",
    COUNTER,
    "{trip}",
    ("deed",),
    "mailboxes that the guard has stopped; `deed` is what there was too much of, or `missing`",
)
PARKINGS = Metric(
    "roomsync.parkings",
    COUNTER,
    "{parking}",
    ("kind", "environment", "mailbox"),
    "what began to be parked; `kind` is that of the trouble (docs/parking.md)",
)
CALLS = Metric(
    "roomsync.calls",
    HISTOGRAM,
    "ms",
    ("system", "call", "outcome"),
    "calls by `peer.service`; `outcome` is `ok` or an error's name",
)
THROTTLED = Metric(
    "roomsync.throttled",
    COUNTER,
    "{call}",
    ("system", "environment", "mailbox"),
    "calls that were told to come back later (429), or were not made because of that",
)
IN_FLIGHT = Metric(
    "roomsync.exchange.in_flight",
    GAUGE,
    "{call}",
    ("environment",),
    "calls under way in this process",
)
BUDGET_USED = Metric(
    "roomsync.exchange.budget_used",
    GAUGE,
    "1",
    ("environment", "mailbox"),
    "share of what one mailbox may be asked in ten minutes: the five fullest of this process",
)
BACKLOG = Metric(
    "roomsync.backlog",
    GAUGE,
    "{message}",
    ("queue", "state"),
    "`active`: to be done now; `scheduled`: for later. Mails that wait: queue `notices`",
)
DEAD_LETTERS = Metric(
    "roomsync.dead_letters", GAUGE, "{message}", ("queue",), "what was given up and lies there"
)
PUSH_SILENT = Metric(
    "roomsync.push.silent",
    GAUGE,
    "{place}",
    ("kind",),
    "who tells of no changes: `environment`, `mailbox`, `rooms`",
)
SUBSCRIPTIONS = Metric(
    "roomsync.subscriptions",
    GAUGE,
    "{mailbox}",
    ("state",),
    "how synced mailboxes are watched: `active`, `expiring`, `failed`",
)
NEXT_EXPIRY = Metric(
    "roomsync.subscriptions.next_expiry",
    GAUGE,
    "s",
    (),
    "until the first subscription in use ends; below 0 it has",
)
DIFFERENCES = Metric(
    "roomsync.differences.open",
    GAUGE,
    "{difference}",
    (),
    "what both sides disagree on, counted once an hour",
)
PARKED = Metric(
    "roomsync.parked", GAUGE, "{scope}", ("kind",), "parked now: `mailbox`, `environment`, `rooms`"
)
FORBIDDEN = Metric(
    "roomsync.forbidden",
    GAUGE,
    "{scope}",
    ("kind",),
    "those parked that say that we may not: `mailbox`, `environment`, `rooms`",
)
STOPPED = Metric(
    "roomsync.stopped", GAUGE, "{mailbox}", (), "mailboxes that the guard keeps stopped"
)
POLL_AGE = Metric(
    "roomsync.poll.age", GAUGE, "s", (), "since a worker last took the poll that is due each minute"
)
RECONCILE_AGE = Metric(
    "roomsync.reconcile.age",
    GAUGE,
    "s",
    (),
    "since the mailbox that was longest not looked at as a whole was; once an hour it is due",
)
LOST_RECORDS = Metric(
    "roomsync.telemetry.lost",
    COUNTER,
    "{record}",
    ("kind",),
    "spans, numbers and events that could not be kept or handed over in time",
)

METRICS = (
    NOTIFICATIONS,
    LOOKS,
    CHANGES,
    CHANGE_LATENCY,
    CHANGE_PART,
    QUEUE_WAIT,
    RETRIES,
    GIVEN_UP,
    MAILS,
    GUARD_TRIPS,
    PARKINGS,
    CALLS,
    THROTTLED,
    IN_FLIGHT,
    BUDGET_USED,
    BACKLOG,
    DEAD_LETTERS,
    PUSH_SILENT,
    SUBSCRIPTIONS,
    NEXT_EXPIRY,
    DIFFERENCES,
    PARKED,
    FORBIDDEN,
    STOPPED,
    POLL_AGE,
    RECONCILE_AGE,
    LOST_RECORDS,
)
