"""One notice becomes one mail, at most once, also when the worker dies in the middle (R-800 ff.).

A notice is queued before what it speaks of is done, so that no crash loses it, and waits until the
pass has been stored, so that it does not speak of what did not happen:

    the link                                        then
    has stored that pass                            the mail is written
    has stored a later one: the worker had died     it is written, unless the resource that was not
                                                    to be had is booked now
    has stored nothing since                        in a moment again, for a quarter of an hour;
                                                    then as if a later pass had been stored

What is dropped leaves no mark: whoever repeats the pass tells it again, by the same id.

Sending has no idempotency key. So a mark is put down before a mail leaves and completed after. Who
finds a mark that was not completed waits until Exchange has surely filed what was sent, and looks
into the sender's Sent Items before anything is sent again.
"""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from core.app.mail.gather import Doors, Unsent, gather
from core.app.mail.letter import write_letter
from core.app.mail.library import Library
from core.app.services import Services
from core.domain.notice import Notice, NoticeKind, OperatorNotice
from core.domain.remaining import booked_slots
from core.errors import (
    AlreadyExistsError,
    RetryClass,
    ServiceUnavailableError,
    StaleVersionError,
    TransientError,
)
from core.ports.mail import Letter, Mailer, NoticeMark, NoticeState, NoticeStore

log = logging.getLogger(__name__)

STORED_WITHIN = timedelta(minutes=15)
"""Longer than the queue remembers ids: what a repeated pass tells again is not dropped as known."""

OF_NO_BOOKING = frozenset(
    {NoticeKind.NOT_BOOKED, NoticeKind.ROOM_REMOVED, NoticeKind.ROOM_KEPT, NoticeKind.DIRECT_ITEM}
)
"""What says of a resource that it was not booked."""

