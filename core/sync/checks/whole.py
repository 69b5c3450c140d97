"""Checks of what concerns everybody: switches, environments, policies."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator

from core.domain.directory import Directory
from core.domain.finding import Finding, Part, Severity
from core.domain.policies import ANSWERS, BOOK_AS, Policies, deputy_of


def whole_findings(directory: Directory, credentials: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with switches, environments and policies."""
    yield from _switches(directory)
    yield from _environments(directory, credentials)
    yield from _policies(directory)


def _switches(directory: Directory) -> Iterator[Finding]:
    if not directory.persons and not directory.resources:
        yield Finding(
            severity=Severity.WARNING,
            code="empty",
            part=Part.SETTINGS,
            who="",
            what="nobody and nothing is in the settings",
            advice="import persons and resources: docs/settings.md",
        )
    waiting = sum(r.has_synced_mailbox for r in directory.resources.values())
    if waiting and not directory.global_sync_enabled:
        yield Finding(
            severity=Severity.NOTE,
            code="global_off",
            part=Part.SETTINGS,
            who="",
            what=f"resource sync is off; {waiting} resources wait for it (R-001)",
            advice="set global_sync_enabled when the resources are to be synced",
        )


def _environments(directory: Directory, credentials: Collection[str]) -> Iterator[Finding]:
    domains = Counter(
        (environment.kind, domain.lower())
        for environment in directory.environments.values()
        for domain in {domain.lower() for domain in environment.domains}
    )
    for environment in directory.environments.values():
        finding = _about(Part.ENVIRONMENT, environment.id)
        if environment.kind != "graph":
            yield finding(
                Severity.WARNING,
                "not_served",
                f"{environment.kind} environments are not served yet: whoever lives there is not"
                " synced",
                "wait for the version that serves Exchange by EWS",
            )
        if not environment.domains:
            yield finding(
                Severity.WARNING, "no_domain", "has no mail domain", "name its mail domains"
            )
        for domain in environment.domains:
            if domains[environment.kind, domain.lower()] > 1:
                yield finding(
                    Severity.ERROR,
                    "shared_domain",
                    f"the domain {domain} belongs to another environment, too",
                    "leave it in one of them (R-043)",
                )
            if "@" in domain or "*" in domain:
                yield finding(
                    Severity.ERROR,
                    "no_domain_name",
                    f"{domain} is no whole mail domain",
                    "write the part after the @, without wildcards (R-043)",
                )
    known = {name.lower() for name in directory.environments}
    for name in sorted(credentials):
        if name.lower() not in known:
            yield _about(Part.ENVIRONMENT, name)(
                Severity.WARNING,
                "credentials_of_nobody",
                "has credentials, but is not in the settings",
                "import the environment, or take it out of ROOMSYNC_GRAPH_ENVIRONMENTS",
            )
        elif name not in directory.environments:
            yield _about(Part.ENVIRONMENT, name)(
                Severity.ERROR,
                "credentials_misspelt",
                "the credentials are under a name in another spelling and are not used",
                "write the name in ROOMSYNC_GRAPH_ENVIRONMENTS as in the settings",
            )


def _policies(directory: Directory) -> Iterator[Finding]:
    policies = directory.policies
    for name, words in ANSWERS.items():
        yield from _answer(directory, name, str(getattr(policies, name)), words)
    fields = [
        getattr(policies, name)
        for name in ("sync_with_calendar_field", "show_as_field", "reminder_field")
    ]
    twice = [name for name, number in Counter(filter(None, fields)).items() if number > 1]
    if twice:
        yield _about(Part.POLICY, "custom fields")(
            Severity.ERROR,
            "field_twice",
            f"the custom field {twice[0]!r} is to carry two things",
            "give each its own field in ROOMS",
        )
    yield from _attempts(policies)


def _answer(
    directory: Directory, name: str, value: str, words: tuple[str, ...]
) -> Iterator[Finding]:
    finding = _about(Part.POLICY, name)
    address = deputy_of(value)
    if address is None:
        if value not in words:
            yield finding(
                Severity.ERROR,
                "unknown_answer",
                "has a value that nobody knows",
                f"set it to {', '.join(words)} or {BOOK_AS}<mail of a person>",
            )
        return
    person = directory.person_at(address)
    if person is None:
        yield finding(
            Severity.ERROR,
            "book_as_nobody",
            "names nobody who is in the settings",
            f"name a person of the settings after {BOOK_AS}",
            address,
        )
    elif not person.is_synced:
        yield finding(
            Severity.WARNING,
            "book_as_unsynced",
            f"names person {person.id}, who is not synced",
            "switch that person's sync on, or name another one",
        )


def _attempts(policies: Policies) -> Iterator[Finding]:
    if policies.cancel_after_failed_attempts > policies.stop_after_failed_attempts:
        yield _about(Part.POLICY, "cancel_after_failed_attempts")(
            Severity.WARNING,
            "never_reached",
            "is never reached: the sync of an item stops before",
            "make it at most stop_after_failed_attempts (R-009, R-702)",
        )


def _about(part: Part, who: str) -> Callable[..., Finding]:
    def finding(severity: Severity, code: str, what: str, advice: str, detail: str = "") -> Finding:
        return Finding(
            severity=severity,
            code=code,
            part=part,
            who=who,
            what=what,
            advice=advice,
            detail=detail,
        )

    return finding
