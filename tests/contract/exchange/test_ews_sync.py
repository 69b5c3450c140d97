"""SyncFolderItems: what changed since a state, and what it does not tell (ews A3)."""

import pytest
from exchangelib.errors import (
    ErrorInvalidSyncStateData,
    ErrorItemNotFound,
    ErrorNonExistentMailbox,
)
from exchangelib.ewsdatetime import UTC as EWS_UTC
from exchangelib.items import CalendarItem

from tests.contract.exchange.ews_company import DORA, EMIL, Cellar, at, story
from tests.contract.exchange.test_ews_series import SILENT, dates, weekly


class Watcher:
    """Follows one calendar as a client does."""

    def __init__(self, cellar: Cellar, mail: str = DORA, **options: object) -> None:
        self.calendar = cellar.mailbox(mail).calendar
        self.state: str | None = None
        self.options = options

    def changes(self) -> list[tuple[str, object]]:
        self.calendar.item_sync_state = None  # exchangelib would go on from there by itself
        found = list(self.calendar.sync_items(sync_state=self.state, **self.options))
        self.state = self.calendar.item_sync_state
        return found

    def told(self) -> list[tuple[str, object]]:
        """Return each change with the subject, or the id of what is gone."""
        return [
            (how, thing.subject if isinstance(thing, CalendarItem) else thing.id)
            for how, thing in self.changes()
        ]


@story
def test_the_first_walk_tells_everything_and_then_only_changes_are_told(cellar: Cellar):
    cellar.book(subject="Long ago", start=at(9).replace(year=2020), end=at(10).replace(year=2020))
    item = cellar.book(subject="One", body="Secret", required_attendees=[EMIL])
    cellar.book(subject="Series", recurrence=weekly())
    watcher = Watcher(cellar, max_changes_returned=2)
    assert watcher.told() == [("create", "Long ago"), ("create", "One"), ("create", "Series")]
    assert watcher.told() == []

    item.subject = "Two"
    item.save(update_fields=["subject"], **SILENT)
    occurrence = dates(cellar)[-1]
    occurrence.subject = "Other"
    occurrence.save(update_fields=["subject"], **SILENT)
    cellar.book(subject="New")
    assert watcher.told() == [("update", "Two"), ("update", "Series"), ("create", "New")]
    gone = item.id
    item.move_to_trash(send_meeting_cancellations="SendToNone")
    ((how, thing),) = watcher.changes()
    assert (how, thing.id, isinstance(thing, CalendarItem)) == ("delete", gone, False)
    (trashed,) = cellar.mailbox(DORA).trash.all()
    trashed.move(cellar.mailbox(DORA).calendar)
    assert watcher.told() == [("create", "Two")]


@story
def test_a_sync_answer_may_lack_people_bodies_and_rules(cellar: Cellar):
    cellar.book(body="Secret", required_attendees=[EMIL], recurrence=weekly())
    ((_, seen),) = Watcher(cellar).changes()
    assert (seen.body, seen.required_attendees, seen.recurrence) == (None, None, None)
    assert (seen.uid, seen.organizer.email_address) == (cellar.only().uid, DORA)
    cellar.switch(ews_sync_properties="whole")
    ((_, whole),) = Watcher(cellar).changes()
    assert whole.recurrence.boundary.number == 6
    assert whole.required_attendees


@story
def test_a_state_is_good_for_its_folder_until_it_is_forgotten(cellar: Cellar):
    cellar.book()
    watcher = Watcher(cellar)
    watcher.changes()
    other = Watcher(cellar, EMIL)
    other.state = watcher.state
    with pytest.raises(ErrorInvalidSyncStateData):
        other.changes()
    cellar.switch(ews_sync_state_kb=100)
    assert watcher.told() == []
    assert len(watcher.state) > 100 * 1024
    assert watcher.told() == []
    garbled = Watcher(cellar)
    garbled.state = "H4sI" + "x" * 20
    with pytest.raises(ErrorInvalidSyncStateData):
        garbled.changes()
    cellar.control("POST", "delta", {"mail": DORA, "expire": True})
    with pytest.raises(ErrorInvalidSyncStateData):
        watcher.changes()
    cellar.switch(ews_sync_error="thin")
    with pytest.raises(AttributeError):
        watcher.changes()
    watcher.state = None
    assert watcher.told() == [("create", "Budget")]


@story
def test_a_mailbox_that_moves_away_and_back_keeps_its_items_under_other_ids(cellar: Cellar):
    cellar.book(appointment_oid="kept")
    item = cellar.only()
    watcher = Watcher(cellar)
    watcher.changes()
    cellar.control("POST", "mailboxes", {"mail": DORA, "environment": "contoso"})
    with pytest.raises(ErrorNonExistentMailbox):
        watcher.changes()
    service = cellar.wait(cellar.company.service())
    (moved,) = cellar.wait(service.events(DORA))
    assert moved["iCalUId"] == item.uid
    cellar.control("POST", "mailboxes", {"mail": DORA, "environment": "cellar"})
    with pytest.raises(ErrorInvalidSyncStateData):
        watcher.changes()
    fresh = cellar.mailbox(DORA, zone=EWS_UTC)
    (back,) = fresh.calendar.all()
    assert (back.uid, back.appointment_oid) == (item.uid, "kept")
    assert back.id != item.id
    (gone,) = fresh.fetch([(item.id, item.changekey)])
    assert isinstance(gone, ErrorItemNotFound)
