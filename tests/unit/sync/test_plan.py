"""The decision table of one link: what is seen decides what is done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.booking import BookingStatus
from core.domain.directory import SyncMode
from core.domain.event import AttendeeRole, EventKind, EventPlace
from core.domain.ids import BookingId, EventId, EventVersion, person_mailbox, resource_mailbox
from core.domain.mapping import MappingState, Pending, PendingKind, Refusal
from core.domain.meeting import Aspect, ShowAs
from core.domain.policies import Policies
from core.errors import BookingRefusedError
from core.sync.fold import fold, fold_refusal
from core.sync.move import has_arrived
from core.sync.observed import Observed
from core.sync.plan import plan_sync
from core.sync.record import arrived
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    CreateEvent,
    DeleteEvent,
    Outcome,
    UpdateBooking,
    UpdateEvent,
)
from tests.unit.builders import (
    ANNA,
    CONTOSO,
    DESK,
    LEA,
    LINK,
    MARC,
    NOW,
    ONLINE,
    PILATUS,
    RIGI,
    SAENTIS,
    a_booking,
    a_context,
    a_directory,
    a_link,
    a_new_link,
    a_pair,
    a_participant,
    a_person,
    a_resource,
    an_event,
    changed,
    guest,
    hours,
    room,
)

CONTEXT = a_context()
HOME = EventPlace(CONTOSO, person_mailbox(ANNA))


def plan(seen: Observed, context=CONTEXT):
    return plan_sync(seen, context)


def only_step(seen: Observed, context=CONTEXT):
    steps = plan(seen, context).steps
    assert len(steps) == 1, steps
    return steps[0]


class TestNewEvent:
    def test_an_event_that_invites_a_synced_resource_is_booked_for_its_organizer(self):
        """R-400, R-310"""
        event = an_event(invitees=(guest("marc@contoso.example"), room()), sensitive=True)

        step = only_step(Observed(mapping=a_new_link(), event=event))

        assert isinstance(step, CreateBooking)
        draft = step.draft
        assert (SAENTIS, ANNA, hours(9, 10)) == (draft.resource, draft.organizer, draft.time)
        assert [a.address for a in draft.attendees] == ["marc@contoso.example"]
        assert draft.private
        assert draft.appointment_oid == LINK

    def test_a_resource_invited_as_an_ordinary_attendee_counts_all_the_same(self):
        invited = replace(room(), role=AttendeeRole.REQUIRED)

        step = only_step(Observed(mapping=a_new_link(), event=an_event(invitees=(invited,))))

        assert isinstance(step, CreateBooking)
        assert step.draft.attendees == ()

    def test_an_alias_of_a_resource_counts_all_the_same(self):
        directory = a_directory(
            resources=[a_resource(SAENTIS, "Saentis", aliases=("big-room@contoso.example",))]
        )
        event = an_event(invitees=(room("big-room"),))

        step = only_step(
            Observed(mapping=a_new_link(), event=event), a_context(directory=directory)
        )

        assert isinstance(step, CreateBooking)

    def test_of_several_resources_the_first_is_booked(self):
        """D7 `one`"""
        event = an_event(invitees=(room("pilatus"), room("saentis")))

        step = only_step(Observed(mapping=a_new_link(), event=event))

        assert isinstance(step, CreateBooking)
        assert step.draft.resource == PILATUS

    @pytest.mark.parametrize(
        ("facts", "settings"),
        [
            pytest.param({"time": hours(-20, -19)}, {}, id="past R-106"),
            pytest.param({}, {"enabled": False}, id="global switch R-001"),
            pytest.param({"invitees": ()}, {}, id="no resource"),
            pytest.param({"location": "Saentis", "invitees": ()}, {}, id="location text R-503"),
            pytest.param({"is_organizer": False}, {}, id="participant's copy R-101"),
            pytest.param({"is_draft": True}, {}, id="not sent yet"),
            pytest.param({"kind": EventKind.EXCEPTION}, {}, id="part of a series"),
            pytest.param({"organizer_address": "eva@other.example"}, {}, id="unknown organizer"),
            pytest.param(
                {}, {"persons": [a_person(ANNA, "Anna Meier", mode=SyncMode.NONE)]}, id="mode R-036"
            ),
            pytest.param(
                {},
                {"persons": [a_person(ANNA, "Anna Meier", sync_disabled=True)]},
                id="disabled R-117",
            ),
            pytest.param(
                {},
                {"persons": [a_person(ANNA, "Anna Meier", resource_types=("Fahrzeug",))]},
                id="type not ticked R-030",
            ),
            pytest.param(
                {},
                {"resources": [a_resource(SAENTIS, "Saentis", mode=SyncMode.NONE)]},
                id="resource mode R-021",
            ),
            pytest.param(
                {},
                {"resources": [a_resource(SAENTIS, "Saentis", is_active=False)]},
                id="resource inactive R-024",
            ),
            pytest.param(
                {},
                {"resources": [a_resource(SAENTIS, "Saentis", external_identifier="x")]},
                id="external identifier R-020",
            ),
            pytest.param(
                {"place": EventPlace(CONTOSO, resource_mailbox(SAENTIS))}, {}, id="direct R-430"
            ),
        ],
    )
    def test_what_is_not_ours_gets_no_booking(self, facts, settings):
        seen = Observed(mapping=a_new_link(), event=an_event(**facts))

        result = plan(seen, a_context(**settings))

        assert (result.outcome, result.steps) == (Outcome.IGNORED, ())
        assert result.reason


class TestNewBooking:
    def test_a_booking_appears_in_its_organizers_calendar_with_the_resource_invited(self):
        """R-101, R-301, R-432"""
        booking = a_booking(
            participants=(a_participant("marc@contoso.example", MARC),), appointment_oid=None
        )

        step = only_step(Observed(mapping=a_new_link(), bookings=(booking,)))

        assert isinstance(step, CreateEvent)
        assert step.place == HOME
        draft = step.draft
        assert ("Planung", hours(9, 10)) == (draft.subject, draft.time)
        assert draft.time_zone == "Europe/Zurich"
        assert [(i.address, i.role) for i in draft.invitees] == [
            ("marc@contoso.example", AttendeeRole.REQUIRED),
            ("saentis@contoso.example", AttendeeRole.RESOURCE),
        ]
        assert draft.venue.address == "saentis@contoso.example"
        assert draft.appointment_oid == LINK
        assert draft.show_as is ShowAs.BUSY

    def test_booked_on_behalf_it_is_the_organizers_calendar_not_the_creators(self):
        """R-102: the creator does not even appear in what is read."""
        step = only_step(Observed(mapping=a_new_link(), bookings=(a_booking(organizer=MARC),)))

        assert step.place == EventPlace(CONTOSO, person_mailbox(MARC))

    def test_a_provisional_booking_shows_as_tentative(self):
        """R-215"""
        booking = a_booking(status=BookingStatus.PROVISIONAL)

        step = only_step(Observed(mapping=a_new_link(), bookings=(booking,)))

        assert step.draft.show_as is ShowAs.TENTATIVE

    def test_a_private_booking_becomes_a_private_event(self):
        step = only_step(Observed(mapping=a_new_link(), bookings=(a_booking(is_private=True),)))

        assert step.draft.private
        assert step.draft.subject == "Planung"

    def test_without_resource_sync_the_person_still_gets_the_event_but_no_resource_is_invited(self):
        """R-001: person sync is independent; nothing is written for a resource."""
        step = only_step(
            Observed(mapping=a_new_link(), bookings=(a_booking(),)), a_context(enabled=False)
        )

        assert step.draft.invitees == ()
        assert (step.draft.venue.name, step.draft.venue.address) == ("Saentis", "")

    def test_a_resource_without_mailbox_is_only_named_as_location(self):
        step = only_step(Observed(mapping=a_new_link(), bookings=(a_booking(resource=DESK),)))

        assert step.draft.invitees == ()
        assert step.draft.venue.name == "Desk"

    def test_for_an_unsynced_organizer_the_resource_mailbox_holds_the_slot(self):
        """design 4: no attendees, never a participant's calendar."""
        booking = a_booking(
            organizer=None, participants=(a_participant("marc@contoso.example", MARC),)
        )

        step = only_step(Observed(mapping=a_new_link(), bookings=(booking,)))

        assert step.place == EventPlace(CONTOSO, resource_mailbox(SAENTIS))
        assert step.draft.invitees == ()
        assert step.draft.subject == "Planung"

    def test_a_private_hold_says_nothing(self):
        """P9"""
        booking = a_booking(organizer=None, is_private=True)

        step = only_step(Observed(mapping=a_new_link(), bookings=(booking,)))

        assert step.draft.subject == "Privat"

    @pytest.mark.parametrize(
        ("facts", "settings"),
        [
            pytest.param({"status": BookingStatus.SYSTEM}, {}, id="temporary block R-107"),
            pytest.param({"status": BookingStatus.OTHER}, {}, id="other status"),
            pytest.param({"time": hours(-20, -19)}, {}, id="past R-106"),
            pytest.param({"is_blocking_time": True}, {}, id="blocking time R-109"),
            pytest.param({"resource": 999}, {}, id="hidden system resource R-114"),
            pytest.param(
                {"organizer": None},
                {"policies": Policies(hold_for_unsynced=False)},
                id="no hold wanted",
            ),
            pytest.param({"organizer": None, "resource": DESK}, {}, id="nobody synced"),
            pytest.param(
                {"custom_fields": {"Sync": "nein"}},
                {"policies": Policies(sync_with_calendar_field="Sync")},
                id="own switch off R-031",
            ),
        ],
    )
    def test_what_is_not_ours_gets_no_event(self, facts, settings):
        seen = Observed(mapping=a_new_link(), bookings=(a_booking(**facts),))

        result = plan(seen, a_context(**settings))

        assert (result.outcome, result.steps) == (Outcome.IGNORED, ())


