"""Groups and their members (graph-calendar 6)."""

from collections.abc import Sequence

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.comparable import Comparable, Text
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import GraphError, bad_request
from devstack.exchange.graph.odata import Resolver, parse_filter
from devstack.exchange.graph.paging import page_of
from devstack.exchange.graph.routing import Routes
from devstack.exchange.graph.users import user_json
from devstack.exchange.model import versions
from devstack.exchange.model.directory import Group

PAGE = 100
USER = "#microsoft.graph.user"


class Groups:
    """The handlers of `/groups`; members are looked up at every call."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        table.add("GET", "groups", self.list)
        table.add("GET", "groups/{group}", self.read)
        table.add("GET", "groups/{group}/transitiveMembers", self.all_members)
        table.add("GET", "groups/{group}/transitiveMembers/user", self.all_users)
        table.add("GET", "groups/{group}/members", self.members)
        table.add("GET", "groups/{group}/members/user", self.users)

    async def list(self, call: Call) -> Reply:
        call.did("group.list")
        found = self._model.directory.groups()
        if condition := call.query.get("filter"):
            fits = parse_filter(condition)
            found = [group for group in found if fits(_resolver(group))]
        page, beside = page_of(call, self._context.throttle, found, PAGE)
        shown = [_json(group) for group in page]
        return Reply(200, self._context.collection(call, "groups", shown) | beside)

    async def read(self, call: Call) -> Reply:
        call.did("group.read")
        return Reply(200, _json(self._group(call)))

    async def all_members(self, call: Call) -> Reply:
        """Answer everything in a group: people, groups and what is in them, outside contacts."""
        return self._listed(call, self._model.directory.members(self._group(call)))

    async def all_users(self, call: Call) -> Reply:
        """Answer only the people of the organisation in a group and in the groups in it."""
        return self._listed(call, self._model.directory.members(self._group(call)), users=True)

    async def members(self, call: Call) -> Reply:
        return self._listed(call, self._group(call).members)

    async def users(self, call: Call) -> Reply:
        return self._listed(call, self._group(call).members, users=True)

    def _listed(self, call: Call, addresses: Sequence[str], *, users: bool = False) -> Reply:
        call.did("group.members")
        shown = [self._member(address, call.query.get("select")) for address in addresses]
        if users:
            shown = [each for each in shown if each["@odata.type"] == USER]
        page, beside = page_of(call, self._context.throttle, shown, PAGE)
        return Reply(200, self._context.collection(call, "directoryObjects", list(page)) | beside)

    def _member(self, address: str, select: str | None) -> Json:
        directory = self._model.directory
        if (group := directory.group(address)) is not None:
            return {"@odata.type": "#microsoft.graph.group", **_json(group)}
        user = directory.find(address)
        if user is not None and user.is_internal:
            return {"@odata.type": USER, **user_json(user, select)}
        return {
            "@odata.type": "#microsoft.graph.orgContact",
            "id": versions.guid("contact", address.lower()),
            "displayName": address if user is None else user.name,
            "mail": address,
        }

    def _group(self, call: Call) -> Group:
        group = self._model.directory.group(call.params["group"])
        if group is None or call.params["group"] == group.mail:
            raise GraphError(
                404,
                "Request_ResourceNotFound",
                f"Resource '{call.params['group']}' does not exist.",
            )
        return group


def _json(group: Group) -> Json:
    return {
        "id": group.guid,
        "displayName": group.name,
        "mail": group.mail,
        "mailEnabled": True,
        "proxyAddresses": [f"SMTP:{group.mail}"],
    }


def _resolver(group: Group) -> Resolver:
    fields: dict[str, Comparable] = {
        "id": Text(group.guid),
        "mail": Text(group.mail),
        "displayname": Text(group.name),
    }

    def resolve(path: str) -> Comparable | list[Resolver] | None:
        if path == "proxyaddresses":
            return [lambda _: Text(f"SMTP:{group.mail}")]
        if path not in fields:
            raise bad_request(f"Invalid filter clause: groups cannot be filtered by '{path}'.")
        return fields[path]

    return resolve
