"""Looks that a person asks for: queued like all others, and answered by a line that names them."""

from collections.abc import Sequence

from core.app.report import Report
from core.app.services import Services
from core.app.sync_item import preview_item
from core.app.whereabouts import NotYetThereError
from core.app.wording import without_people
from core.domain.history import Activity
from core.domain.work import ItemKey, Source, WorkItem
from core.errors import RoomSyncError

LOOK_BACK = 200
"""How many of the newest lines of the console are searched for an answer."""

UNFORESEEN = "unforeseen"
"""The outcome of a look of which nobody can say what it would do."""


def look_by_hand(key: ItemKey, services: Services) -> WorkItem:
    """Return the look that a person asks for: both sides are read, whatever is known.

    Its `trace_id` is what the answer is found by (`answer_to`, R-822).
    """
    return WorkItem(
        key=key,
        source=Source.OPERATOR,
        thorough=True,
        first_seen=services.clock.now(),
        trace_id=services.new_id().replace("-", ""),
    )


async def sync_now(keys: Sequence[ItemKey], services: Services) -> tuple[WorkItem, ...]:
    """Queue a look at each key, in the session of its home, and return the looks."""
    looks = tuple(look_by_hand(key, services) for key in keys)
    await services.queue.send(looks)
    return looks


async def answer_to(trace_id: str, services: Services) -> Activity | None:
    """Return the line that answers a look by hand, None while there is none."""
    lines = await services.activity.latest(LOOK_BACK)
    return next((line for line in lines if line.trace_id == trace_id), None)


async def foreseen(key: ItemKey, services: Services) -> Report:
    """Return what a look at a key would do now; one that would fail says why. Nothing is written.

    Both sides are read as by the look itself. What somebody changes until then may change it.
    """
    try:
        return await preview_item(look_by_hand(key, services), services)
    except NotYetThereError:
        return Report(outcome="nothing", reason="that mailbox shows no such event, or not yet")
    except RoomSyncError as error:
        directory = await services.roster.directory()
        return Report(outcome=UNFORESEEN, reason=without_people(str(error), directory))