class TestChanges:
    def test_a_pair_that_agrees_needs_nothing(self):
        result = plan(a_pair())

        assert (result.steps, result.outcome) == ((), Outcome.IN_STEP)

    def test_a_change_in_exchange_is_one_write_to_rooms(self):
        event = an_event(
            subject="Neu",
            time=hours(11, 12),
            invitees=(room(), guest("lea@contoso.example")),
        )

        step = only_step(a_pair(event))

        assert isinstance(step, UpdateBooking)
        assert {Aspect.SUBJECT, Aspect.TIME, Aspect.ATTENDEES} == step.aspects
        assert ("Neu", hours(11, 12)) == (step.changes.title, step.changes.time)
        assert [a.address for a in step.changes.attendees] == ["lea@contoso.example"]

    def test_a_change_in_rooms_is_one_write_to_exchange(self):
        booking = a_booking(
            title="Neu",
            time=hours(11, 12),
            participants=(a_participant("eva@other.example"),),
        )

        step = only_step(a_pair(booking=booking))

        assert isinstance(step, UpdateEvent)
        assert {Aspect.SUBJECT, Aspect.TIME, Aspect.ATTENDEES} == step.aspects
        assert [i.address for i in step.changes.invitees] == [
            "saentis@contoso.example",
            "eva@other.example",
        ]
        assert step.changes.venue is None

    def test_lines_that_stay_keep_their_role_and_unknown_rooms_stay(self):
        """ROOMS knows no optional attendees, and a foreign room is none of our business."""
        lines = (
            guest("marc@contoso.example", AttendeeRole.OPTIONAL),
            guest("annex@partner.example", AttendeeRole.RESOURCE),
            room(),
        )
        agreed_event = an_event(invitees=lines)
        agreed = a_booking(participants=(a_participant("marc@contoso.example", MARC),))
        booking = changed(
            agreed, participants=(*agreed.participants, a_participant("lea@contoso.example", LEA))
        )

        step = only_step(a_pair(booking=booking, agreed_event=agreed_event, agreed_booking=agreed))

        assert [*lines] == [*step.changes.invitees[:3]]
        assert step.changes.invitees[3].address == "lea@contoso.example"

    def test_an_answer_of_an_attendee_is_no_change(self):
        answered = replace(room(), answer="accepted")

        assert plan(a_pair(an_event(invitees=(answered,), version=EventVersion("v9")))).steps == ()

    def test_the_order_of_attendees_is_no_change(self):
        """S20"""
        lines = (guest("marc@contoso.example"), guest("lea@contoso.example"), room())

        seen = a_pair(
            an_event(invitees=lines[::-1]),
            agreed_event=an_event(invitees=lines),
            booking=a_booking(),
        )

        assert plan(seen).steps == ()

    def test_reminder_and_free_busy_changed_in_outlook_are_not_written_anywhere(self):
        """R-204, R-206: ROOMS cannot hold them, and nothing is ever corrected back."""
        event = an_event(show_as=ShowAs.FREE, reminder_minutes=5)

        assert plan(a_pair(event)).steps == ()

    def test_with_custom_fields_they_are(self):
        policies = Policies(show_as_field="ShowAs", reminder_field="Reminder")
        fields = {"ShowAs": "busy", "Reminder": "-1"}
        agreed = a_booking(custom_fields=fields)

        step = only_step(
            a_pair(
                an_event(show_as=ShowAs.FREE, reminder_minutes=5),
                agreed,
                mapping=a_link(an_event(), agreed),
            ),
            a_context(policies=policies),
        )

        assert step.changes.custom_fields == (("ShowAs", "free"), ("Reminder", "5"))

    def test_what_a_server_makes_of_a_value_is_accepted(self):
        """S20: ROOMS cuts the title; it is not written again, and Exchange keeps its own."""
        seen = a_pair(an_event(subject="Ein langer Titel"))
        step = only_step(seen)

        after = fold(seen, step, a_booking(title="Ein langer"))

        assert plan(after).steps == ()

    def test_a_booking_without_link_is_given_one(self):
        """R-210: the three places can each be rebuilt from the other two."""
        step = only_step(a_pair(booking=a_booking(appointment_oid=None)))

        assert (LINK, frozenset()) == (step.changes.appointment_oid, step.aspects)

    def test_nothing_is_done_while_a_booking_is_being_made(self):
        result = plan(a_pair(booking=a_booking(status=BookingStatus.SYSTEM, title="Neu")))

        assert (result.outcome, result.steps) == (Outcome.WAITING, ())

    def test_the_past_is_left_alone(self):
        """R-106"""
        old = hours(-20, -19)
        agreed_event, agreed = an_event(time=old), a_booking(time=old)

        result = plan(
            a_pair(
                changed(agreed_event, subject="Spät"),
                agreed_event=agreed_event,
                agreed_booking=agreed,
            )
        )

        assert (result.outcome, result.steps) == (Outcome.IGNORED, ())


