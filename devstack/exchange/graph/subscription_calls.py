"""The calls around subscriptions: create, list, renew, reauthorize, delete (graph-calendar 1)."""

from datetime import datetime

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.context import Context
from devstack.exchange.graph.errors import GraphError, bad_request, invalid_request
from devstack.exchange.graph.moments import instant_text, read_instant
from devstack.exchange.graph.routing import Routes, segments_of
from devstack.exchange.graph.subscribing import Subscribing, SubscriptionWish
from devstack.exchange.graph.subscriptions import Subscription
from devstack.exchange.graph.tokens import Credentials
from devstack.exchange.model.mailbox import Mailbox

CHANGE_KINDS = frozenset(["created", "updated", "deleted"])
TLS_VERSIONS = ("v1_0", "v1_1", "v1_2", "v1_3")
CLIENT_STATE_MAX = 128
PAGE = 100


class SubscriptionCalls:
    """The handlers of `/subscriptions`; a caller sees its own only."""

    def __init__(
        self, context: Context, subscribing: Subscribing, credentials: Credentials
    ) -> None:
        self._context, self._subscribing = context, subscribing
        self._credentials = credentials

    def routes(self, table: Routes) -> None:
        table.add("POST", "subscriptions", self.create)
        table.add("GET", "subscriptions", self.list)
        table.add("GET", "subscriptions/{subscription}", self.read)
        table.add("PATCH", "subscriptions/{subscription}", self.renew)
        table.add("DELETE", "subscriptions/{subscription}", self.delete)
        table.add("POST", "subscriptions/{subscription}/reauthorize", self.reauthorize)

    async def create(self, call: Call) -> Reply:
        """Validate both URLs, one after the other, before anything exists."""
        call.did("subscription.create")
        body = {k: v for k, v in call.json().items() if "@" not in k and v is not None}
        _check_members(body)
        mailbox, folder = self._resource(call, body["resource"])
        subscription = await self._subscribing.create(
            SubscriptionWish(
                owner=call.caller.actor,
                mailbox=mailbox.guid,
                folder=folder,
                resource=body["resource"],
                change_type=body["changeType"],
                notification_url=body["notificationUrl"],
                lifecycle_url=body.get("lifecycleNotificationUrl"),
                client_state=body.get("clientState"),
                tls=body.get("latestSupportedTlsVersion", "v1_2"),
                immutable_ids=call.prefer.immutable_ids,
                expires=_expiry(body["expirationDateTime"]),
            )
        )
        call.did("subscription.create", changed=True)
        return Reply(201, self._json(call, subscription))

    async def list(self, call: Call) -> Reply:
        call.did("subscription.list")
        own = self._subscribing.of(call.caller.actor)
        skip = call.number("skiptoken", 0, 10**9)
        size = self._context.throttle.page(PAGE)
        shown = [_members(s, self._credentials) for s in own[skip : skip + size]]
        content = self._context.collection(call, "subscriptions", shown)
        if skip + size < len(own):
            content["@odata.nextLink"] = call.link(_skiptoken=str(skip + size))
        return Reply(200, content)

    async def read(self, call: Call) -> Reply:
        call.did("subscription.read")
        return Reply(200, self._json(call, self._own(call)))

    async def renew(self, call: Call) -> Reply:
        """Move the expiry; that counts as reauthorization, and a new URL is validated again."""
        call.did("subscription.renew")
        subscription = self._own(call)
        body = {k: v for k, v in call.json().items() if "@" not in k and v is not None}
        unknown = set(body) - {"expirationDateTime", "notificationUrl"}
        if unknown:
            raise bad_request(f"'{min(unknown)}' of a subscription cannot be changed.")
        until = body.get("expirationDateTime")
        expires = None if until is None else _expiry(until)
        await self._subscribing.renew(subscription, expires, body.get("notificationUrl"))
        call.did("subscription.renew", changed=True)
        return Reply(200, self._json(call, subscription))

    async def reauthorize(self, call: Call) -> Reply:
        """Confirm access; the expiry stays as it is."""
        call.did("subscription.reauthorize")
        self._subscribing.reauthorize(self._own(call))
        call.did("subscription.reauthorize", changed=True)
        return Reply(204)

    async def delete(self, call: Call) -> Reply:
        call.did("subscription.delete")
        self._subscribing.end(self._own(call))
        call.did("subscription.delete", changed=True)
        return Reply(204)

    def _own(self, call: Call) -> Subscription:
        return self._subscribing.own(call.caller.actor, call.params["subscription"])

    def _resource(self, call: Call, resource: str) -> tuple[Mailbox, str | None]:
        """Return mailbox and calendar of `users/{id}/events` and its longer forms."""
        segments = segments_of(resource)
        names = [segment.lower() for segment in segments]
        own = self._context.access.user(call)
        if names[:1] == ["me"] and own is not None:
            segments, names = ["users", own.mail, *segments[1:]], ["users", own.mail, *names[1:]]
        if names[:1] != ["users"] or len(names) < 3 or names[-1] != "events":
            raise bad_request(f"Resource '{resource}' cannot be subscribed to.")
        mailbox = self._context.access.open(call, segments[1])
        match names[2:-1]:
            case []:
                return mailbox, None
            case ["calendar"]:
                return mailbox, self._context.named_calendar(mailbox, "calendar")
            case ["calendars", _]:
                return mailbox, self._context.named_calendar(mailbox, segments[3])
        raise bad_request(f"Resource '{resource}' cannot be subscribed to.")

    def _json(self, call: Call, subscription: Subscription) -> Json:
        context = {"@odata.context": f"{call.origin}/v1.0/$metadata#subscriptions/$entity"}
        return context | _members(subscription, self._credentials)


