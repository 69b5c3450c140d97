"""Application tokens: for a client secret and one resource, dead after an hour of the clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from devstack.exchange.graph.calls import Call, Reply
from devstack.exchange.graph.routing import Routes
from devstack.exchange.model import versions
from devstack.kit.clock import Clock
from devstack.kit.shelf import Shelf

LIFETIME_S = 3599
DEFAULT_SCOPE = "/.default"
GRAPH = "graph.microsoft.com"
"""The host of the resource that Graph's face is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The one application registered in the simulated tenant."""

    tenant: str = "11111111-2222-4333-8444-555555555555"
    client_id: str = "66666666-7777-4888-8999-aaaaaaaaaaaa"
    client_secret: str = "exchange-simulator-secret"  # noqa: S105 - of a simulator on loopback

    @property
    def principal_id(self) -> str:
        """Return the object id of the application's service principal."""
        return versions.guid("service-principal", self.client_id)


@dataclass(frozen=True, slots=True)
class Token:
    """What is behind a token: for which host it was issued, and until when it is good."""

    audience: str
    expiry: datetime


class Tokens:
    """Issues tokens and knows which ones are still good (graph-calendar 8)."""

    def __init__(self, clock: Clock, shelf: Shelf, credentials: Credentials) -> None:
        self._clock, self._shelf, self._credentials = clock, shelf, credentials
        self._issued: dict[str, Token] = dict(shelf.load("token"))

    def find(self, token: str) -> Token | None:
        """Return what was issued, expired or not."""
        return self._issued.get(token)

    def is_good(self, token: str, audience: str = GRAPH) -> bool:
        """Tell whether a token opens this host now."""
        found = self.find(token)
        return found is not None and found.audience == audience and not self.is_over(found)

    def is_over(self, token: Token) -> bool:
        """Tell whether a token has expired."""
        return token.expiry <= self._clock.now()

    def revoke_all(self) -> None:
        """Make every token that was issued so far worthless."""
        for token in self._issued:
            self._shelf.remove("token", token)
        self._issued.clear()

    def keep(self) -> None:
        """Write all tokens to an emptied shelf again."""
        for name, token in self._issued.items():
            self._shelf.put("token", name, token)

    def routes(self, table: Routes) -> None:
        table.add("POST", "{tenant}/oauth2/v2.0/token", self.issue)

    async def issue(self, call: Call) -> Reply:
        """Answer the client-credentials grant; errors have OAuth's shape, not Graph's."""
        call.did("token.issue")
        form = {k: v[0] for k, v in parse_qs(call.body.decode("utf-8", "replace")).items()}
        if call.params["tenant"].lower() != self._credentials.tenant.lower():
            return self._refusal(400, "invalid_request", 90002, "Tenant not found.")
        if form.get("grant_type") != "client_credentials":
            return self._refusal(
                400, "unsupported_grant_type", 70003, "The grant type must be client_credentials."
            )
        if form.get("client_id") != self._credentials.client_id:
            return self._refusal(
                400, "unauthorized_client", 700016, "The application was not found."
            )
        if form.get("client_secret") != self._credentials.client_secret:
            return self._refusal(401, "invalid_client", 7000215, "Invalid client secret provided.")
        scope = form.get("scope", "")
        audience = urlsplit(scope.removesuffix(DEFAULT_SCOPE)).hostname
        if audience is None or not scope.endswith(DEFAULT_SCOPE):
            return self._refusal(400, "invalid_scope", 1002012, "The scope must end in /.default.")
        return Reply(
            200,
            {
                "token_type": "Bearer",
                "expires_in": LIFETIME_S,
                "ext_expires_in": LIFETIME_S,
                "access_token": self._new_token(audience),
            },
        )

    def _new_token(self, audience: str) -> str:
        now = self._clock.now()
        serial = len(self._issued)
        name = f"app-{versions.guid('token', now.isoformat(), serial)}"
        self._issued[name] = Token(audience, now + timedelta(seconds=LIFETIME_S))
        self._shelf.put("token", name, self._issued[name])
        return name

    def _refusal(self, status: int, error: str, number: int, text: str) -> Reply:
        trace = versions.guid("trace", self._clock.now().isoformat(), number)
        return Reply(
            status,
            {
                "error": error,
                "error_description": f"AADSTS{number}: {text}",
                "error_codes": [number],
                "timestamp": f"{self._clock.now():%Y-%m-%d %H:%M:%SZ}",
                "trace_id": trace,
                "correlation_id": trace,
            },
        )