class TestResources:
    def test_another_room_in_rooms_replaces_the_old_one_with_its_location(self):
        """R-505"""
        step = only_step(a_pair(booking=a_booking(resource=PILATUS)))

        assert isinstance(step, UpdateEvent)
        assert [i.address for i in step.changes.invitees] == ["pilatus@contoso.example"]
        assert step.changes.venue.address == "pilatus@contoso.example"

    def test_another_room_in_outlook_moves_the_booking(self):
        """R-500"""
        step = only_step(a_pair(an_event(invitees=(room("pilatus"),))))

        assert isinstance(step, UpdateBooking)
        assert step.changes.resource == PILATUS

    def test_a_new_room_beside_the_old_one_replaces_it(self):
        """R-501"""
        book, tidy = plan(a_pair(an_event(invitees=(room(), room("pilatus"))))).steps

        assert book.changes.resource == PILATUS
        assert [i.address for i in tidy.changes.invitees] == ["pilatus@contoso.example"]

    def test_several_new_rooms_at_once_are_too_many(self):
        """R-420, D7 `one`"""
        event = an_event(invitees=(room(), room("pilatus"), room("rigi")))

        told, off = plan(a_pair(event)).steps

        assert [part.resource for part in told.parts] == [PILATUS, RIGI]
        assert {part.code for part in told.parts} == {"second_resource"}
        assert [i.address for i in off.changes.invitees] == ["saentis@contoso.example"]

    def test_changed_on_both_sides_rooms_wins(self):
        step = only_step(a_pair(an_event(invitees=(room("rigi"),)), a_booking(resource=PILATUS)))

        assert isinstance(step, UpdateEvent)
        assert [i.address for i in step.changes.invitees] == ["pilatus@contoso.example"]

    def test_the_room_taken_off_the_event_frees_it(self):
        seen = a_pair(an_event(invitees=(guest("marc@contoso.example"),)))

        result = plan(seen)

        assert [CancelBooking] == [type(s) for s in result.steps]
        after = fold(seen, result.steps[0], a_booking(status=BookingStatus.CANCELLED))
        assert (plan(after).outcome, plan(after).steps) == (Outcome.CANCELLED, ())

    def test_the_room_removed_in_rooms_leaves_the_meeting(self):
        """R-115: the booking moves to an online resource."""
        step = only_step(a_pair(booking=a_booking(resource=ONLINE)))

        assert isinstance(step, UpdateEvent)
        assert (step.changes.invitees, step.changes.clear_venue) == ((), True)

    def test_text_in_the_location_never_changes_the_room(self):
        """R-503"""
        assert plan(a_pair(an_event(location="Pilatus, 2. Stock"))).steps == ()

    def test_a_room_switched_off_later_is_left_as_it_is_on_both_sides(self):
        """D12"""
        context = a_context(enabled=False)

        assert plan(a_pair(an_event(invitees=(room("rigi"),))), context).steps == ()
        assert RIGI not in set(context.directory.synced_places())


