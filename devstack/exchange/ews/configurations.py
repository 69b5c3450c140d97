"""GetUserConfiguration: the options of a calendar, where a room's booking policy can be read.

As with Graph's beta it is not documented that they hold all parameters of Set-CalendarProcessing:
the switches `configuration_id` and `configuration_values` count here, too.
"""

from collections.abc import Iterable

from devstack.exchange.ews.calls import Call, Operations, answers, attempt
from devstack.exchange.ews.errors import item_not_found
from devstack.exchange.ews.folders import Folders
from devstack.exchange.ews.soap import Child, Element, first, m, t
from devstack.exchange.graph.configurations import PROCESSING
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import CALENDAR
from devstack.exchange.model.mailbox import Mailbox

KINDS = {bool: "Boolean", int: "Integer32", str: "String"}


class Configurations:
    """The handler; dictionaries are all there is."""

    def __init__(self, model: Exchange, folders: Folders) -> None:
        self._model, self._folders = model, folders

    def operations(self, table: Operations) -> None:
        table.add("GetUserConfiguration", self.read)

    async def read(self, call: Call) -> Element:
        def found() -> Iterable[Child]:
            name = first(call.body, "UserConfigurationName")
            if name is None or not len(name):
                raise item_not_found()
            folder = self._folders.named(call, name[0])
            wanted = str(self._model.switches["configuration_id"])
            if folder.key != CALENDAR or name.get("Name") != wanted:
                raise item_not_found()
            entries = (_entry(key, value) for key, value in self._values(folder.mailbox).items())
            return [
                m(
                    "UserConfiguration",
                    t("UserConfigurationName", t("FolderId", Id=folder.id), Name=wanted),
                    t("Dictionary", *entries),
                )
            ]

        return answers(call, [attempt(call, found)])

    def _values(self, mailbox: Mailbox) -> dict[str, bool | int | str]:
        own: dict[str, bool | int | str] = {"piRemindDefault": 15}
        if mailbox.policy is None:
            return own
        only_set = self._model.switches["configuration_values"] == "set"
        values = mailbox.policy.model_dump(by_alias=True, exclude_unset=only_set)
        if "AutomateProcessing" in values:
            values["AutomateProcessing"] = PROCESSING[values["AutomateProcessing"]]
        return own | values


def _entry(key: str, value: bool | int | str) -> Element:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return t(
        "DictionaryEntry",
        t("DictionaryKey", t("Type", "String"), t("Value", key)),
        t("DictionaryValue", t("Type", KINDS[type(value)]), t("Value", text)),
    )
