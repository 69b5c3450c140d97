"""Answers, cancellations and rooms, within an installation and across to the cloud (ews A7)."""

import pytest
from exchangelib import Message
from exchangelib.errors import (
    ErrorCalendarIsCancelledForAccept,
    ErrorCalendarIsOrganizerForAccept,
    ErrorInvalidRecipients,
    ErrorSendAsDenied,
    ErrorStaleObject,
)
from exchangelib.items import SAVE_ONLY
from exchangelib.properties import Mailbox

from tests.contract.exchange.company import ANNA, BOB, SAENTIS, invited, meeting
from tests.contract.exchange.ews_company import DORA, EMIL, KELLER, Cellar, at, story
from tests.contract.exchange.test_ews_series import dates, weekly


def answers(cellar: Cellar, mail: str = DORA) -> dict[str, str]:
    item = cellar.only(mail)
    people = [*(item.required_attendees or []), *(item.resources or [])]
    return {a.mailbox.email_address: a.response_type for a in people}


@story
def test_an_answer_changes_the_copy_and_tells_the_organizer(cellar: Cellar):
    cellar.book(required_attendees=[EMIL, BOB])
    copy = cellar.only(EMIL)
    copy.accept(body="Gladly")
    cellar.settle()
    assert answers(cellar) == {EMIL: "Accept", BOB: "Unknown"}
    assert cellar.only(EMIL).my_response_type == "Accept"
    with pytest.raises(ErrorStaleObject):
        copy.decline()
    calendar = cellar.mailbox(EMIL).calendar
    cellar.only(EMIL).tentatively_accept(message_disposition=SAVE_ONLY, folder=calendar)
    cellar.settle()
    assert answers(cellar)[EMIL] == "Accept"
    assert cellar.only(EMIL).my_response_type == "Tentative"
    assert cellar.only(EMIL).legacy_free_busy_status == "Tentative"
    cellar.only(EMIL).decline(proposed_start=at(12), proposed_end=at(13))
    cellar.settle()
    assert answers(cellar)[EMIL] == "Decline"
    assert cellar.only().required_attendees[0].proposed_start == at(12)
    assert cellar.mailbox(EMIL).calendar.all().count() == 0
    mine = cellar.only()
    with pytest.raises(ErrorCalendarIsOrganizerForAccept):
        mine.accept()
    assert len(cellar.mails("response")) == 2


@story
def test_a_meeting_is_called_off_with_a_word(cellar: Cellar):
    cellar.book(required_attendees=[EMIL])
    cellar.only().cancel(new_body="Sorry")
    cellar.settle()
    assert cellar.wait(cellar.company.mails("cancellation"))[0]["text"] == "Sorry"
    assert cellar.mailbox(DORA).calendar.all().count() == 0
    assert cellar.mailbox(DORA).trash.all().count() == 1
    copy = cellar.only(EMIL)
    assert copy.is_cancelled
    with pytest.raises(ErrorCalendarIsCancelledForAccept):
        copy.accept()
    cellar.book(EMIL, required_attendees=[DORA])
    with pytest.raises(Exception, match="organizer"):
        cellar.only(DORA).cancel()


@story
def test_rooms_answer_on_both_sides_of_the_wall(cellar: Cellar):
    cellar.book(resources=[KELLER, SAENTIS])
    assert answers(cellar) == {KELLER: "Accept", SAENTIS: "Accept"}
    anna = cellar.company.outlook(ANNA)
    body = meeting(hour=8, attendees=invited(KELLER, EMIL, keller="resource"))
    made = cellar.wait(anna.create(body))
    cellar.settle()
    seen = cellar.wait(anna.read(made))
    assert [a["status"]["response"] for a in seen["attendees"]] == ["declined", "none"]
    cellar.only(EMIL).accept()
    cellar.settle()
    seen = cellar.wait(anna.read(made))
    assert seen["attendees"][1]["status"]["response"] == "accepted"
    assert cellar.only(EMIL).uid == made["iCalUId"]
    room = cellar.only(KELLER)
    assert (room.subject, room.my_response_type) == ("Dora Keller", "Accept")


@story
def test_one_date_of_a_series_is_declined_alone(cellar: Cellar):
    cellar.book(recurrence=weekly(), required_attendees=[EMIL])
    dates(cellar, EMIL)[1].decline()
    cellar.settle()
    assert [i.start.day for i in dates(cellar, EMIL)] == [3, 17, 24]
    second = dates(cellar)[1]
    assert second.required_attendees[0].response_type == "Decline"
    assert answers(cellar)[EMIL] == "Unknown"


@story
def test_mails_leave_in_the_name_of_the_mailbox(cellar: Cellar):
    dora = cellar.mailbox(DORA)
    message = Message(account=dora, subject="Error", body="Text", to_recipients=[BOB],
                      cc_recipients=[EMIL])  # fmt: skip
    message.send(save_copy=False)
    kept = Message(account=dora, subject="Kept", body="Text", to_recipients=[BOB])
    kept.send_and_save()
    draft = Message(account=dora, folder=dora.drafts, subject="Draft", to_recipients=[EMIL])
    draft.save()
    assert [m.id for m in dora.drafts.all()] == [draft.id]
    draft.send(save_copy=True)
    sent = cellar.wait(cellar.company.mails())
    assert [(m["subject"], m["from"], m["to"], m["cc"]) for m in sent] == [
        ("Error", DORA, [BOB], [EMIL]), ("Kept", DORA, [BOB], []), ("Draft", DORA, [EMIL], []),
    ]  # fmt: skip
    assert {m["kind"] for m in sent} == {"error"}
    assert [m.subject for m in dora.sent.all()] == ["Draft", "Kept"]
    foreign = Message(
        account=dora, subject="X", to_recipients=[BOB], author=Mailbox(email_address=EMIL)
    )
    with pytest.raises(ErrorSendAsDenied):
        foreign.send(save_copy=False)
    with pytest.raises(ErrorInvalidRecipients):
        Message(account=dora, subject="X").send(save_copy=False)
