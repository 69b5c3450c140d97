"""Whom an import can be made for: the people and resources of the world that runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from devstack.calendars.events import Setting
from devstack.calendars.places import Room
from devstack.exchange.model.zones import zone

type Json = dict[str, Any]

_USER = "displayName,mail,accountEnabled,proxyAddresses"


class UnknownNameError(Exception):
    """ORGANIZER or ROOM is nobody of this world; the text lists who is."""


@dataclass(frozen=True, slots=True)
class Member:
    """A mailbox of the directory and all its addresses, in lower case."""

    mail: str
    name: str
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Company:
    """The mailboxes of people and of resources, as the directory shows them."""

    people: tuple[Member, ...]
    resources: tuple[Member, ...]

    def person(self, mail: str) -> Member:
        return _found(self.people, mail, "ORGANIZER", "the mail of a mailbox's owner")

    def resource(self, mail: str) -> Member:
        return _found(self.resources, mail, "ROOM", "the mail of a resource")


async def read_company(exchange: httpx.AsyncClient) -> Company:
    """Ask the running Exchange who has a mailbox; resources are accounts that cannot sign in."""
    state: Json = (await exchange.get("/_control/state")).raise_for_status().json()
    mailboxes = {mail.lower() for mail in state["mailboxes"]}
    if not mailboxes:
        return Company((), ())
    headers = {"Authorization": f"Bearer user:{min(mailboxes)}"}
    listed: list[Json] = []
    url: str | None = f"/v1.0/users?$select={_USER}"
    while url is not None:
        page: Json = (await exchange.get(url, headers=headers)).raise_for_status().json()
        listed += page["value"]
        url = page.get("@odata.nextLink")
    members = [(user, _member(user)) for user in listed if user["mail"].lower() in mailboxes]
    return Company(
        people=tuple(member for user, member in members if user["accountEnabled"]),
        resources=tuple(member for user, member in members if not user["accountEnabled"]),
    )


async def read_setting(exchange: httpx.AsyncClient, organizer: str, room: str) -> Setting:
    """Return the setting of an import; raises UnknownNameError for a name that does not exist."""
    company = await read_company(exchange)
    owner, resource = company.person(organizer), company.resource(room)
    settings: Json = (
        (
            await exchange.get(
                f"/v1.0/users/{owner.mail}/mailboxSettings",
                headers={"Authorization": f"Bearer user:{owner.mail}"},
            )
        )
        .raise_for_status()
        .json()
    )
    return Setting(
        owner_mail=owner.mail,
        owner=owner.addresses,
        home=zone(settings["timeZone"]),
        room=Room(resource.mail, resource.name),
        resources=frozenset().union(*(member.addresses for member in company.resources)),
    )


def _member(user: Json) -> Member:
    aliases = (address.partition(":")[2] for address in user["proxyAddresses"])
    return Member(
        user["mail"],
        user["displayName"],
        frozenset(address.lower() for address in (user["mail"], *aliases)),
    )


def _found(members: Iterable[Member], mail: str, name: str, what: str) -> Member:
    wanted = mail.strip().lower()
    known = tuple(members)
    for member in known:
        if wanted and wanted in member.addresses:
            return member
    possible = "\n".join(f"  {member.mail}  {member.name}" for member in known) or "  (none)"
    given = f"{mail!r} is unknown here" if wanted else "is missing"
    raise UnknownNameError(f"{name} {given}: give {what}, one of\n{possible}")
