"""What was counted: by tests/scenarios/test_counted_operations.py, which fails if it is not so."""

from dataclasses import dataclass

from infra.cost.operations import Operations

CHANGES = {
    "made in Outlook": Operations(
        graph_reads=5, graph_writes=1, rooms_reads=1, rooms_writes=2, table_reads=33,
        table_writes=16, sends=8, messages=15, executions=18, spans=84,
    ),
    "moved in Outlook": Operations(
        graph_reads=2, rooms_reads=1, rooms_writes=1, table_reads=19, table_writes=4, sends=4,
        messages=10, executions=11, spans=42,
    ),
    "renamed in Outlook": Operations(
        graph_reads=1, rooms_reads=1, rooms_writes=1, table_reads=18, table_writes=3, sends=5,
        messages=8, executions=12, spans=41,
    ),
    "deleted in Outlook": Operations(
        graph_reads=4, rooms_reads=2, rooms_writes=1, table_reads=19, table_writes=3, sends=4,
        messages=6, executions=10, spans=43,
    ),
    "made in ROOMS": Operations(
        graph_reads=5, graph_writes=1, rooms_reads=4, rooms_writes=2, table_reads=36,
        table_writes=12, sends=13, messages=15, executions=24, spans=97, events=2,
    ),
    "moved in ROOMS": Operations(
        graph_reads=2, graph_writes=1, rooms_reads=1, table_reads=26, table_writes=3, sends=8,
        messages=13, executions=17, spans=58,
    ),
    "renamed in ROOMS": Operations(
        graph_reads=1, graph_writes=1, rooms_reads=1, table_reads=20, table_writes=2, sends=8,
        messages=8, executions=15, spans=48,
    ),
    "cancelled in ROOMS": Operations(
        graph_reads=1, graph_writes=1, rooms_reads=2, table_reads=21, table_writes=3, sends=7,
        messages=7, executions=13, spans=48,
    ),
}  # fmt: skip
"""A meeting of three synced people in one synced room, changed once: all that follows from it,
answers of the room and notifications to everybody's mailbox included.
"""

NOTHING = Operations()

MEAN = sum(CHANGES.values(), start=NOTHING).times(1 / len(CHANGES))
"""A change, whichever it is; each kind is as frequent as any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """What a timer does where nothing has changed.

    Most runs do everything; of others it takes `runs_per_round` until each mailbox and link had its
    turn. `fixed` is of each run, all else of a round.
    """

    runs_per_day: float
    runs_per_round: int = 1
    fixed: Operations = NOTHING
    per_round: Operations = NOTHING
    per_mailbox: Operations = NOTHING
    per_link: Operations = NOTHING

    def round(self, mailboxes: float, links: float) -> Operations:
        """Return what so many runs cost that everybody had a turn."""
        everybody = self.per_mailbox.times(mailboxes) + self.per_link.times(links)
        return self.fixed.times(self.runs_per_round) + self.per_round + everybody

    def run(self, mailboxes: float, links: float) -> Operations:
        """Return what one run costs, on the average of a round."""
        return self.round(mailboxes, links).times(1 / self.runs_per_round)


SPANS = 29
"""Parts of its window in which ROOMS is asked in an hour."""

_JOB = Operations(sends=1, messages=1, executions=2, spans=3)
"""A timer, and the one job that it queues."""

TIMERS = {
    "rooms_poll": Timer(
        runs_per_day=1440,
        fixed=_JOB + Operations(rooms_reads=1, table_reads=2, table_writes=1, spans=4),
    ),
    "delta_catch_up": Timer(
        runs_per_day=288,
        fixed=Operations(sends=1, executions=1, spans=2),
        per_mailbox=Operations(
            graph_reads=1, table_reads=1, table_writes=1, messages=1, executions=1, spans=4
        ),
    ),
    "full_sweep": Timer(
        runs_per_day=720,
        runs_per_round=30,
        fixed=Operations(
            table_reads=5, table_writes=2, sends=2, messages=2, executions=3, spans=13
        ),
        per_round=Operations(
            rooms_reads=SPANS,
            table_reads=8,
            table_writes=2,
            sends=64,
            messages=4,
            executions=2,
            spans=22,
        ),
        per_mailbox=Operations(
            graph_reads=1, table_reads=1, table_writes=1, messages=1, executions=1, spans=4
        ),
        per_link=Operations(
            graph_reads=1,
            rooms_reads=1,
            table_reads=8,
            sends=2.5,
            messages=4,
            executions=3.5,
            spans=17.5,
        ),
    ),
    "subscription_care": Timer(
        runs_per_day=96, fixed=Operations(table_reads=1, executions=1, spans=2)
    ),
    "outbox_sweep": Timer(runs_per_day=720, fixed=_JOB + Operations(table_reads=1, spans=1)),
    "measure": Timer(
        runs_per_day=288, fixed=Operations(table_reads=9, table_writes=2, executions=1, spans=12)
    ),
    "parked_care": Timer(runs_per_day=288, fixed=_JOB + Operations(table_reads=2, spans=2)),
    "differences_scan": Timer(
        runs_per_day=1,
        fixed=Operations(table_reads=3, table_writes=2, sends=2, messages=1, executions=1, spans=8),
        per_mailbox=Operations(
            graph_reads=1,
            rooms_reads=1,
            table_reads=3,
            table_writes=1,
            messages=1,
            executions=1,
            spans=7,
        ),
    ),
    "room_policies": Timer(
        runs_per_day=4,
        fixed=Operations(sends=1, executions=1, spans=2),
        per_mailbox=Operations(table_reads=0.5, messages=0.5, executions=0.5, spans=1),
    ),
    "secret_watch": Timer(runs_per_day=1, fixed=Operations(executions=1, spans=1)),
    "retention": Timer(
        runs_per_day=1,
        fixed=_JOB + Operations(table_reads=12, spans=12),
        per_link=Operations(table_reads=0.5, spans=0.5),
    ),
}
"""By function. Half of the mailboxes of the company in which it was counted are rooms'."""

RENEWAL = Operations(
    graph_writes=1, table_reads=2, table_writes=1, messages=1, executions=1, spans=5
)
"""A subscription that is renewed."""

RENEWAL_FIXED = Operations(table_reads=1, sends=1, executions=1, spans=3)
"""The run of `subscription_care` that finds out."""

RENEWALS_PER_DAY = 24 * 60 / (4230 * 0.4)
"""At the earliest at 40 % of what Graph grants (docs/triggers.md), 4230 minutes by default."""