class TestEnds:
    def test_deleted_in_outlook_the_booking_is_cancelled(self):
        """R-310, R-311, S25"""
        seen = replace(a_pair(), event=None, event_gone=True)

        step = only_step(seen)

        assert isinstance(step, CancelBooking)
        after = fold(seen, step, a_booking(status=BookingStatus.CANCELLED))
        assert (plan(after).outcome, plan(after).steps) == (Outcome.CANCELLED, ())

    def test_cancelled_in_rooms_the_event_is_removed(self):
        """R-308, R-312"""
        seen = a_pair(booking=a_booking(status=BookingStatus.CANCELLED))

        step = only_step(seen)

        assert isinstance(step, DeleteEvent)
        assert (plan(fold(seen, step, None)).outcome, ()) == (Outcome.CANCELLED, ())

    def test_gone_from_rooms_the_event_is_removed_too(self):
        """R-107: temporary bookings vanish."""
        step = only_step(replace(a_pair(), bookings=(), bookings_gone=frozenset({BookingId(1001)})))

        assert isinstance(step, DeleteEvent)

    def test_gone_on_both_sides_the_link_is_closed(self):
        seen = replace(
            a_pair(),
            event=None,
            event_gone=True,
            bookings=(),
            bookings_gone=frozenset({BookingId(1001)}),
        )

        assert (plan(seen).outcome, plan(seen).steps) == (Outcome.CANCELLED, ())

    def test_an_event_cancelled_in_place_counts_as_deleted(self):
        assert isinstance(
            only_step(replace(a_pair(an_event(is_cancelled=True)), event_gone=True)), CancelBooking
        )

    def test_a_restored_event_does_not_bring_the_booking_back(self):
        """R-311"""
        closed = a_link(an_event(), a_booking(), state=MappingState.CANCELLED)

        result = plan(Observed(mapping=closed, event=an_event()))

        assert (result.outcome, result.steps) == (Outcome.CANCELLED, ())

    def test_the_room_put_back_on_the_event_is_booked_again_under_the_same_link(self):
        without = an_event(invitees=())
        closed = a_link(without, a_booking(), state=MappingState.CANCELLED)

        step = only_step(Observed(mapping=closed, event=an_event()))

        assert isinstance(step, CreateBooking)
        assert step.draft.appointment_oid == LINK

    def test_a_refused_cancellation_is_told_and_not_repeated(self):
        """R-317"""
        seen = replace(a_pair(), event=None, event_gone=True)
        refused = fold_refusal(
            seen, only_step(seen), BookingRefusedError("not_allowed", "läuft"), CONTEXT
        )

        (told,) = plan(refused).steps
        assert told.kind == "cancel_refused"
        after = fold(refused, told, None)
        assert (plan(after).outcome, plan(after).steps) == (Outcome.REFUSED, ())


