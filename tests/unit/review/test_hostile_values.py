"""Values that nobody would write on purpose, in what ROOMS sends."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.rooms.payloads import BookingPayload
from core.domain.directory import directory
from core.domain.policies import Policies
from core.domain.stamps import change_stamp, moment_of
from core.errors import InvalidPayloadError
from core.sync.translate import meeting_of_booking

NEVER = "0001-01-01T00:00:00"
BOOKING = {
    "id": 7, "begin": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z", "ressourceId": 101,
    "modifiedOn": NEVER,
}  # fmt: skip


class TestStamps:
    @pytest.mark.parametrize("zone", ["", "Z", "+01:00", "-05:00"])
    def test_never_is_a_stamp_like_any_other(self, zone):
        stamp = change_stamp(NEVER + zone)
        assert change_stamp(stamp) == stamp
        assert stamp < change_stamp("2026-03-02T07:00:00Z")

    @given(st.datetimes(timezones=st.timezones()))
    def test_the_same_moment_is_the_same_stamp_in_every_zone(self, moment):
        known = moment_of(moment.isoformat())
        if known is not None:
            assert change_stamp(moment.isoformat()) == change_stamp(known.isoformat())

    @given(st.text())
    def test_any_text_is_a_stamp(self, text):
        assert change_stamp(change_stamp(text)) == change_stamp(text)

    def test_the_order_as_text_is_the_order_in_time(self):
        early = datetime(999, 1, 1, tzinfo=UTC).isoformat()
        assert change_stamp(early) < change_stamp("2026-03-02T07:00:00Z")


@pytest.mark.parametrize("zone", ["", "Z", "+01:00"])
def test_a_booking_that_was_never_changed_can_be_read(zone):
    assert BookingPayload.read(BOOKING | {"modifiedOn": NEVER + zone}, "booking").id == 7


def test_a_booking_before_all_of_time_is_unreadable_and_nothing_worse():
    with pytest.raises(InvalidPayloadError):
        BookingPayload.read(BOOKING | {"begin": f"{NEVER}+01:00"}, "booking")


@given(st.text(max_size=30))
@pytest.mark.parametrize("field", ["reminder_field", "show_as_field"])
def test_whatever_is_typed_into_a_custom_field_can_be_translated(field, text):
    settings = directory(
        global_sync_enabled=True,
        policies=Policies(**{field: "Feld"}),
        environments=(),
        persons=(),
        resources=(),
    )
    payload = BookingPayload.read(BOOKING | {"fieldValues": {"Feld": text}}, "booking")
    meeting_of_booking(payload.to_domain("Default", "definitive"), settings)


@pytest.mark.parametrize(
    ("text", "minutes"), [("15", 15), ("-1", -1), ("-30", -1), ("--5", None), ("²", None)]
)
def test_a_reminder_is_a_number_of_minutes_or_none(text, minutes):
    settings = directory(
        global_sync_enabled=True,
        policies=Policies(reminder_field="Feld"),
        environments=(),
        persons=(),
        resources=(),
    )
    payload = BookingPayload.read(BOOKING | {"fieldValues": {"Feld": text}}, "booking")
    booking = payload.to_domain("Default", "definitive")
    assert meeting_of_booking(booking, settings).reminder_minutes == minutes
