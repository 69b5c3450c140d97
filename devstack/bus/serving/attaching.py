"""What a client's attach asks for, and the link of ours that answers it."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from devstack.bus.amqp.codec import Described
from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.amqp.performatives import RECEIVER, Attach
from devstack.bus.queueing.message_queue import MessageQueue
from devstack.bus.serving.entity_path import (
    CBS,
    parse_entity_path,
    source_filters,
    terminus_address,
)
from devstack.bus.serving.links import (
    SESSION_FILTER,
    ConsumerLink,
    IncomingLink,
    Link,
    LinkSession,
    ProducerLink,
)
from devstack.bus.serving.management import Caller
from devstack.bus.serving.request_links import (
    Reply,
    ReplyLink,
    Request,
    RequestLink,
    accept_token,
    answer_management,
)

SESSION_WAIT_S = 60.0  # when the caller names no time; the client itself gives up at 65 s


class Entities(Protocol):
    """Where queues are found by name."""

    def find_queue(self, name: str) -> MessageQueue:
        """Return a queue by its name in any case; an unknown one is `amqp:not-found`."""
        ...


class AttachingSession(LinkSession, Protocol):
    """The AMQP session in which a link is opened."""

    links: dict[int, Link]


def open_link(session: AttachingSession, attach: Attach, entities: Entities) -> None:
    """Add the link that an attach asks for, or raise the AmqpError that refuses it."""
    address = terminus_address(attach.source if attach.role is RECEIVER else attach.target)
    if address == CBS:
        _open_request_pair(session, attach, None)
        return
    path = parse_entity_path(address)
    queue = entities.find_queue(path.queue)
    if path.is_dead_letters and queue.dead_letters is not None:
        queue = queue.dead_letters
    if path.is_management:
        _open_request_pair(session, attach, queue)
    elif attach.role is RECEIVER:
        _open_consumer(session, ConsumerLink(session, attach, queue))
    else:
        _open_incoming(session, ProducerLink(session, attach, queue))


def _open_request_pair(
    session: AttachingSession, attach: Attach, queue: MessageQueue | None
) -> None:
    """Open one end of `$cbs` (no queue) or of a queue's `$management`."""
    if attach.role is RECEIVER:
        link = ReplyLink(session, attach)
        session.links[link.handle] = link
        link.confirm()
        return
    answer: Callable[[Request], Reply] = accept_token
    if queue is not None:
        answer = partial(answer_management, caller=Caller(queue, session.links.values()))
    request_link = RequestLink(
        session,
        attach,
        answer=answer,
        find_reply_link=partial(_find_reply_link, session),
    )
    _open_incoming(session, request_link)


def _find_reply_link(session: AttachingSession, address: str) -> ReplyLink:
    for link in session.links.values():
        if isinstance(link, ReplyLink) and link.address == address:
            return link
    raise AmqpError(
        Condition.NOT_FOUND, f"There is no receiving link for replies from '{address}'."
    )


def _open_incoming(session: AttachingSession, link: IncomingLink) -> None:
    session.links[link.handle] = link
    link.confirm()
    link.offer_credit()


def _open_consumer(session: AttachingSession, link: ConsumerLink) -> None:
    """Open a receiver's link, at once or, for a session, when one is granted."""
    session.links[link.handle] = link
    filters = source_filters(link.attach.source)
    if SESSION_FILTER not in filters:
        link.queue.join(link)
        link.confirm()
        return
    session_id = filters[SESSION_FILTER]
    session_id = session_id.value if isinstance(session_id, Described) else session_id
    if session_id is not None:
        link.queue.join_session(str(session_id), link)
        return
    timeout_ms = (link.attach.properties or {}).get("com.microsoft:timeout")
    link.queue.wait_for_session(link, timeout_ms / 1000 if timeout_ms else SESSION_WAIT_S)