class TestRefusals:
    def test_a_refused_event_is_not_tried_again_while_it_stays_the_same(self):
        seen = Observed(mapping=a_new_link(), event=an_event())
        refused = fold_refusal(
            seen, only_step(seen), BookingRefusedError("occupied", "belegt"), CONTEXT
        )

        result = plan(refused)

        assert not any(isinstance(step, CreateBooking) for step in result.steps)
        assert "occupied" in result.reason

    def test_a_new_title_does_not_make_it_worth_another_try_but_a_new_time_does(self):
        seen = Observed(mapping=a_new_link(), event=an_event())
        refused = fold_refusal(
            seen, only_step(seen), BookingRefusedError("occupied", "belegt"), CONTEXT
        )

        renamed = replace(refused, event=an_event(time=hours(9, 10), reminder_minutes=3))
        moved = replace(refused, event=an_event(time=hours(13, 14)))

        assert not any(isinstance(step, CreateBooking) for step in plan(renamed).steps)
        assert isinstance(only_step(moved), CreateBooking)

    def test_a_refused_time_does_not_hold_up_the_new_title(self):
        seen = a_pair(an_event(subject="Neu", time=hours(13, 14)))
        step = only_step(seen)
        refused = fold_refusal(seen, step, BookingRefusedError("occupied", "belegt"), CONTEXT)

        renames, told, undoes = plan(refused).steps

        assert {Aspect.SUBJECT} == renames.aspects
        assert told.kind == "rolled_back"
        assert (undoes.aspects, undoes.changes.time) == ({Aspect.TIME}, hours(9, 10))

    def test_a_refused_title_alone_is_undone_too(self):
        seen = a_pair(an_event(subject="Neu"))
        refused = fold_refusal(
            seen, only_step(seen), BookingRefusedError("other", "gesperrt"), CONTEXT
        )

        told, undoes = plan(refused).steps

        assert told.kind == "rolled_back"
        assert undoes.changes.subject == "Planung"

    def test_a_standing_refusal_does_not_hold_up_what_rooms_changes(self):
        refusal = Refusal(
            fingerprint="1:other", aspects=frozenset({Aspect.TIME}), code="c", text="t", since=NOW
        )
        link = a_link(an_event(), a_booking(), refusals=(refusal,))

        step = only_step(a_pair(booking=a_booking(title="ROOMS"), mapping=link))

        assert isinstance(step, UpdateEvent)


