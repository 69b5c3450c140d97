"""Who asks, and which mailboxes they may open (graph-calendar 8, contract of the stack 3)."""

from starlette.types import Scope

from devstack.exchange.graph.calls import SERVICE, Call
from devstack.exchange.graph.errors import GraphError, access_denied
from devstack.exchange.graph.routing import segments_of
from devstack.exchange.graph.tokens import Tokens
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox
from devstack.kit.desk import Caller

USER = "user:"
ANONYMOUS = "anonymous"


class Access:
    """Tells callers apart and keeps them to their mailboxes.

    `scope` are the mailboxes the application may open (RBAC for Applications); None means all.
    The system mailbox is never asked about: it is not in any world file.
    """

    def __init__(self, model: Exchange, tokens: Tokens) -> None:
        self._model, self._tokens = model, tokens
        self.scope: frozenset[str] | None = None

    def identify(self, scope: Scope, headers: dict[str, str]) -> Caller:
        """Name the actor and the mailbox of a request for the log."""
        actor = self._actor(headers.get("authorization", ""))
        raw_path = scope.get("raw_path") or scope["path"].encode()
        segments = segments_of(raw_path.decode("latin-1").split("?", 1)[0])
        return Caller(actor, self._mailbox_of(segments[1:], actor))

    def require_known(self, call: Call) -> None:
        """Refuse callers without a good token."""
        if call.caller.actor == ANONYMOUS:
            raise GraphError(
                401,
                "InvalidAuthenticationToken",
                "Lifetime validation failed, the token is expired, missing or not known.",
                {"WWW-Authenticate": 'Bearer realm=""'},
            )

    def user(self, call: Call) -> Mailbox | None:
        """Return who acts in Outlook, None for the application."""
        if not call.caller.actor.startswith(USER):
            return None
        return self._model.directory.find(call.caller.actor.removeprefix(USER))

    def open(self, call: Call, key: str) -> Mailbox:
        """Return the mailbox `key` names, if the caller may use it."""
        return self.opened(key, self.user(call))

    def opened(self, key: str, user: Mailbox | None) -> Mailbox:
        """Return the mailbox `key` names, if a user (None: the application) may use it."""
        mailbox = self._model.directory.find(key)
        if mailbox is None or (user is None and not mailbox.is_internal):
            raise GraphError(404, "ErrorInvalidUser", f"The requested user '{key}' is invalid.")
        if not mailbox.has_mailbox or (user is None and mailbox.is_on_premises):
            raise GraphError(
                404,
                "MailboxNotEnabledForRESTAPI",
                "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
            )
        if not self.may_open(user, mailbox):
            raise access_denied()
        return mailbox

    def may_open(self, user: Mailbox | None, mailbox: Mailbox) -> bool:
        """Tell whether a user (None: the application) has access to a mailbox."""
        if user is None:
            return self.scope is None or mailbox.is_system or mailbox.mail.lower() in self.scope
        delegates = {delegate.lower() for delegate in mailbox.delegates}
        return user is mailbox or bool(
            delegates & {user.mail.lower(), *(alias.lower() for alias in user.aliases)}
        )

    def _actor(self, authorization: str) -> str:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return ANONYMOUS
        if token.lower().startswith(USER):
            found = self._model.directory.find(token[len(USER) :].strip())
            return f"{USER}{found.mail}" if found and found.has_mailbox else ANONYMOUS
        return SERVICE if self._tokens.is_good(token) else ANONYMOUS

    def _mailbox_of(self, segments: list[str], actor: str) -> str | None:
        if segments[:1] == ["me"] and actor.startswith(USER):
            return actor.removeprefix(USER)
        if len(segments) < 2 or segments[0].lower() != "users":
            return None
        found = self._model.directory.find(segments[1])
        return found.mail if found else segments[1]
