"""Finds what ItemIds name, for every operation alike."""

from dataclasses import replace

from devstack.exchange.ews import ids
from devstack.exchange.ews.calls import Call
from devstack.exchange.ews.errors import EwsError, item_not_found
from devstack.exchange.ews.item_parts import View
from devstack.exchange.ews.soap import Element, named
from devstack.exchange.model import expansion
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import Item
from devstack.exchange.model.refusals import OccurrenceDeletedError


class Reading:
    """Looks items up in the mailbox a call acts for."""

    def __init__(self, model: Exchange) -> None:
        self._model = model

    def view(self, call: Call) -> View:
        """Return how a caller gets items shown."""
        return View(
            mailbox=call.own,
            series=self._model.series,
            zone=call.zone,
            own_uids=self._model.switches["ews_occurrence_uid"] == "own",
        )

    def item(self, call: Call, wanted: Element) -> Item:
        """Return the item of an ItemId, OccurrenceItemId or RecurringMasterItemId."""
        match named(wanted.tag):
            case "OccurrenceItemId":
                return self._occurrence(call, wanted)
            case "RecurringMasterItemId":
                part = self._found(call, wanted.get("OccurrenceId", ""))
                if not part.is_part_of_series:
                    raise EwsError(
                        "ErrorCalendarCannotUseIdForRecurringMasterId",
                        "The id is not that of an occurrence of a series.",
                    )
                return self._model.store.master(part)
            case _:
                return self._found(call, wanted.get("Id", ""))

    def unchanged(self, call: Call, wanted: Element) -> tuple[Item, bool]:
        """Return the item of an id with a change key, and whether it is still at that version."""
        item = self.item(call, wanted)
        key = wanted.get("ChangeKey")
        return item, key is None or ids.of_model(key) == item.change_key

    def _found(self, call: Call, text: str) -> Item:
        mailbox = call.own
        own_id = ids.rest_id(mailbox, text)
        try:
            item = None if own_id is None else self._model.series.find(mailbox.guid, own_id)
        except OccurrenceDeletedError as deleted:
            raise EwsError(
                "ErrorCalendarOccurrenceIsDeletedFromRecurrence", str(deleted)
            ) from deleted
        if item is None:
            raise item_not_found()
        return item

    def _occurrence(self, call: Call, wanted: Element) -> Item:
        """Return the date of a series with this number; deleted ones count."""
        master = self._found(call, wanted.get("RecurringMasterId", ""))
        rule = master.recurrence
        if rule is None:
            raise EwsError(
                "ErrorCalendarCannotUseIdForOccurrenceId",
                "The id is not that of a recurring master.",
            )
        day = expansion.first_date(rule)
        for _ in range(int(wanted.get("InstanceIndex", "1")) - 1):
            day = None if day is None else expansion.date_after(rule, day)
        if day is None:
            raise EwsError(
                "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange",
                "Occurrence index is out of recurrence range.",
            )
        if (found := self._model.series.member(master, day)) is None:
            raise EwsError(
                "ErrorCalendarOccurrenceIsDeletedFromRecurrence",
                "The occurrence was deleted from the recurrence.",
            )
        return found


def shown_with(view: View, *, text_bodies: bool = False, is_summary: bool = False) -> View:
    """Return a view with other bodies, or as a list of a folder shows items."""
    return replace(view, text_bodies=text_bodies, is_summary=is_summary)
