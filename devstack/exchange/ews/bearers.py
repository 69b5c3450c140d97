"""Applications that call EWS with a token (hybrid modern authentication): what is looked at.

Headers and reasons are those that Microsoft's documents show; the number of an expired token is not
among them. Whether a given server takes such tokens at all depends on how it was set up.
"""

from enum import StrEnum
from urllib.parse import urlsplit

from devstack.exchange.graph.permissions import FULL_ACCESS, Permissions
from devstack.exchange.graph.tokens import Tokens

EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
"""The application that every Exchange is."""
_ISSUER = "00000001-0000-0000-c000-000000000000"


class Fault(StrEnum):
    """Why a token does not open, in the words of `error_category`."""

    SIGNATURE = "invalid_signature"
    AUDIENCE = "invalid_resource"
    EXPIRED = "token_expired"
    GRANT = "invalid_grant"


_REASONS = {
    Fault.SIGNATURE: (2000000, "The token has an invalid signature."),
    Fault.AUDIENCE: (2000003, "The hostname component of the audience claim value is invalid."),
    Fault.EXPIRED: (2000001, "The token has expired."),
    Fault.GRANT: (
        2000008,
        "The token should have valid permissions or linked account with partner application.",
    ),
}


class Bearers:
    """Checks tokens against what was issued and what an administrator has consented to."""

    def __init__(self, tokens: Tokens, permissions: Permissions, tenant: str) -> None:
        self._tokens, self._permissions, self._tenant = tokens, permissions, tenant

    def token_in(self, authorization: str) -> str | None:
        """Return the token of a header, None if it holds something else."""
        scheme, _, token = authorization.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    def fault(self, token: str, host: str) -> Fault | None:
        """Return why a token does not open EWS at the host that was called, None if it does."""
        found = self._tokens.find(token)
        if found is None:
            return Fault.SIGNATURE
        if found.audience != urlsplit(f"//{host}").hostname:
            return Fault.AUDIENCE
        if self._tokens.is_over(found):
            return Fault.EXPIRED
        return Fault.GRANT if FULL_ACCESS in self._permissions.missing else None

    def headers(self, fault: Fault) -> list[tuple[str, str]]:
        """Return how a token is refused: the challenge, and what is wrong with it."""
        number, reason = _REASONS[fault]
        challenge = (
            f'Bearer client_id="{EXCHANGE}", trusted_issuers="{_ISSUER}@{self._tenant}",'
            ' token_types="app_asserted_user_v1 service_asserted_app_v1",'
            ' authorization_uri="https://login.windows.net/common/oauth2/authorize",'
            ' error="invalid_token"'
        )
        diagnostics = f'{number};reason="{reason}";error_category="{fault}"'
        return [("www-authenticate", challenge), ("x-ms-diagnostics", diagnostics)]
