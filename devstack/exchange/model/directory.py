"""Who exists: people, rooms, groups, and which address belongs to whom (graph-calendar 6)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from devstack.exchange.model.mailbox import Mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A distribution list; members are addresses of people or of other groups."""

    guid: str
    mail: str
    name: str
    members: tuple[str, ...]


class Directory:
    """Finds mailboxes and groups by GUID or any of their addresses, in whatever case.

    `environments` says of each, by its id, whether it is an installation on premises.
    """

    def __init__(
        self, mailboxes: Iterable[Mailbox] = (), groups: Iterable[Group] = (),
        environments: Mapping[str, bool] | None = None,
    ) -> None:  # fmt: skip
        self.environments = dict(environments or {})
        self._by_guid: dict[str, Mailbox] = {}
        self._by_address: dict[str, Mailbox] = {}
        self._groups: dict[str, Group] = {}
        for mailbox in mailboxes:
            self._by_guid[mailbox.guid] = mailbox
            for address in (mailbox.mail, *mailbox.aliases):
                self._take(address, mailbox)
        for group in groups:
            self._groups[group.guid] = self._groups[group.mail.lower()] = group

    def _take(self, address: str, mailbox: Mailbox) -> None:
        taken = self._by_address.setdefault(address.lower(), mailbox)
        if taken is not mailbox:
            raise ValueError(f"{address} belongs to both {taken.mail} and {mailbox.mail}")

    def __iter__(self) -> Iterator[Mailbox]:
        return iter(self._by_guid.values())

    def find(self, key: str) -> Mailbox | None:
        """Return the entry with this GUID or address, None when there is none."""
        return self._by_guid.get(key.lower()) or self._by_address.get(key.lower())

    def who(self, address: str) -> str:
        """Return what tells people apart: two addresses of one mailbox give the same."""
        mailbox = self.find(address)
        return mailbox.guid if mailbox else address.lower()

    def has(self, guid: str) -> bool:
        """Tell whether a mailbox still exists: one that was deleted leaves messages behind."""
        return guid in self._by_guid

    def of_guid(self, guid: str) -> Mailbox:
        return self._by_guid[guid]

    def groups(self) -> list[Group]:
        return list({group.guid: group for group in self._groups.values()}.values())

    def group(self, key: str) -> Group | None:
        return self._groups.get(key.lower())

    def members(self, group: Group) -> list[str]:
        """Return all addresses in a group and in the groups in it, these groups included."""
        found: dict[str, str] = {}
        waiting = list(group.members)
        while waiting:
            current = waiting.pop(0)
            if current.lower() in found or current.lower() == group.mail.lower():
                continue
            found[current.lower()] = current
            inner = self.group(current)
            waiting.extend(inner.members if inner is not None else ())
        return list(found.values())

    def expand(self, address: str) -> list[str]:
        """Return the addresses that mail to `address` reaches: a group's members, all levels."""
        found: dict[str, None] = {}
        waiting, seen = [address], set[str]()
        while waiting:
            current = waiting.pop(0)
            if current.lower() in seen:
                continue
            seen.add(current.lower())
            group = self.group(current)
            if group is not None:
                waiting.extend(group.members)
                continue
            mailbox = self.find(current)
            found[mailbox.mail if mailbox else current] = None
        return list(found)
