"""The dates of series as calendars show them: the Exchange simulator's own expansion."""

from collections.abc import Iterator
from datetime import datetime

from devstack.exchange.graph.event_json import View, event_json
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import Item
from tests.kit.company import Company
from tests.kit.views import EventView, event_view


def dates_in_calendars(
    exchange: Exchange, company: Company, start: datetime, end: datetime
) -> Iterator[EventView]:
    """Yield the dates of every copy of every series that touch [start, end), by mailbox and time.

    Deleted dates are none; those of a deleted or cancelled series are marked as such.
    """
    for mailbox in exchange.directory:
        if not mailbox.has_mailbox or mailbox.is_system:
            continue
        name = company.name_of(mailbox.mail)
        for master in list(exchange.store.items(mailbox.guid)):
            if master.is_master:
                for date in exchange.series.members(master, start, end):
                    yield _view(name, date, master, company)


def _view(mailbox: str, date: Item, master: Item, company: Company) -> EventView:
    shown = event_json(date, View(properties=None))
    shown.setdefault("singleValueExtendedProperties", [])
    shown |= {"immutableId": date.immutable_id, "isDeleted": master.is_deleted}
    return event_view(mailbox, shown, company, master_id=master.immutable_id)
