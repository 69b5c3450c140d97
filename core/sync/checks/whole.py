"""Checks of what concerns everybody: switches, environments, policies."""

from collections import Counter
from collections.abc import Iterator, Mapping

from core.domain.directory import Directory, Environment
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.policies import ANSWERS, Policies, deputy_of
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
        yield found(Kind.EMPTY, Part.SETTINGS)
    waiting = sum(r.has_synced_mailbox for r in directory.resources.values())
    if waiting and not directory.global_sync_enabled:
        yield found(Kind.GLOBAL_OFF, Part.SETTINGS, number=waiting)


def _environments(directory: Directory, reaches: Mapping[str, Reach] | None) -> Iterator[Finding]:
    domains = Counter(
        (environment.kind, domain.lower())
        for environment in directory.environments.values()
        for domain in {domain.lower() for domain in environment.domains}
    )
    for environment in directory.environments.values():
        if reaches is not None:
            yield from _reached(environment, reaches)
        if not environment.domains and not _is_named(environment, directory):
            yield found(Kind.NO_DOMAIN, Part.ENVIRONMENT, environment.id)
        for domain in environment.domains:
            if domains[environment.kind, domain.lower()] > 1:
                yield found(Kind.SHARED_DOMAIN, Part.ENVIRONMENT, environment.id, domain=domain)
            if "@" in domain or "*" in domain:
                yield found(Kind.NO_DOMAIN_NAME, Part.ENVIRONMENT, environment.id, domain=domain)
    yield from _left_over(directory, reaches or {})


def _reached(environment: Environment, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    """Yield why nobody of an environment can be reached, as far as the app settings say it."""
    reach = reaches.get(environment.id)
    if reach is None and environment.kind == "ews":
        yield found(Kind.NO_CREDENTIALS, Part.ENVIRONMENT, environment.id, setting=SETTING["ews"])
    elif reach is not None and reach.kind != environment.kind:
        yield found(
            Kind.CREDENTIALS_OF_OTHER_KIND,
            Part.ENVIRONMENT,
            environment.id,
            kind_here=environment.kind,
            setting=SETTING[reach.kind],
        )


def _left_over(directory: Directory, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    known = {name.lower() for name in directory.environments}
    for name, reach in sorted(reaches.items()):
        setting = SETTING[reach.kind]
        if name.lower() not in known:
            yield found(Kind.CREDENTIALS_OF_NOBODY, Part.ENVIRONMENT, name, setting=setting)
        elif name not in directory.environments:
            yield found(Kind.CREDENTIALS_MISSPELT, Part.ENVIRONMENT, name, setting=setting)


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
        yield found(Kind.FIELD_TWICE, Part.POLICY, "custom fields", field=twice[0])
    yield from _attempts(policies)


def _answer(
    directory: Directory, name: str, value: str, words: tuple[str, ...]
) -> Iterator[Finding]:
    address = deputy_of(value)
    if address is None:
        if value not in words:
            yield found(Kind.UNKNOWN_ANSWER, Part.POLICY, name, values=", ".join(words))
        return
    person = directory.person_at(address)
    if person is None:
        yield found(Kind.BOOK_AS_NOBODY, Part.POLICY, name, detail=address)
    elif not person.is_synced:
        mailbox = person.place.mailbox
        yield found(Kind.BOOK_AS_UNSYNCED, Part.POLICY, name, mailbox=mailbox)


def _attempts(policies: Policies) -> Iterator[Finding]:
    if policies.cancel_after_failed_attempts > policies.stop_after_failed_attempts:
        yield found(Kind.NEVER_REACHED, Part.POLICY, "cancel_after_failed_attempts")
