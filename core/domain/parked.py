"""What is kept while its scope is parked: where to look again, once per key (docs/parking.md)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from core.domain.scope import Scope
from core.domain.work import MailboxJob, WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """One dirty row; `row` is its name in the store, `version` what it was read with."""

    scope: Scope
    work: WorkItem | MailboxJob
    row: str
    version: str = field(default="", compare=False)

    @property
    def since(self) -> datetime:
        """Return when it was first asked for."""
        work = self.work
        return work.first_seen if isinstance(work, WorkItem) else work.requested_at


def to_park(work: WorkItem | MailboxJob) -> WorkItem | MailboxJob:
    """Return what is kept of a look: its key and that it speaks of a deletion, nothing it saw.

    Its tries begin anew: it was not the look, or the job, that failed.
    """
    if isinstance(work, WorkItem):
        return replace(work, version="", also=(), attempt=0)
    return replace(work, attempt=0)


def joined(known: WorkItem | MailboxJob, new: WorkItem | MailboxJob) -> WorkItem | MailboxJob:
    """Return two looks at one key as one: the oldest counts, no deletion is forgotten."""
    if not isinstance(known, WorkItem) or not isinstance(new, WorkItem):
        return known
    first = min(known, new, key=lambda item: item.first_seen)
    return replace(
        first,
        deleted=known.deleted or new.deleted,
        thorough=known.thorough or new.thorough,
    )
