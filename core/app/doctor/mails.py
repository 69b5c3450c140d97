"""Whether people can be told by mail: the sender, and an operator's own texts."""

from core.app.mail.library import Library
from core.app.send_notice import PostRoom
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.errors import RoomSyncError


def mail_text_findings(library: Library, *, has_sender: bool) -> list[Finding]:
    """Return what can be told without a call: texts that are not used, no sender."""
    told = [found(Kind.MAIL_TEXT, Part.MAILS, fault=fault) for fault in library.faults]
    if not has_sender:
        told.append(found(Kind.NO_SENDER, Part.MAILS))
    return told


async def sender_findings(post: PostRoom) -> list[Finding]:
    """Return what is wrong with the mailbox that mails are sent from; one call."""
    if post.mailer is None:
        if not post.is_wanted:
            return []
        return [found(Kind.MAIL_ENVIRONMENT, Part.MAILS, why=post.why_silent)]
    try:
        await post.mailer.ping()
    except RoomSyncError as error:
        return [found(Kind.SENDER, Part.MAILS, error=error)]
    return []
