"""What an attendee says to a meeting (graph-calendar 3.3)."""

from dataclasses import replace

from devstack.exchange.model.item import DELETED_ITEMS, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import Cause
from devstack.exchange.model.post_office import PostOffice
from devstack.exchange.model.refusals import AnswerNotWantedError, OrganizerCannotAnswerError
from devstack.exchange.model.store import Store
from devstack.exchange.model.values import Answer, AnswerKind, ShowAs, TimeSlot
from devstack.kit.clock import Clock
from devstack.kit.switches import Switches


class Answering:
    """Keeps the answer on the attendee's copy and tells the organizer if wanted."""

    def __init__(
        self, *, stamps: Clock, store: Store, post: PostOffice, switches: Switches
    ) -> None:
        self._stamps, self._store, self._post, self._switches = stamps, store, post, switches

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
        item.answer = Answer(kind, self._stamps.now())
        shown = {AnswerKind.ACCEPTED: item.intended_show_as, AnswerKind.DECLINED: ShowAs.FREE}
        item.private = replace(item.private, show_as=shown.get(kind, ShowAs.TENTATIVE))
        if kind is AnswerKind.DECLINED and self._switches["decline_removes"]:
            self._store.move(item, DELETED_ITEMS)
        else:
            self._store.save(item)
        if send:
            self._post.send_response(
                item, mailbox, item.answer, comment=comment, proposed=proposed, cause=cause
            )
