"""The mail to the operators about a scheduled scan: numbers and what to do; no title, no name."""

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.app.drift.listing import DriftFilter, drifts_that_fit
from core.app.drift.scans import progress
from core.app.services import Services
from core.domain.drift import Advice, Cause, Drift, DriftKind
from core.domain.notice import Notice
from core.domain.scan import Progress
from core.domain.work import mailbox_session
from core.ports.mail import Letter

MOST_MAILBOXES = 10
HOW = "roomsync differences list"

TEXTS = {
    "en": {
        "subject": "{open} open differences between ROOMS and Exchange",
        "scanned": "{done} of {places} mailboxes were compared, {compared} items.",
        "unfinished": "{left} mailboxes were not compared: they did not answer, or it failed.",
        "open": "{open} differences are open, {new} of them are new.",
        "kinds": "What differs",
        "causes": "Probable causes",
        "advice": "What is recommended",
        "mailboxes": "Mailboxes with most of them",
        "how": "See them and put them right: {how}",
        DriftKind.DIFFERS: "both sides are there and do not say the same",
        DriftKind.MISSING_IN_ROOMS: "missing in ROOMS",
        DriftKind.MISSING_IN_EXCHANGE: "missing in Exchange",
        Cause.LOST_NOTIFICATION: "a change that nobody told of",
        Cause.WHILE_PARKED: "changed while something did not answer",
        Cause.DIRECT_EDIT: "edited in the resource mailbox",
        Cause.REFUSED: "refused",
        Cause.POLICY: "settings",
        Cause.UNKNOWN: "unknown",
        Advice.USE_ROOMS: "use ROOMS",
        Advice.USE_EXCHANGE: "use Exchange",
        Advice.IGNORE: "ignore",
        Advice.CHECK: "look at it",
    },
    "de": {
        "subject": "{open} offene Differenzen zwischen ROOMS und Exchange",
        "scanned": "{done} von {places} Postfächern wurden verglichen, {compared} Einträge.",
        "unfinished": "{left} Postfächer wurden nicht verglichen: Sie haben nicht geantwortet,"
        " oder es ist fehlgeschlagen.",
        "open": "{open} Differenzen sind offen, {new} davon sind neu.",
        "kinds": "Was verschieden ist",
        "causes": "Wahrscheinliche Ursachen",
        "advice": "Was empfohlen wird",
        "mailboxes": "Postfächer mit den meisten",
        "how": "Ansehen und beheben: {how}",
        DriftKind.DIFFERS: "beide Seiten sind da und sagen nicht dasselbe",
        DriftKind.MISSING_IN_ROOMS: "fehlt in ROOMS",
        DriftKind.MISSING_IN_EXCHANGE: "fehlt in Exchange",
        Cause.LOST_NOTIFICATION: "eine Änderung, die niemand gemeldet hat",
        Cause.WHILE_PARKED: "geändert, während etwas nicht antwortete",
        Cause.DIRECT_EDIT: "im Ressourcenpostfach bearbeitet",
        Cause.REFUSED: "abgelehnt",
        Cause.POLICY: "Einstellungen",
        Cause.UNKNOWN: "unbekannt",
        Advice.USE_ROOMS: "ROOMS übernehmen",
        Advice.USE_EXCHANGE: "Exchange übernehmen",
        Advice.IGNORE: "ignorieren",
        Advice.CHECK: "ansehen",
    },
}


@dataclass(frozen=True, slots=True)
class Readers:
    """Who is told, in which language; `console` is where they see more, "" if that is not known."""

    operators: tuple[str, ...]
    language: str
    console: str = ""


async def write_summary(notice: Notice, readers: Readers, services: Services) -> Letter | None:
    """Return the mail about a scan that is over, None where there is nothing, or nobody, to tell.

    A mailbox that was not compared is something to tell.
    """
    at = await progress(services)
    drifts = await drifts_that_fit(DriftFilter(), services)
    is_other = at is None or at.scan.id != notice.mapping_id
    operators = readers.operators
    if not operators or at is None or is_other or not (drifts or at.done < at.scan.places):
        return None
    tag = readers.language.partition("-")[0]
    tag = tag if tag in TEXTS else "en"
    words = TEXTS[tag]
    how = f"{readers.console}/differences" if readers.console else HOW
    lines = _lines(at, drifts, words, how)
    page = "".join(f"<p>{html.escape(line)}</p>" if line else "" for line in lines)
    return Letter(
        notice_id=notice.id,
        to=operators[0],
        cc=operators[1:],
        subject=words["subject"].format(open=len(drifts)),
        text="\n".join(lines) + "\n",
        html=f'<html lang="{tag}"><body>{page}</body></html>',
        language=tag,
    )


def _lines(at: Progress, drifts: Sequence[Drift], words: dict[str, str], how: str) -> list[str]:
    scan, left = at.scan, at.scan.places - at.done
    new = sum(drift.found_at >= scan.requested_at for drift in drifts)
    lines = [
        words["scanned"].format(done=at.done, places=scan.places, compared=at.compared),
        *([words["unfinished"].format(left=left)] if left else []),
        words["open"].format(open=len(drifts), new=new),
    ]
    mailboxes = Counter(mailbox_session(drift.place) for drift in drifts)
    counted: list[tuple[str, list[tuple[str, int]]]] = [
        ("kinds", Counter(words[drift.kind] for drift in drifts).most_common()),
        ("causes", Counter(words[drift.cause] for drift in drifts).most_common()),
        ("advice", Counter(words[drift.advice] for drift in drifts).most_common()),
        ("mailboxes", mailboxes.most_common(MOST_MAILBOXES)),
    ]
    for title, numbers in counted:
        if numbers:
            lines += ["", f"{words[title]}:", *(f"{number}  {what}" for what, number in numbers)]
    return [*lines, "", words["how"].format(how=how)]
