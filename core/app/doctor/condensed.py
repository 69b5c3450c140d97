"""What follows from something larger is told once: of an environment, not of each of its mailboxes.

of an environment is known                    of its mailboxes is left out
not reached, does not answer, no credentials  whatever depends on reaching it, or was asked there
no credentials, or of another kind            also that Exchange did not answer
not in the settings                           that it is assigned there, each: one finding for all
no calendar of all opens                      that it does not open, each: one finding for all
none of all is watched                        that it is not watched, each: one finding for all
"""

from collections import Counter
from collections.abc import Sequence

from core.domain.directory import Directory
from core.domain.finding import OWNERS, Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.ids import MailboxKey

UNREACHED = frozenset({Kind.EXCHANGE_SILENT, Kind.NO_CREDENTIALS, Kind.CREDENTIALS_OF_OTHER_KIND})
"""Nobody of such an environment can be asked for."""

NOT_WATCHED = frozenset({Kind.NEVER_WATCHED, Kind.WATCH_ENDED, Kind.WATCHED_ELSEWHERE})

UNREACHABLE = frozenset({Kind.NO_CREDENTIALS, Kind.CREDENTIALS_OF_OTHER_KIND})
"""That nobody answers there is no news."""

WHOLE = {frozenset({Kind.SHUT_OUT}): Kind.ALL_SHUT_OUT, NOT_WATCHED: Kind.ALL_UNWATCHED}
"""What is told of an environment where it is so with all of its mailboxes."""

FOLLOWING = NOT_WATCHED | {
    Kind.SHUT_OUT,
    Kind.ALL_SHUT_OUT,
    Kind.ALL_UNWATCHED,
    Kind.POLICY_UNREAD,
    Kind.POLICIES_DENIED,
    Kind.NOT_AUTO_ACCEPTING,
    Kind.CONFLICTS_ALLOWED,
    Kind.NO_SERIES,
    Kind.ONE_CONFLICT,
    Kind.SHORT_WINDOW,
    Kind.SHORT_MEETINGS,
    Kind.SCOPE_UNASKED,
    Kind.MAILBOX_TELLS_NOTHING,
    Kind.ENVIRONMENT_TELLS_NOTHING,
}
"""What is no wonder while an environment cannot be reached."""

SEVERAL = 2
"""One mailbox alone proves nothing of its environment."""


def condensed(findings: Sequence[Finding], directory: Directory) -> list[Finding]:
    """Return the findings without those that follow from others; each one is there once."""
    unique = _assigned_nowhere(list(dict.fromkeys(findings)))
    mailboxes = Counter[str](place.environment for place in directory.synced_places())
    for kinds, whole in WHOLE.items():
        unique = _for_all(unique, kinds, whole, mailboxes, directory)
    of_whole = [f for f in unique if f.part is Part.ENVIRONMENT]
    unreached = {f.who for f in of_whole if f.kind in UNREACHED}
    unreachable = {f.who for f in of_whole if f.kind in UNREACHABLE}
    return [
        finding
        for finding in unique
        if not (finding.kind in FOLLOWING and environment_of(finding, directory) in unreached)
        and not (finding.kind is Kind.EXCHANGE_SILENT and finding.who in unreachable)
    ]


def concerned(finding: Finding, directory: Directory) -> int:
    """Return how many mailboxes are not reached because of a finding; 0 for what is of no such."""
    if finding.part is not Part.ENVIRONMENT or finding.kind not in UNREACHED:
        return 0
    return sum(place.environment == finding.who for place in directory.synced_places())


def environment_of(finding: Finding, directory: Directory) -> str:
    """Return the environment that a finding is about, or whose mailbox it is about; "" for none."""
    if finding.part is Part.ENVIRONMENT:
        return finding.who
    if finding.part not in OWNERS:
        return ""
    owner = directory.owner_of(mailbox_of(finding))
    return "" if owner is None or owner.environment is None else owner.environment


def mailbox_of(finding: Finding) -> MailboxKey:
    """Return the mailbox of the person or resource that a finding is about."""
    return MailboxKey(f"{'p' if finding.part is Part.PERSON else 'r'}{finding.who}")


def _assigned_nowhere(findings: list[Finding]) -> list[Finding]:
    """Return one finding for each environment that several are assigned to and nobody knows."""
    kind = Kind.UNKNOWN_ENVIRONMENT
    counted = Counter(f.named["environment"] for f in findings if f.kind is kind)
    whole = [
        found(Kind.MISSING_ENVIRONMENT, Part.ENVIRONMENT, name, number=number)
        for name, number in counted.items()
        if number >= SEVERAL
    ]
    done = {finding.who for finding in whole}
    kept = [f for f in findings if f.kind is not kind or f.named["environment"] not in done]
    return [*kept, *whole]


def _for_all(
    findings: list[Finding],
    kinds: frozenset[Kind],
    whole: Kind,
    mailboxes: Counter[str],
    directory: Directory,
) -> list[Finding]:
    """Return one finding of an environment in place of those of all its mailboxes."""
    of_owners = [f for f in findings if f.kind in kinds]
    counted = Counter(environment_of(f, directory) for f in of_owners)
    told = []
    for environment, number in counted.items():
        if number >= SEVERAL and number == mailboxes[environment]:
            first = next(f for f in of_owners if environment_of(f, directory) == environment)
            facts = {key: first.named[key] for key in ("error", "by") if key in first.named}
            told.append(found(whole, Part.ENVIRONMENT, environment, number=number, **facts))
    done = {finding.who for finding in told}
    kept = [f for f in findings if f.kind not in kinds or environment_of(f, directory) not in done]
    return [*kept, *told]
