"""Answers to invitations and cancellations: items that are created and never kept."""

from collections.abc import Iterable

from devstack.exchange.ews.calls import Call
from devstack.exchange.ews.deeds import Deeds
from devstack.exchange.ews.errors import EwsError
from devstack.exchange.ews.item_parts import item_id
from devstack.exchange.ews.moments import read_moment
from devstack.exchange.ews.reading import Reading
from devstack.exchange.ews.soap import Child, Element, first, m, named, t, text_of
from devstack.exchange.model import bodies
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import Item
from devstack.exchange.model.refusals import OccurrenceDeletedError
from devstack.exchange.model.values import AnswerKind, TimeSlot, ZonedTime

ANSWERS = {
    "AcceptItem": AnswerKind.ACCEPTED,
    "TentativelyAcceptItem": AnswerKind.TENTATIVE,
    "DeclineItem": AnswerKind.DECLINED,
}
RESPONSES = frozenset([*ANSWERS, "CancelCalendarItem"])
_WORDS = {"AcceptItem": "Accept", "TentativelyAcceptItem": "Tentative", "DeclineItem": "Decline"}


class Responding:
    """Answers and calls off; `SaveOnly` answers without telling the organizer."""

    def __init__(self, model: Exchange, deeds: Deeds, reading: Reading) -> None:
        self._model, self._deeds, self._reading = model, deeds, reading

    def create(self, call: Call, element: Element) -> Iterable[Child]:
        """Carry out a response object; its answer names the item where it is now."""
        reference = first(element, "ReferenceItemId")
        if reference is None:
            raise EwsError("ErrorInvalidReferenceItem", "A response needs the item it is about.")
        if reference.get("ChangeKey") is None:
            raise EwsError(
                "ErrorChangeKeyRequired", "A change key is required for the reference item."
            )
        item, is_current = self._reading.unchanged(call, reference)
        if not is_current:
            raise EwsError(
                "ErrorStaleObject", "The item was changed since the change key was read."
            )
        kind = named(element.tag)
        if kind in ANSWERS:
            self._answer(call, item, kind, element)
        else:
            words = first(element, "NewBodyContent")
            comment = "" if words is None else bodies.to_text(words.text or "")
            self._deeds.cancel(item, comment, call.by)
        call.changed()
        try:
            found = self._model.series.find(call.own.guid, item.rest_id)
        except OccurrenceDeletedError:
            found = None
        if found is None:
            return [m("Items")]
        return [m("Items", t("CalendarItem", item_id(found, self._reading.view(call))))]

    def _answer(self, call: Call, item: Item, kind: str, element: Element) -> None:
        if item.is_organizer:
            raise EwsError(
                f"ErrorCalendarIsOrganizerFor{_WORDS[kind]}",
                "The organizer of a meeting does not answer it.",
            )
        if item.is_cancelled:
            raise EwsError(
                f"ErrorCalendarIsCancelledFor{_WORDS[kind]}", "The meeting was cancelled."
            )
        wishes_to_send = call.body.get("MessageDisposition") != "SaveOnly"
        self._model.answering.answer(
            call.own,
            item,
            ANSWERS[kind],
            comment=bodies.to_text(text_of(element, "Body") or ""),
            send=wishes_to_send and item.content.response_requested,
            proposed=_proposed(call, element),
            cause=call.by.cause,
        )


def _proposed(call: Call, element: Element) -> TimeSlot | None:
    start, end = text_of(element, "ProposedStart"), text_of(element, "ProposedEnd")
    if not start or not end:
        return None
    return TimeSlot(
        ZonedTime(read_moment(start, call.zone), call.zone),
        ZonedTime(read_moment(end, call.zone), call.zone),
    )
