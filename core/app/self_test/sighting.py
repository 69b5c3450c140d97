"""How the entry of a self-test is recognised by the sync and left alone, and its look told apart.

Its look-up row says: a copy of a meeting whose id is the test's. So a look at it costs the one read
that every look begins with, is handed on under that id, and ends here. Nobody else pays for it.
"""

from core.app.services import Services
from core.app.silence import TOLD
from core.domain.event import EventPlace
from core.domain.ids import EventId, EventVersion, ICalUid, MappingId
from core.domain.job_kind import JobKind
from core.domain.pointers import Pointer, event_pointer
from core.domain.self_test import SelfTestEntry
from core.domain.work import ICalKey, ItemKey, MailboxJob, WorkItem
from core.ports.self_tests import Sighting

_MARK = "self-test:"
"""No iCalUId begins so."""


async def announce_entry(
    place: EventPlace, event_id: EventId, test_id: MappingId, services: Services
) -> None:
    """Write the look-up row of an entry: from now on no look reads it, books it or claims it."""
    pointer = Pointer(
        ical_uid=ICalUid(f"{_MARK}{test_id}"), home=place, noted_at=services.clock.now()
    )
    await services.pointers.replace(event_pointer(place, event_id), pointer)


def is_of_self_test(key: ItemKey) -> bool:
    """Tell whether a look is one at a test's entry; no call."""
    return isinstance(key, ICalKey) and key.ical_uid.startswith(_MARK)


async def note_sighting(item: WorkItem, services: Services) -> None:
    """Note that a look has come to a test's entry after its change; whoever waits goes on."""
    if not isinstance(item.key, ICalKey):
        return
    place, test_id = item.key.place, MappingId(item.key.ical_uid.removeprefix(_MARK))
    test = await services.self_tests.get(place.mailbox)
    if test is None or test.is_over or test.id != test_id or test.entry is None:
        return
    if not is_of_the_change(item, test.entry):
        return
    is_told = item.source in TOLD
    sighting = Sighting(test_id=test_id, at=item.first_seen, is_told=is_told)
    await services.self_tests.note(place.mailbox, sighting)
    if is_told:
        await go_on(place, services)


def is_of_the_change(item: WorkItem, entry: SelfTestEntry) -> bool:
    """Tell a look because of the change from one because of the creation or the deletion."""
    if entry.changing_since is None or item.deleted:
        return False
    versions = {EventVersion(version) for version in item.versions} - {entry.version}
    return bool(versions - {EventVersion("")}) or (
        bool(versions) and item.first_seen >= entry.changing_since
    )


async def go_on(place: EventPlace, services: Services) -> None:
    """Queue the next steps of a mailbox's run."""
    job = MailboxJob(kind=JobKind.SELF_TEST, place=place, requested_at=services.clock.now())
    await services.queue.send_jobs([job])
