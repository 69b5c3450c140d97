"""Checks of what concerns everybody: switches, environments, policies."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from core.domain.directory import Directory, Environment
from core.domain.finding import Finding, Part, Severity
from core.domain.policies import ANSWERS, BOOK_AS, Policies, deputy_of
from core.domain.reach import SETTING, Reach


def whole_findings(
    directory: Directory, reaches: Mapping[str, Reach] | None = None
) -> Iterator[Finding]:
    """Yield what is wrong with switches, environments and policies."""
    yield from _switches(directory)
    yield from _environments(directory, reaches)
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


def _environments(directory: Directory, reaches: Mapping[str, Reach] | None) -> Iterator[Finding]:
    domains = Counter(
        (environment.kind, domain.lower())
        for environment in directory.environments.values()
        for domain in {domain.lower() for domain in environment.domains}
    )
    for environment in directory.environments.values():
        finding = _about(Part.ENVIRONMENT, environment.id)
        if reaches is not None:
            yield from _reached(environment, reaches)
        if not environment.domains and not _is_named(environment, directory):
            yield finding(
                Severity.WARNING,
                "no_domain",
                "has no mail domain, and nobody is assigned to it",
                "name its mail domains",
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
    yield from _left_over(directory, reaches or {})


def _reached(environment: Environment, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    """Yield why nobody of an environment can be reached, as far as the app settings say it."""
    finding, reach = _about(Part.ENVIRONMENT, environment.id), reaches.get(environment.id)
    if reach is None and environment.kind == "ews":
        yield finding(
            Severity.ERROR,
            "no_credentials",
            "cannot be reached: whoever lives there is parked",
            f"add it to {SETTING['ews']}: docs/environments.md",
        )
    elif reach is not None and reach.kind != environment.kind:
        yield finding(
            Severity.ERROR,
            "credentials_of_other_kind",
            f"is of the kind {environment.kind}, and its credentials are in {SETTING[reach.kind]}",
            "correct the kind in the settings file, or move the credentials",
        )


def _left_over(directory: Directory, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    known = {name.lower() for name in directory.environments}
    for name, reach in sorted(reaches.items()):
        if name.lower() not in known:
            yield _about(Part.ENVIRONMENT, name)(
                Severity.WARNING,
                "credentials_of_nobody",
                "has credentials, but is not in the settings",
                f"import the environment, or take it out of {SETTING[reach.kind]}",
            )
        elif name not in directory.environments:
            yield _about(Part.ENVIRONMENT, name)(
                Severity.ERROR,
                "credentials_misspelt",
                "the credentials are under a name in another spelling and are not used",
                f"write the name in {SETTING[reach.kind]} as in the settings",
            )


def _is_named(environment: Environment, directory: Directory) -> bool:
    persons, resources = directory.persons.values(), directory.resources.values()
    return any(each.assigned_environment == environment.id for each in persons) or any(
        each.assigned_environment == environment.id for each in resources
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