class TestEndedSync:
    """R-113: changes in Exchange are not followed any more, those in ROOMS are."""

    @staticmethod
    def seen(event=None, booking=None):
        link = a_link(an_event(), a_booking(), state=MappingState.SYNC_DISABLED)
        return a_pair(event, booking, mapping=link)

    @pytest.mark.parametrize(
        "event",
        [
            an_event(subject="Neu"),
            an_event(time=hours(13, 14)),
            an_event(invitees=(guest("marc@contoso.example"), room())),
            an_event(invitees=()),
            an_event(invitees=(room("pilatus"),)),
        ],
        ids=["subject", "time", "people", "no room", "another room"],
    )
    def test_nothing_is_written_to_rooms(self, event):
        assert plan(self.seen(event)).steps == ()

    def test_a_deleted_event_frees_nothing(self):
        gone = replace(self.seen(), event=None, event_gone=True)
        assert (plan(gone).outcome, plan(gone).steps) == (Outcome.REFUSED, ())

    def test_what_rooms_changes_is_written_to_exchange(self):
        step = only_step(self.seen(booking=a_booking(title="ROOMS", resource=PILATUS)))
        assert isinstance(step, UpdateEvent)
        assert step.aspects == {Aspect.SUBJECT, Aspect.RESOURCES}


