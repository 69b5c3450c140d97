"""Which permission the application needs for a call; any of them may be missing (8)."""

from devstack.exchange.graph.calls import Call
from devstack.exchange.graph.errors import GraphError, access_denied

DIRECTORY = frozenset({"User.Read.All", "GroupMember.Read.All"})
CALENDARS = "Calendars.ReadWrite"
FULL_ACCESS = "full_access_as_app"
"""What an application needs for EWS, of the resource that an installation is."""
KNOWN = DIRECTORY | {
    CALENDARS,
    "MailboxSettings.Read",
    "MailboxConfigItem.Read",
    "Mail.Send",
    "Place.Read.All",
    FULL_ACCESS,
}
_BY_PART = {
    "mailboxsettings": "MailboxSettings.Read",
    "userconfigurations": "MailboxConfigItem.Read",
    "sendmail": "Mail.Send",
}
_BY_ROOT = {"groups": "GroupMember.Read.All", "places": "Place.Read.All"}
_JUST_A_USER = 2


class Permissions:
    """What an administrator has consented to: everything but what is `missing`.

    Applies to the application only; people act in their own name.
    """

    def __init__(self) -> None:
        self.missing: frozenset[str] = frozenset()

    def require(self, call: Call, segments: list[str]) -> None:
        """Refuse a call of the application for which it has no permission."""
        if call.is_service:
            self.require_of_service(permission_for(segments))

    def require_of_service(self, needed: str) -> None:
        """Refuse the application what nobody has consented to."""
        if needed not in self.missing:
            return
        if needed in DIRECTORY:
            raise GraphError(
                403,
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
            )
        raise access_denied()


def permission_for(segments: list[str]) -> str:
    """Return the least permission for a path without its version."""
    names = [segment.split("(", 1)[0].lower() for segment in segments]
    for name in names[2:]:
        if name in _BY_PART:
            return _BY_PART[name]
    if names[0] in _BY_ROOT:
        return _BY_ROOT[names[0]]
    if names[0] == "users" and len(names) <= _JUST_A_USER:
        return "User.Read.All"
    return CALENDARS
