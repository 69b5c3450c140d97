"""User configurations of mail folders, a part of Graph's beta: where a room's policy can be read.

Shape and permission are documented (`userConfiguration`, `structuredDataEntry`); that the options
of the Calendar folder ([MS-OXOCFG] 2.2.5.1.1) hold all parameters of Set-CalendarProcessing, and
under which id, is not: both are switches.
"""

from typing import Any

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import item_not_found
from devstack.exchange.graph.routing import Routes
from devstack.exchange.model import versions
from devstack.exchange.model.item import CALENDAR
from devstack.exchange.model.processing_policy import ProcessingPolicy

WELL_KNOWN = "calendar"
PROCESSING = {"None": 0, "AutoUpdate": 1, "AutoAccept": 2}


class Configurations:
    """The handler of `/users/{id}/mailFolders/{folder}/userConfigurations/{id}`."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        folder = "users/{user}/mailFolders/{folder}"
        table.add("GET", f"{folder}/userConfigurations/{{configuration}}", self.read)

    async def read(self, call: Call) -> Reply:
        """Answer the calendar options of a mailbox."""
        call.did("configuration.read")
        mailbox = self._context.mailbox(call)
        folders = (WELL_KNOWN, versions.folder_id(mailbox.guid, CALENDAR))
        wanted = str(self._model.switches["configuration_id"])
        if call.params["folder"] not in folders or call.params["configuration"] != wanted:
            raise item_not_found()
        return Reply(
            200,
            {
                "@odata.context": f"{call.origin}/beta/$metadata#userConfigurations/$entity",
                "id": wanted,
                "binaryData": None,
                "xmlData": None,
                "structuredData": [
                    _entry("piRemindDefault", 15),
                    *self._policy(mailbox.policy),
                ],
            },
        )

    def _policy(self, policy: ProcessingPolicy | None) -> list[Json]:
        if policy is None:
            return []
        only_set = self._model.switches["configuration_values"] == "set"
        values = policy.model_dump(by_alias=True, exclude_unset=only_set)
        if "AutomateProcessing" in values:
            values["AutomateProcessing"] = PROCESSING[values["AutomateProcessing"]]
        return [_entry(name, value) for name, value in values.items()]


def _entry(name: str, value: Any) -> Json:  # noqa: ANN401 - bool, int or str
    kinds = {bool: "boolean", int: "integer32", str: "string"}
    return {
        "@odata.type": "#microsoft.graph.structuredDataEntry",
        "keyEntry": {"type": "string", "values": [name]},
        "valueEntry": {"type": kinds[type(value)], "values": [str(value)]},
    }
