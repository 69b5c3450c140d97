"""What an administrator of Exchange does to mailboxes and groups while everything runs (S36)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from devstack.exchange.graph.subscriptions import Subscriptions
from devstack.exchange.model import versions
from devstack.exchange.model.directory import Directory, Group
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.processing_policy import ProcessingPolicy


class MailboxOrder(BaseModel):
    """Changes to one mailbox; what is not named stays.

    `new_mail` makes another address the primary one, the old one stays an alias unless
    `keeps_old_address` is false. `licensed` false: Exchange does not serve it any more (its content
    is kept). `recreated`: deleted and made anew: same addresses, new object id, nothing in it.
    `calendar_processing` sets the named parameters of a resource. `environment` moves it there
    with its content and addresses: ids of EWS, sync states and subscriptions do not outlive that.
    """

    model_config = ConfigDict(extra="forbid")
    mail: str
    name: str | None = None
    new_mail: str | None = None
    keeps_old_address: bool = True
    licensed: bool | None = None
    recreated: bool = False
    delegates: list[str] | None = None
    calendar_processing: dict[str, Any] | None = None
    environment: str | None = None


class GroupOrder(BaseModel):
    """The members that a group has from now on."""

    model_config = ConfigDict(extra="forbid")
    mail: str
    members: list[str]


class Administration:
    """Carries orders out; one that cannot be is a ValueError and changes nothing.

    `on_moved` hears of a mailbox that leaves its environment, before it does.
    """

    def __init__(
        self, model: Exchange, subscriptions: Subscriptions, on_moved: Callable[[Mailbox], None]
    ) -> None:
        self._model, self._subscriptions, self._on_moved = model, subscriptions, on_moved

    def change_mailbox(self, order: MailboxOrder) -> Mailbox:
        """Change a mailbox and return it as it is now."""
        before = self._model.directory.find(order.mail)
        if before is None:
            raise ValueError(f"there is no mailbox {order.mail!r}")
        after = self._moved(_changed(before, order), order.environment)
        if order.recreated:
            after = replace(after, guid=versions.guid("recreated", before.guid), calendars={})
        everybody = [after if m is before else m for m in self._model.directory]
        known = self._model.directory
        directory = Directory(everybody, known.groups(), known.environments)
        if order.recreated:
            self._forget(before)
        if order.recreated or after.moves != before.moves:
            self._unsubscribe(before)
            self._on_moved(before)
        self._model.use_directory(directory)
        return after

    def change_group(self, order: GroupOrder) -> Group:
        """Replace the members of a group, or make a new group."""
        groups = {group.mail.lower(): group for group in self._model.directory.groups()}
        before = groups.get(order.mail.lower())
        group = Group(
            guid=before.guid if before else versions.guid("group", order.mail),
            mail=before.mail if before else order.mail,
            name=before.name if before else order.mail.split("@")[0],
            members=tuple(order.members),
        )
        groups[group.mail.lower()] = group
        known = self._model.directory
        self._model.use_directory(Directory(known, groups.values(), known.environments))
        return group

    def _forget(self, mailbox: Mailbox) -> None:
        """Drop content and subscriptions without a word: the mailbox is no more."""
        self._unsubscribe(mailbox)
        self._model.store.is_quiet = True
        try:
            for item in list(self._model.store.items(mailbox.guid)):
                self._model.store.purge(item)
        finally:
            self._model.store.is_quiet = False

    def _unsubscribe(self, mailbox: Mailbox) -> None:
        for subscription in self._subscriptions.of_mailbox(mailbox.guid):
            self._subscriptions.remove(subscription)

    def _moved(self, mailbox: Mailbox, environment: str | None) -> Mailbox:
        if environment is None or environment == mailbox.environment:
            return mailbox
        is_on_premises = self._model.directory.environments.get(environment)
        if is_on_premises is None:
            raise ValueError(f"there is no environment {environment!r}")
        return replace(
            mailbox,
            environment=environment,
            is_on_premises=is_on_premises,
            moves=mailbox.moves + 1,
        )


def _changed(before: Mailbox, order: MailboxOrder) -> Mailbox:
    after = before
    if order.name is not None:
        after = replace(after, name=order.name)
    if order.new_mail is not None:
        kept = (before.mail, *before.aliases) if order.keeps_old_address else before.aliases
        aliases = tuple(a for a in kept if a.lower() != order.new_mail.lower())
        after = replace(after, mail=order.new_mail, aliases=aliases)
    if order.licensed is not None:
        after = replace(after, has_mailbox=order.licensed)
    if order.delegates is not None:
        after = replace(after, delegates=tuple(order.delegates))
    if order.calendar_processing is not None:
        after = replace(after, policy=_policy(before, order.calendar_processing))
    return after


def _policy(mailbox: Mailbox, parameters: dict[str, Any]) -> ProcessingPolicy:
    if mailbox.policy is None:
        raise ValueError(f"{mailbox.mail} is no resource: it has no processing policy")
    present = mailbox.policy.model_dump(by_alias=True, exclude_unset=True)
    try:
        return ProcessingPolicy.model_validate(present | parameters)
    except ValidationError as error:
        faults = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors())
        raise ValueError(f"calendar_processing: {faults}") from error