FILING_S = 45.0
"""Seconds after which a mail that was sent is in Sent Items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRoom:
    """What mails are written and sent with.

    `mailer` None: this installation sends none; `why_silent` says why, and `is_wanted` whether it
    was meant to. `operators` get what is of no single meeting, in the installation's `language`;
    `console` is where they find more.
    """

    library: Library
    notices: NoticeStore
    mailer: Mailer | None
    doors: Doors
    is_wanted: bool = True
    why_silent: str = ""
    operators: tuple[str, ...] = ()
    language: str = "en"
    console: str = ""


class UnsureError(TransientError):
    """Somebody began to send this mail a moment ago: look into Sent Items when it is filed."""

    retry_class = RetryClass.CONNECTIVITY
    is_answer = True


class NotStoredError(TransientError):
    """The pass that this mail speaks of is not stored yet: nobody is told before it is."""


async def send_notice(notice: Notice, services: Services, post: PostRoom) -> NoticeState:
    """Write and send the mail of a notice, unless it was sent before or nobody is to be told.

    TransientError: try again later. The answer says what became of it.
    """
    if post.mailer is None:
        log.info("notice_without_sender", extra={"kind": notice.kind})
        return NoticeState.SKIPPED
    known = await post.notices.find(notice.id)
    if known is not None and known.state is not NoticeState.SENDING:
        return known.state
    if known is not None:
        _wait_for_filing(known, services)
        if await post.mailer.was_sent(notice.id):
            await _close(known, NoticeState.SENT, "found in Sent Items", services, post)
            return NoticeState.SENT
    if not await _is_true(notice, services):
        log.info("notice_of_nothing", extra={"kind": notice.kind})
        return NoticeState.SKIPPED
    letter = await _letter(notice, services, post)
    if isinstance(letter, Unsent):
        return await _skip(notice, letter, known, services, post)
    mark = await _claim(notice, known, services, post)
    await _send(letter, post.mailer)
    await _close(mark, NoticeState.SENT, "", services, post)
    log.info("notice_sent", extra={"kind": notice.kind, "language": letter.language})
    return NoticeState.SENT


async def _is_true(notice: Notice, services: Services) -> bool:
    """Tell whether what a notice speaks of has happened; NotStoredError: it is not known yet."""
    if notice.occasion is None:
        return True
    link = await services.mappings.get(notice.mapping_id)
    if link is not None and link.occasions > notice.occasion:
        return True
    is_later = link is not None and link.changed_at is not None and link.changed_at > notice.at
    # A notice from before the clock was set back is no younger for that.
    if not is_later and abs(services.clock.now() - notice.at) < STORED_WITHIN:
        raise NotStoredError("its pass is not stored yet")
    if link is None or notice.kind not in OF_NO_BOOKING:
        return True
    booked = booked_slots(link)
    return not all((part.resource, part.time) in booked for part in notice.parts)


async def _send(letter: Letter, mailer: Mailer) -> None:
    try:
        await mailer.send(letter)
    except ServiceUnavailableError as error:
        # It may have been sent all the same: nothing is known before it would have been filed.
        wait_s = max(FILING_S, error.retry_after_s or 0.0)
        raise UnsureError(str(error), retry_after_s=wait_s) from error


def _wait_for_filing(mark: NoticeMark, services: Services) -> None:
    age_s = (services.clock.now() - mark.at).total_seconds()
    if abs(age_s) < FILING_S:
        raise UnsureError(
            "the mail of this notice is being sent", retry_after_s=FILING_S - max(age_s, 0.0)
        )


async def _letter(notice: Notice, services: Services, post: PostRoom) -> Letter | Unsent:
    if isinstance(notice.kind, OperatorNotice):
        from core.app.drift.summary import Readers, write_summary  # noqa: PLC0415 - once a night

        readers = Readers(post.operators, post.language, post.console)
        letter = await write_summary(notice, readers, services)
        return letter or Unsent("nothing differs, or no operator is named")
    matter = await gather(notice, services, post.doors)
    if isinstance(matter, Unsent):
        return matter
    letter = write_letter(matter, post.library)
    return letter or Unsent("the location's text is empty in this language")


async def _claim(
    notice: Notice, known: NoticeMark | None, services: Services, post: PostRoom
) -> NoticeMark:
    """Put down that a mail is about to leave; whoever comes second waits."""
    now = services.clock.now()
    try:
        if known is not None:
            return await post.notices.replace(replace(known, at=now))
        return await post.notices.claim(_first_mark(notice, NoticeState.SENDING, services))
    except (AlreadyExistsError, StaleVersionError) as error:
        raise UnsureError("another worker sends this mail", retry_after_s=FILING_S) from error


async def _close(
    mark: NoticeMark, state: NoticeState, reason: str, services: Services, post: PostRoom
) -> None:
    closed = replace(mark, state=state, reason=reason, at=services.clock.now())
    try:
        await post.notices.replace(closed)
    except StaleVersionError:
        # Somebody else found the mail in Sent Items and has written the same.
        log.info("notice_closed_by_another")


async def _skip(
    notice: Notice,
    unsent: Unsent,
    known: NoticeMark | None,
    services: Services,
    post: PostRoom,
) -> NoticeState:
    log.info("notice_skipped", extra={"kind": notice.kind, "reason": unsent.reason})
    mark = known or _first_mark(notice, NoticeState.SKIPPED, services)
    if known is not None:
        await _close(mark, NoticeState.SKIPPED, unsent.reason, services, post)
        return NoticeState.SKIPPED
    try:
        await post.notices.claim(replace(mark, reason=unsent.reason))
    except AlreadyExistsError:
        log.info("notice_closed_by_another")
    return NoticeState.SKIPPED


def _first_mark(notice: Notice, state: NoticeState, services: Services) -> NoticeMark:
    """Return the first mark of a notice; it says of which link, for the history of that."""
    return NoticeMark(
        notice_id=notice.id,
        state=state,
        at=services.clock.now(),
        kind=notice.kind.value,
        mapping_id=notice.mapping_id,
    )