class TestNewOrganizer:
    def test_the_event_leaves_one_calendar_and_appears_in_the_other(self):
        """R-103, S09: new one without the resource, old one away, then the resource."""
        lines = (guest("lea@contoso.example", AttendeeRole.OPTIONAL), room())
        people = (a_participant("lea@contoso.example", LEA),)
        seen = a_pair(
            booking=a_booking(organizer=MARC, participants=people),
            agreed_event=an_event(invitees=lines, show_as=ShowAs.TENTATIVE, sensitive=False),
            agreed_booking=a_booking(participants=people),
        )

        create, delete, invite = plan(seen).steps

        there = EventPlace(CONTOSO, person_mailbox(MARC))
        assert (there, True) == (create.place, create.is_move)
        assert [lines[0]] == [*create.draft.invitees]
        assert create.draft.show_as is ShowAs.TENTATIVE
        assert (HOME, EventId("event-1")) == (delete.place, delete.event_id)
        assert [i.address for i in invite.changes.invitees] == [
            "lea@contoso.example",
            "saentis@contoso.example",
        ]

    def test_when_it_has_arrived_nothing_is_left_to_do(self):
        seen = a_pair(booking=a_booking(organizer=MARC))
        create, delete, invite = plan(seen).steps
        there = an_event(
            place=create.place,
            event_id=EventId("event-2"),
            organizer_address="marc@contoso.example",
            invitees=create.draft.invitees,
        )

        after = fold(seen, create, there)
        after = fold(after, delete, None)
        after = fold(after, invite, replace(there, invitees=invite.changes.invitees))

        assert (plan(after).steps, plan(after).outcome) == ((), Outcome.IN_STEP)

    def test_after_a_crash_the_rest_of_the_move_is_done(self):
        there = EventPlace(CONTOSO, person_mailbox(MARC))
        arrived = an_event(
            place=there,
            event_id=EventId("event-2"),
            organizer_address="marc@contoso.example",
            invitees=(),
        )
        link = a_link(
            an_event(),
            a_booking(),
            pending=Pending(
                kind=PendingKind.MOVE_EVENT, lease_until=NOW, transaction_id="t", place=there
            ),
        )
        seen = Observed(mapping=link, event=arrived, bookings=(a_booking(organizer=MARC),))

        delete, invite = plan(seen).steps

        assert (DeleteEvent, HOME) == (type(delete), delete.place)
        after = fold(fold(seen, delete, None), invite, replace(arrived, invitees=(room(),)))
        assert plan(after).steps == ()

    def test_once_it_has_arrived_the_rest_of_the_pass_is_no_move_any_more(self):
        """A title changed in Outlook meanwhile waits for ROOMS, which may wait for an editor."""
        place = EventPlace(CONTOSO, person_mailbox(MARC))
        pending = Pending(kind=PendingKind.MOVE_EVENT, lease_until=NOW, place=place)
        there = an_event(
            place=place,
            event_id=EventId("event-2"),
            organizer_address="marc@contoso.example",
            subject="Budget",
        )
        link = a_link(an_event(), a_booking(), pending=pending)
        seen = Observed(mapping=link, event=there, bookings=(a_booking(organizer=MARC),))
        assert not has_arrived(seen)
        seen = replace(seen, moved=True, made_versions=(there.version,))
        assert has_arrived(seen)

        after = arrived(seen)

        assert (after.home, after.pending) == (place, None)
        assert (after.event.event_id, after.event.settled) == ("event-2", (there.version,))
        step = only_step(replace(seen, mapping=after, moved=False))
        assert isinstance(step, UpdateBooking)
        assert step.aspects == {Aspect.SUBJECT}

    def test_one_that_was_half_made_when_it_moved_is_whole_once_it_has_arrived(self):
        there = EventPlace(CONTOSO, person_mailbox(MARC))
        event = an_event(place=there, event_id=EventId("event-2"))
        link = a_link(None, a_booking(), state=MappingState.CREATING)
        assert arrived(Observed(mapping=link, event=event)).state is MappingState.LINKED

    def test_of_a_move_that_left_no_event_behind_only_the_room_is_still_to_be_invited(self):
        there = EventPlace(CONTOSO, person_mailbox(MARC))
        event = an_event(
            place=there,
            event_id=EventId("event-2"),
            organizer_address="marc@contoso.example",
            invitees=(),
        )
        pending = Pending(kind=PendingKind.MOVE_EVENT, lease_until=NOW, place=there)
        link = replace(a_link(an_event(), a_booking(), pending=pending), event=None)
        seen = Observed(mapping=link, event=event, bookings=(a_booking(organizer=MARC),))

        step = only_step(seen)

        assert isinstance(step, UpdateEvent)
        assert [line.address for line in step.changes.invitees] == ["saentis@contoso.example"]

    def test_a_move_without_an_event_has_not_arrived(self):
        with pytest.raises(ValueError, match="not arrived"):
            arrived(Observed(mapping=a_link(an_event(), a_booking())))

    def test_to_somebody_unsynced_the_resource_mailbox_holds_the_slot(self):
        """R-511 with `hold_for_unsynced`"""
        create, delete = plan(a_pair(booking=a_booking(organizer=None))).steps

        assert create.place == EventPlace(CONTOSO, resource_mailbox(SAENTIS))
        assert create.draft.invitees == ()
        assert delete.place == HOME

    def test_to_somebody_unsynced_without_hold_the_event_goes_and_the_booking_stays(self):
        """R-511"""
        context = a_context(policies=Policies(hold_for_unsynced=False))
        seen = a_pair(booking=a_booking(organizer=None))

        step = only_step(seen, context)

        assert isinstance(step, DeleteEvent)
        after = fold(seen, step, None)
        assert (plan(after, context).outcome, plan(after, context).steps) == (Outcome.CANCELLED, ())


