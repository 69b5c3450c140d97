"""The address book through EWS: names, groups, room lists and the forms of ids."""

import re
from collections.abc import Iterable

from devstack.exchange.ews import ids
from devstack.exchange.ews.access import EwsAccess
from devstack.exchange.ews.calls import Call, Operations, answers, attempt, attempt_each, success
from devstack.exchange.ews.errors import EwsError, not_built, problem
from devstack.exchange.ews.item_parts import mailbox_element
from devstack.exchange.ews.soap import XSI_TYPE, Child, Element, first, is_true, m, t, text_of
from devstack.exchange.model.directory import Group
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox, Purpose
from devstack.exchange.model.values import Address

MOST_NAMES = 100
FORMATS = ("EwsId", "EwsLegacyId", "OwaId")


class AddressBook:
    """The handlers; everybody in the directory has an entry, wherever the mailbox lives."""

    def __init__(self, model: Exchange, access: EwsAccess) -> None:
        self._model, self._access = model, access

    def operations(self, table: Operations) -> None:
        table.add("ResolveNames", self.resolve)
        table.add("ExpandDL", self.expand)
        table.add("GetRoomLists", self.room_lists)
        table.add("GetRooms", self.rooms)
        table.add("ConvertId", self.convert)

    async def resolve(self, call: Call) -> Element:
        """Find who fits a name; several are a warning, nobody is an error."""
        wanted = (text_of(call.body, "UnresolvedEntry") or "").lower()
        has_contacts = is_true(call.body.get("ReturnFullContactData"))
        is_whole = call.body.get("ContactDataShape") == "AllProperties"
        found = [entry for entry in self._entries() if _fits(entry, wanted)]
        tag = "ResolveNamesResponseMessage"
        if not found:
            nobody = EwsError("ErrorNameResolutionNoResults", "No results were found.")
            return answers(call, [m(tag, *problem(nobody), ResponseClass="Error")])
        resolutions = m(
            "ResolutionSet",
            *(
                _resolution(entry, has_contact=has_contacts, is_whole=is_whole)
                for entry in found[:MOST_NAMES]
            ),
            TotalItemsInView=str(min(len(found), MOST_NAMES)),
            IncludesLastItemInRange="true" if len(found) <= MOST_NAMES else "false",
        )
        if len(found) == 1:
            return answers(call, [success(tag, resolutions)])
        many = EwsError("ErrorNameResolutionMultipleResults", "Multiple results were found.")
        return answers(call, [m(tag, *problem(many), resolutions, ResponseClass="Warning")])

    async def expand(self, call: Call) -> Element:
        """Name the members of a group, not those of the groups in it."""

        def members() -> Iterable[Child]:
            wanted = first(call.body, "Mailbox")
            mail = "" if wanted is None else text_of(wanted, "EmailAddress") or ""
            group = self._model.directory.group(mail)
            if group is None:
                raise EwsError("ErrorNameResolutionNoResults", "No results were found.")
            found = [self._member(address) for address in group.members]
            number = str(len(found))
            return [
                m("DLExpansion", *found, TotalItemsInView=number, IncludesLastItemInRange="true")
            ]

        return answers(call, [attempt(call, members)])

    async def room_lists(self, call: Call) -> Element:
        lists = sorted({(room.building, _list_mail(room)) for room in self._rooms(call)})
        shown = [
            t("Address", *mailbox_element(Address(name, mail), "PublicDL")) for name, mail in lists
        ]
        return m(
            "GetRoomListsResponse",
            m("ResponseCode", "NoError"),
            m("RoomLists", *shown),
            ResponseClass="Success",
        )

    async def rooms(self, call: Call) -> Element:
        wanted = first(call.body, "RoomList")
        mail = "" if wanted is None else (text_of(wanted, "EmailAddress") or "").lower()
        found = [room for room in self._rooms(call) if _list_mail(room) == mail]
        if not found:
            error = EwsError("ErrorNameResolutionNoResults", "No results were found.")
            return m("GetRoomsResponse", *problem(error), m("Rooms"), ResponseClass="Error")
        return m(
            "GetRoomsResponse",
            m("ResponseCode", "NoError"),
            m("Rooms", *(t("Room", t("Id", *mailbox_element(room.address))) for room in found)),
            ResponseClass="Success",
        )

    async def convert(self, call: Call) -> Element:
        """Convert between the forms of EWS; others would need the mailbox database."""
        target = call.body.get("DestinationFormat", "")

        def converted(source: Element) -> Iterable[Child]:
            if target not in FORMATS or source.get("Format") not in FORMATS:
                raise not_built("ids other than those of EWS")
            mail = source.get("Mailbox", "")
            mailbox = self._model.directory.find(mail)
            if mailbox is None or not self._access.is_here(mailbox, call.environment):
                raise EwsError("ErrorNonExistentMailbox", f"There is no mailbox {mail}.")
            if ids.rest_id(mailbox, source.get("Id", "")) is None:
                raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.")
            made = m("AlternateId", Format=target, Id=source.get("Id", ""), Mailbox=mail)
            made.set(XSI_TYPE, "t:AlternateIdType")
            return [made]

        return attempt_each(call, "SourceIds", converted)

    def _entries(self) -> list[Mailbox | Group]:
        people = [mb for mb in self._model.directory if mb.is_internal and not mb.is_system]
        return [*people, *self._model.directory.groups()]

    def _member(self, address: str) -> Element:
        if (group := self._model.directory.group(address)) is not None:
            return mailbox_element(Address(group.name, group.mail), "PublicDL")
        mailbox = self._model.directory.find(address)
        if mailbox is None:
            return mailbox_element(Address(address, address), "OneOff")
        return mailbox_element(mailbox.address)

    def _rooms(self, call: Call) -> list[Mailbox]:
        return [
            mailbox
            for mailbox in self._model.directory
            if mailbox.purpose is Purpose.ROOM
            and mailbox.building
            and self._access.is_here(mailbox, call.environment)
        ]


def _fits(entry: Mailbox | Group, wanted: str) -> bool:
    bare = wanted.removeprefix("smtp:").removeprefix("sip:")
    addresses = (entry.mail, *(entry.aliases if isinstance(entry, Mailbox) else ()))
    names = [*entry.name.lower().split(), entry.name.lower()]
    return bool(bare) and (
        bare in (a.lower() for a in addresses)
        or ("@" not in bare and any(name.startswith(bare) for name in names))
    )


def _resolution(entry: Mailbox | Group, *, has_contact: bool, is_whole: bool) -> Element:
    """Return an entry; a contact has three addresses at most, its id only if asked for."""
    kind = "Mailbox" if isinstance(entry, Mailbox) else "PublicDL"
    aliases = entry.aliases if isinstance(entry, Mailbox) else ()
    addresses = [f"SMTP:{entry.mail}", *(f"smtp:{alias}" for alias in aliases)]
    lines = (t("Entry", a, Key=f"EmailAddress{n}") for n, a in enumerate(addresses[:3], start=1))
    contact = t(
        "Contact",
        t("DisplayName", entry.name),
        t("EmailAddresses", *lines),
        t("ContactSource", "ActiveDirectory"),
        t("DirectoryId", entry.guid) if is_whole else None,
    )
    return t(
        "Resolution",
        mailbox_element(Address(entry.name, entry.mail), kind),
        contact if has_contact and isinstance(entry, Mailbox) else None,
    )


def _list_mail(room: Mailbox) -> str:
    """Return the address of the room list of a building."""
    word = re.sub(r"[^a-z0-9]+", "-", room.building.lower()).strip("-") or "rooms"
    return f"rooms-{word}@{room.mail.partition('@')[2].lower()}"
