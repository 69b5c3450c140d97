"""Whether people can be told by mail: the sender, and an operator's own texts."""

from core.app.mail.library import Library
from core.app.send_notice import PostRoom
from core.domain.finding import Finding, Part, Severity
from core.errors import RoomSyncError


def mail_text_findings(library: Library, *, has_sender: bool) -> list[Finding]:
    """Return what can be told without a call: texts that are not used, no sender."""
    found = [
        _finding(
            Severity.WARNING,
            "mail_text",
            f"a mail text of yours is not used: {fault}",
            "correct it and restart the app; roomsync mail preview shows the mails",
        )
        for fault in library.faults
    ]
    if not has_sender:
        found.append(
            _finding(
                Severity.NOTE,
                "no_sender",
                "nobody is told by mail when something cannot be booked",
                "set ROOMSYNC_MAIL_SENDER: docs/mails.md",
            )
        )
    return found


async def sender_findings(post: PostRoom) -> list[Finding]:
    """Return what is wrong with the mailbox that mails are sent from; one call."""
    if post.mailer is None:
        if not post.is_wanted:
            return []
        return [_finding(Severity.ERROR, "mail_environment", post.why_silent, "correct it")]
    try:
        await post.mailer.ping()
    except RoomSyncError as error:
        return [
            _finding(
                Severity.ERROR,
                "sender",
                f"the mailbox that mails are sent from cannot be opened: {error}",
                "check ROOMSYNC_MAIL_SENDER, and Mail.Send and Mail.Read for it: docs/mails.md",
            )
        ]
    return []


def _finding(severity: Severity, code: str, what: str, advice: str) -> Finding:
    return Finding(severity=severity, code=code, part=Part.MAILS, who="", what=what, advice=advice)
