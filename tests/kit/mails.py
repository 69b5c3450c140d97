"""The error mails that the service has sent, as their readers have them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from devstack.kit.journal import MailEntry
from tests.kit.company import Company


@dataclass(frozen=True, slots=True)
class ErrorMail:
    """One mail; people by their short names, outsiders by their address."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str
    html: str
    language: str | None
    at: datetime


def error_mails(entries: Iterable[MailEntry], company: Company, to: str = "") -> list[ErrorMail]:
    """Return the error mails, oldest first; with `to` only those that somebody got, cc or not."""
    mails = [
        ErrorMail(
            to=tuple(map(company.name_of, entry.to)),
            cc=tuple(map(company.name_of, entry.cc)),
            subject=entry.subject,
            text=entry.text,
            html=entry.html,
            language=entry.language,
            at=datetime.fromisoformat(entry.time),
        )
        for entry in entries
        if entry.kind == "error"
    ]
    return [mail for mail in mails if to in ("", *mail.to, *mail.cc)]
