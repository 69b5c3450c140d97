"""Free/busy, time zones, rooms and names through EWS (ews A6, A7)."""

from datetime import timedelta

import pytest
from exchangelib import EWSTimeZone
from exchangelib.errors import ErrorMailRecipientNotFound as NobodyError
from exchangelib.errors import (
    ErrorNameResolutionNoResults,
    ErrorProxyRequestNotAllowed,
)
from exchangelib.properties import AlternateId, DLMailbox

from tests.contract.exchange.company import ANNA, BOB
from tests.contract.exchange.ews_company import (
    DORA,
    EMIL,
    KELLER,
    STOLLEN,
    Cellar,
    at,
    story,
)
from tests.contract.exchange.test_ews_series import weekly


@story
def test_who_is_busy_is_told_in_the_zone_of_the_question(cellar: Cellar):
    cellar.book(recurrence=weekly(), location="Bern")
    cellar.book(
        start=at(11), end=at(12), legacy_free_busy_status="Tentative", sensitivity="Private"
    )
    for zone in ("Europe/Berlin", "UTC", "America/New_York"):
        dora = cellar.mailbox(DORA, zone=EWSTimeZone(zone))
        where = EWSTimeZone(zone)
        people = [(DORA, "Required", False), ("no@x.example", "Room", False)]
        mine, nobody = dora.protocol.get_free_busy_info(
            people,
            start=at(9).astimezone(where), end=at(13).astimezone(where),
            merged_free_busy_interval=60, requested_view="DetailedMerged",
        )  # fmt: skip
        assert mine.merged == "2010"
        first, second = mine.calendar_events
        assert first.start == at(9)
        assert (second.busy_type, second.end - second.start) == ("Tentative", timedelta(hours=1))
        assert (first.details.subject, second.details.subject) == ("Budget", None)
        assert second.details.is_private
        assert (mine.working_hours_timezone.bias, len(mine.working_hours)) == (-60, 1)
        assert isinstance(nobody, NobodyError)
    with pytest.raises(ErrorProxyRequestNotAllowed):
        list(dora.protocol.get_free_busy_info([(ANNA, "Required", False)], start=at(9), end=at(13)))
    summer = at(9) + timedelta(days=28)
    (later,) = cellar.mailbox(DORA).protocol.get_free_busy_info(
        [(DORA, "Required", False)], start=summer, end=summer + timedelta(hours=1)
    )
    assert [
        e.start.astimezone(EWSTimeZone("Europe/Berlin")).hour for e in later.calendar_events
    ] == [9]


@story
def test_zones_are_described_with_their_changes(cellar: Cellar):
    protocol = cellar.mailbox(DORA).protocol
    berlin, tokyo, sydney = (
        next(iter(protocol.get_timezones([EWSTimeZone(name)], return_full_timezone_data=True)))
        for name in ("Europe/Berlin", "Asia/Tokyo", "Australia/Sydney")
    )
    standard, daylight, period = berlin.get_std_and_dst(2026)
    assert (period.bias, daylight.bias) == (timedelta(hours=-1), -60)
    assert (standard.iso_month, daylight.iso_month, daylight.occurrence) == (10, 3, 5)
    assert tokyo.get_std_and_dst(2026)[2].bias == timedelta(hours=-9)
    assert sydney.get_std_and_dst(2026)[1].iso_month == 10
    assert len(list(protocol.get_timezones())) > 100


@story
def test_rooms_stand_in_the_lists_of_their_buildings(cellar: Cellar):
    protocol = cellar.mailbox(DORA).protocol
    (bern,) = protocol.get_roomlists()
    assert (bern.name, bern.email_address) == ("Bern", "rooms-bern@onprem.example")
    assert [r.email_address for r in protocol.get_rooms(bern.email_address)] == [KELLER, STOLLEN]
    with pytest.raises(ErrorNameResolutionNoResults):
        list(protocol.get_rooms("rooms-nowhere@onprem.example"))


@story
def test_names_addresses_and_groups_are_resolved(cellar: Cellar):
    protocol = cellar.mailbox(DORA).protocol
    assert [m.email_address for m in protocol.resolve_names(["d.k@onprem.example"])] == [DORA]
    assert {m.email_address for m in protocol.resolve_names(["Keller"])} == {DORA, KELLER}
    ((mailbox, contact),) = protocol.resolve_names([ANNA], return_full_contact_data=True)
    assert (mailbox.email_address, contact.display_name) == (ANNA, "Anna Meier")
    (nobody,) = protocol.resolve_names(["nobody@onprem.example"])
    assert isinstance(nobody, ErrorNameResolutionNoResults)
    (group,) = protocol.resolve_names(["team@onprem.example"])
    assert group.mailbox_type == "PublicDL"
    members = protocol.expand_dl(DLMailbox(email_address=group.email_address))
    assert [m.email_address for m in members] == [EMIL, BOB]
    with pytest.raises(ErrorNameResolutionNoResults):
        list(protocol.expand_dl("nothing@onprem.example"))
    item = cellar.book()
    (same,) = protocol.convert_ids([AlternateId(id=item.id, format="EwsId", mailbox=DORA)], "OwaId")
    assert same.id == item.id
