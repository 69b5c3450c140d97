"""Room policies out of the calendar options of a mailbox: GetUserConfiguration (R-901).

As with Graph it is not documented that they hold all parameters of Set-CalendarProcessing, nor
under which name: both names are tried, what is missing or odd is unknown.
"""

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.xml import Element, children, m, t, text
from core.adapters.exchange.calendar_options import OPTION_IDS, policy_from
from core.domain.event import EventPlace
from core.domain.room_policy import RoomPolicy
from core.errors import NotFoundError


class PolicyReader:
    """Reads policies; impersonation is all the right that it takes."""

    def __init__(self, connection: EwsConnection) -> None:
        self._connection = connection
        self._option_id = OPTION_IDS[0]

    async def read(self, place: EventPlace) -> RoomPolicy | None:
        """Return a mailbox's policy, None when it has none; the name that worked is remembered."""
        others = [name for name in OPTION_IDS if name != self._option_id]
        doing = f"reading the policy of mailbox {place.mailbox}"
        for name in (self._option_id, *others):
            try:
                reply = await self._connection.one(
                    place, "GetUserConfiguration", _request(name), doing
                )
            except NotFoundError:
                continue
            self._option_id = name
            policy = policy_from(_values(reply))
            return None if policy.is_empty else policy
        return None


def _request(name: str) -> Element:
    folder = t("DistinguishedFolderId", Id="calendar")
    return m(
        "GetUserConfiguration",
        m("UserConfigurationName", folder, Name=name),
        m("UserConfigurationProperties", "Dictionary"),
    )


def _values(reply: Element) -> dict[str, str]:
    """Return the pairs, keys in lower case."""
    return {
        text(entry, "DictionaryKey", "Value").lower(): text(entry, "DictionaryValue", "Value")
        for entry in children(reply, "UserConfiguration", "Dictionary")
    }