class TestHold:
    HOLD = EventPlace(CONTOSO, resource_mailbox(SAENTIS))

    def a_hold(self, **facts):
        defaults = {
            "place": self.HOLD,
            "organizer_address": "saentis@contoso.example",
            "invitees": (),
        }
        return an_event(**{**defaults, **facts})

    def test_a_hold_follows_rooms(self):
        agreed = a_booking(organizer=None)
        seen = a_pair(
            booking=changed(agreed, time=hours(13, 14), title="Neu"),
            agreed_event=self.a_hold(),
            agreed_booking=agreed,
        )

        step = only_step(seen)

        assert {Aspect.TIME, Aspect.SUBJECT} == step.aspects
        assert step.changes.invitees is None

    def test_a_hold_moved_by_somebody_is_put_back(self):
        agreed = a_booking(organizer=None)

        step = only_step(
            a_pair(
                self.a_hold(time=hours(20, 21)), agreed_event=self.a_hold(), agreed_booking=agreed
            )
        )

        assert step.changes.time == hours(9, 10)

    def test_the_hold_of_a_private_booking_shows_a_neutral_title(self):
        agreed = a_booking(organizer=None, is_private=True)

        assert (
            plan(a_pair(agreed_event=self.a_hold(subject="Privat"), agreed_booking=agreed)).steps
            == ()
        )


def test_a_link_that_is_past_but_still_moves_to_the_future_is_not_past():
    old = hours(-20, -19)
    link = a_link(an_event(time=old), a_booking(time=old))
    seen = Observed(
        mapping=link, event=an_event(time=hours(9, 10)), bookings=(a_booking(time=old),)
    )

    assert plan(seen).outcome is not Outcome.IGNORED
    assert link.time.end + timedelta(hours=1) < NOW