def _expiry(text: object) -> datetime:
    if not isinstance(text, str):
        raise invalid_request("'expirationDateTime' must be a string.")
    return read_instant(text, "expirationDateTime")


def _members(subscription: Subscription, credentials: Credentials) -> Json:
    return {
        "id": subscription.id,
        "resource": subscription.resource,
        "applicationId": credentials.client_id,
        "changeType": subscription.change_type,
        "clientState": subscription.client_state,
        "notificationUrl": subscription.notification_url,
        "notificationQueryOptions": None,
        "lifecycleNotificationUrl": subscription.lifecycle_url,
        "expirationDateTime": instant_text(subscription.expires),
        "creatorId": credentials.principal_id,
        "includeResourceData": None,
        "latestSupportedTlsVersion": subscription.tls,
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationUrlAppId": None,
    }


def _check_members(body: Json) -> None:
    needed = ("changeType", "notificationUrl", "resource", "expirationDateTime")
    optional = (
        "clientState", "lifecycleNotificationUrl", "latestSupportedTlsVersion",
        "includeResourceData", "id", "applicationId", "creatorId",
    )  # fmt: skip
    for name in needed:
        if not isinstance(body.get(name), str):
            raise bad_request(f"The subscription needs '{name}', a string.")
    for name in body:
        if name not in needed + optional:
            raise bad_request(f"The simulator does not know '{name}' of a subscription.")
    kinds = {part.strip() for part in body["changeType"].split(",")}
    if not kinds <= CHANGE_KINDS:
        raise bad_request(f"Invalid changeType '{body['changeType']}'.")
    if body.get("includeResourceData"):
        raise GraphError(501, "NotImplemented", "Notifications with resource data are not built.")
    if len(body.get("clientState") or "") > CLIENT_STATE_MAX:
        raise bad_request(f"clientState is longer than {CLIENT_STATE_MAX} characters.")
    if body.get("latestSupportedTlsVersion", "v1_2") not in TLS_VERSIONS:
        raise bad_request("Invalid latestSupportedTlsVersion.")
