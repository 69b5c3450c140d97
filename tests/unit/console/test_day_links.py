"""Where a block of the day leads to: its history, or what else is known of its slot."""

import pytest

from core.app.console.day import Entry
from core.app.console.standing import Side, Sight, Standing
from core.app.console.wall import zone_named
from core.domain.ids import BookingId
from tests.unit.builders import LINK, NOW, SAENTIS, hours
from web.board.day import entry_line
from web.words import words_in


@pytest.mark.parametrize(
    ("names", "address"),
    [
        ({"mapping_id": LINK, "booking_id": BookingId(7)}, f"/history?item={LINK}"),
        ({"booking_id": BookingId(7)}, "/history?item=7"),
        (
            {},
            f"/history/slot?resource={SAENTIS}&from=2026-03-03T09%3A00Z&to=2026-03-03T10%3A00Z",
        ),
    ],
)
def test_a_block_leads_to_its_link_its_booking_or_its_slot(names, address):
    sight = Sight(
        side=Side.EXCHANGE, time=hours(9, 10), standing=Standing.NOT_SYNCED, state="busy", **names
    )
    entry = Entry(
        id="e1",
        sight=sight,
        zone=zone_named("Europe/Zurich"),
        day=NOW.date(),
        begins=600,
        ends=660,
        row=0,
        is_late=False,
    )
    line = entry_line(entry, SAENTIS, words_in("en"))
    assert line.history == f"/api/console{address}"
