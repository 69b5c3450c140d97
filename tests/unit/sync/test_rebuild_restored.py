"""What becomes of the link of a single meeting that has lost its other side (S05)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.buffer_mark import BufferKind, BufferMark
from core.domain.event import Answer, EventPlace
from core.domain.ids import EventId, resource_mailbox
from core.domain.interval import Interval
from core.domain.mapping import MappingState
from core.domain.policies import Policies
from core.domain.refusal import RefusalCode
from core.sync.observed import Observed
from core.sync.rebuild.restored import refused_in_silence, restored_buffers, restored_event
from core.sync.rebuild.shown import BufferItem
from tests.unit.builders import (
    CONTOSO,
    LINK,
    PILATUS,
    SAENTIS,
    a_booking,
    a_context,
    a_new_link,
    a_resource,
    an_event,
    guest,
    hours,
    room,
)

IN_THE_ROOM = an_event(
    place=EventPlace(CONTOSO, resource_mailbox(SAENTIS)),
    organizer_address="saentis@contoso.example",
    appointment_oid=None,
    invitees=(),
)


def alone(event, **policies):
    context = a_context(policies=Policies(**policies))
    return restored_event(Observed(mapping=a_new_link(), event=event), event, context)


def in_silence(event, found, *, is_sync_master=True, **policies):
    rooms = [a_resource(SAENTIS, "Saentis", is_sync_master=is_sync_master)]
    context = a_context(policies=Policies(**policies), resources=rooms)
    return refused_in_silence(Observed(mapping=a_new_link(), event=event), event, found, context)


@pytest.mark.parametrize(
    ("policy", "codes"),
    [
        ("one", [RefusalCode.UNPAIRED, RefusalCode.SECOND_RESOURCE]),
        ("many", [RefusalCode.UNPAIRED, RefusalCode.UNPAIRED]),
    ],
)
def test_an_event_without_its_booking_is_listed_as_if_told(policy, codes):
    event = an_event(invitees=(room(), room("pilatus")))
    link = alone(event, resources_per_event=policy)
    assert link.state is MappingState.REJECTED
    assert [refusal.code for refusal in link.refusals] == codes
    assert all(refusal.told for refusal in link.refusals)


def test_an_event_that_invites_nothing_of_ours_needs_no_link():
    assert alone(an_event(invitees=(guest("marc@contoso.example"),))) is None


def test_what_was_refused_before_is_remembered_and_told_nobody_again():
    event, found = an_event(appointment_oid=None), {SAENTIS: RefusalCode.OCCUPIED}
    link = in_silence(event, found, is_sync_master=False)
    assert link.state is MappingState.REJECTED
    assert [(r.code, r.told) for r in link.refusals] == [(RefusalCode.OCCUPIED, True)]
    assert in_silence(event, found) is None, "a Sync-Master takes it off: that is for a look"


def test_a_meeting_of_nobody_s_in_a_room_is_listed_without_its_mail():
    """R-430: it was told when it was found first."""
    link = in_silence(replace(IN_THE_ROOM, invitees=(guest("marc@contoso.example"),)), {})
    assert [(r.code, r.told) for r in link.refusals] == [(RefusalCode.DIRECT_ITEM, True)]


@pytest.mark.parametrize(
    ("event", "policies"),
    [
        (IN_THE_ROOM, {"direct_booking": "cancel"}),
        (IN_THE_ROOM, {"direct_booking": "book_as:marc@contoso.example"}),
        (replace(IN_THE_ROOM, is_organizer=False, own_answer=Answer.DECLINED), {}),
    ],
)
def test_what_a_look_would_do_more_about_than_to_list_it_is_left_to_a_look(event, policies):
    assert in_silence(event, {}, **policies) is None


def test_of_buffers_that_lie_twice_one_is_kept_as_it_lies():
    """D8: one at another time than wanted is placed anew by the next look."""
    place = EventPlace(CONTOSO, resource_mailbox(SAENTIS))

    def item(name, kind, time):
        mark = BufferMark(LINK, kind)
        return BufferItem(
            mapping_id=LINK,
            event=an_event(event_id=EventId(name), place=place, time=time, buffer=mark),
        )

    lead, late = hours(8.5, 9), hours(10, 11)
    found = restored_buffers(
        (
            item("before", BufferKind.LEAD, lead),
            item("again", BufferKind.LEAD, lead),
            item("after", BufferKind.FOLLOW_UP, late),
        ),
        (a_booking(prepared=Interval(lead.start, hours(9, 10).end + timedelta(minutes=15))),),
        a_context(
            policies=Policies(lead_follow_up="holds"),
            resources=[a_resource(SAENTIS, "Saentis"), a_resource(PILATUS, "Pilatus")],
        ),
    )
    assert [(b.kind, b.event_id, b.wanted, b.time) for b in found] == [
        (BufferKind.LEAD, "before", lead, lead),
        (BufferKind.FOLLOW_UP, "after", None, late),
    ]
