"""What an attendee says to a meeting (graph-calendar 3.3)."""

from dataclasses import replace

from devstack.exchange.model.item import DELETED_ITEMS, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import Cause
from devstack.exchange.model.post_office import PostOffice
from devstack.exchange.model.refusals import AnswerNotWantedError, OrganizerCannotAnswerError
from devstack.exchange.model.series import Series
from devstack.exchange.model.store import Store
from devstack.exchange.model.values import Answer, AnswerKind, ShowAs, TimeSlot
from devstack.kit.clock import Clock
from devstack.kit.switches import Switches


class Answering:
    """Keeps the answer on the attendee's copy and tells the organizer if wanted."""

    def __init__(
        self, *, stamps: Clock, store: Store, series: Series, post: PostOffice,
        switches: Switches,
    ) -> None:  # fmt: skip
        self._stamps, self._store, self._series = stamps, store, series
        self._post, self._switches = post, switches

    def answer(
        self,
        mailbox: Mailbox,
        item: Item,
        kind: AnswerKind,
        *,
        comment: str,
        send: bool,
        proposed: TimeSlot | None,
        cause: Cause | None,
    ) -> None:
        """Accept, accept tentatively or decline."""
        if item.is_organizer:
            raise OrganizerCannotAnswerError
        if send and not item.content.response_requested:
            raise AnswerNotWantedError
        is_removed = kind is AnswerKind.DECLINED and bool(self._switches["decline_removes"])
        if not is_removed:
            item = self._series.materialise(item)
        before = item.answer
        for exception in self._series.exceptions(item):
            # A date on which nothing else was said has the series' answer.
            if exception.answer == before:
                self._say(exception, kind)
                self._store.save(exception)
        self._say(item, kind)
        if not is_removed:
            self._series.save(item)
        elif item.is_part_of_series:
            self._series.remove([item])
        else:
            self._store.move(item, DELETED_ITEMS)
        if send:
            self._post.send_response(
                item, mailbox, item.answer, comment=comment, proposed=proposed, cause=cause
            )

    def _say(self, item: Item, kind: AnswerKind) -> None:
        item.answer = Answer(kind, self._stamps.now())
        shown = {AnswerKind.ACCEPTED: item.intended_show_as, AnswerKind.DECLINED: ShowAs.FREE}
        item.private = replace(item.private, show_as=shown.get(kind, ShowAs.TENTATIVE))
