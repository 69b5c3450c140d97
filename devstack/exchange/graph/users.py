"""Directory entries and mailbox settings of people and resources (graph-calendar 6)."""

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.comparable import Comparable, Flag, Text
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import GraphError, bad_request, invalid_request
from devstack.exchange.graph.odata import Resolver, parse_filter
from devstack.exchange.graph.paging import page_of
from devstack.exchange.graph.routing import Routes
from devstack.exchange.model import zones
from devstack.exchange.model.mailbox import Mailbox, Purpose

PAGE = 100
WORKING_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]
LANGUAGES = {"de": "de-CH", "fr": "fr-CH", "it": "it-CH", "en": "en-GB"}


class Users:
    """The handlers of `/users`, `mailboxSettings`, id translation and time zones."""

    def __init__(self, context: Context) -> None:
        self._context, self._model = context, context.model

    def routes(self, table: Routes) -> None:
        table.add("GET", "users", self.list)
        table.add("GET", "users/{user}", self.read)
        table.add("GET", "users/{user}/mailboxSettings", self.settings)
        table.add("POST", "users/{user}/translateExchangeIds", self.translate)
        table.add("GET", "users/{user}/outlook/supportedTimeZones", self.time_zones)

    async def list(self, call: Call) -> Reply:
        call.did("user.list")
        found = [user for user in self._model.directory if user.is_internal and not user.is_system]
        if condition := call.query.get("filter"):
            fits = parse_filter(condition)
            found = [user for user in found if fits(user_resolver(user))]
        page, beside = page_of(call, self._context.throttle, found, PAGE)
        shown = [user_json(user, call.query.get("select")) for user in page]
        return Reply(200, self._context.collection(call, "users", shown) | beside)

    async def read(self, call: Call) -> Reply:
        call.did("user.read")
        wanted = call.params["user"]
        user = self._model.directory.find(wanted)
        # A path takes the object id or the user principal name, not just any alias.
        if (
            user is None
            or not user.is_internal
            or wanted.lower()
            not in (
                user.guid,
                user.mail.lower(),
            )
        ):
            raise GraphError(
                404,
                "Request_ResourceNotFound",
                f"Resource '{wanted}' does not exist or one of its queried reference-property"
                " objects are not present.",
            )
        content: Json = {"@odata.context": f"{call.origin}/v1.0/$metadata#users/$entity"}
        return Reply(200, content | user_json(user, call.query.get("select")))

    async def settings(self, call: Call) -> Reply:
        call.did("settings.read")
        mailbox = self._context.mailbox(call)
        locale = LANGUAGES.get(mailbox.language, mailbox.language)
        return Reply(
            200,
            {
                "timeZone": zones.windows_name(mailbox.time_zone),
                "language": {"locale": locale, "displayName": locale},
                "timeFormat": "HH:mm",
                "dateFormat": "dd.MM.yyyy",
                "userPurpose": mailbox.purpose.value,
                "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
                "workingHours": working_hours(mailbox),
            },
        )

    async def translate(self, call: Call) -> Reply:
        """Convert ids between their default and immutable form (graph-calendar 4)."""
        call.did("ids.translate")
        mailbox = self._context.mailbox(call)
        given = call.parameters("InputIds", "SourceIdType", "TargetIdType")
        ids = given.get("InputIds")
        if not isinstance(ids, list) or len(ids) > 1000:
            raise invalid_request("'inputIds' must be a collection of at most 1000 ids.")
        forms = {"restId": "rest_id", "restImmutableEntryId": "immutable_id"}
        form = forms.get(given.get("TargetIdType", ""))
        if form is None or given.get("SourceIdType") not in forms:
            raise bad_request(f"Ids are translated between {' and '.join(forms)} only.")
        shown: list[Json] = []
        for wanted in ids:
            item = self._context.deeds.found(mailbox, wanted)
            if item is None:
                error = {"code": "ErrorInvalidIdMalformed", "message": "The id is not valid."}
                shown.append({"sourceId": wanted, "errorDetails": error})
            else:
                shown.append({"sourceId": wanted, "targetId": getattr(item, form)})
        entity = "Collection(microsoft.graph.convertIdResult)"
        return Reply(200, self._context.collection(call, entity, shown))

    async def time_zones(self, call: Call) -> Reply:
        call.did("zones.list")
        self._context.mailbox(call)
        if "iana" in call.argument.lower():
            names = sorted(zones.iana_names())
        else:
            names = zones.windows_names()
        shown = [{"alias": name, "displayName": name} for name in names]
        entity = "Collection(microsoft.graph.timeZoneInformation)"
        return Reply(200, self._context.collection(call, entity, shown))


def user_json(user: Mailbox, select: str | None) -> Json:
    """Return a directory user; `$select` narrows it."""
    given, _, family = user.name.partition(" ")
    shown: Json = {
        "id": user.guid,
        "displayName": user.name,
        "givenName": given if user.purpose is Purpose.USER else None,
        "surname": (family or None) if user.purpose is Purpose.USER else None,
        "mail": user.mail,
        "userPrincipalName": user.mail,
        "preferredLanguage": LANGUAGES.get(user.language, user.language),
        "accountEnabled": user.purpose is Purpose.USER,
        "proxyAddresses": proxy_addresses(user),
        "otherMails": [],
        "userType": "Member",
    }
    if not select:
        for name in ("accountEnabled", "proxyAddresses", "otherMails", "userType"):
            del shown[name]
        return shown
    wanted = {name.strip().lower() for name in select.split(",")}
    return {name: value for name, value in shown.items() if name.lower() in wanted}


def proxy_addresses(user: Mailbox) -> list[str]:
    """Return all addresses: `SMTP:` marks the primary one, `smtp:` the others."""
    return [f"SMTP:{user.mail}", *(f"smtp:{alias}" for alias in user.aliases)]


def user_resolver(user: Mailbox) -> Resolver:
    """Return a user's values for `$filter`."""
    fields: dict[str, Comparable] = {
        "id": Text(user.guid),
        "mail": Text(user.mail),
        "userprincipalname": Text(user.mail),
        "displayname": Text(user.name),
        "accountenabled": Flag(user.purpose is Purpose.USER),
    }

    def resolve(path: str) -> Comparable | list[Resolver] | None:
        if path == "proxyaddresses":
            return [_of_text(address) for address in proxy_addresses(user)]
        if path not in fields:
            raise bad_request(f"Invalid filter clause: users cannot be filtered by '{path}'.")
        return fields[path]

    return resolve


def working_hours(mailbox: Mailbox) -> Json:
    return {
        "daysOfWeek": list(WORKING_DAYS),
        "startTime": "08:00:00.0000000",
        "endTime": "17:00:00.0000000",
        "timeZone": {"name": zones.windows_name(mailbox.time_zone)},
    }


def _of_text(text: str) -> Resolver:
    def resolve(_: str) -> Comparable | list[Resolver] | None:
        return Text(text)

    return resolve
