"""How this service proves to ROOMS who it is: an API key, or a token got with it (rooms-api 1)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from core.adapters.bounded_http import trouble
from core.errors import NotPermittedError, ServiceUnavailableError, ThrottledError
from core.ports.clock import Clock

_EARLY = timedelta(seconds=30)
_LIFETIME_S = 300
"""How long a token is used whose answer does not say when it ends."""
_LONGEST_S = 86400.0
"""How long a token is used at most, whatever its answer says; a refused one is renewed anyway."""
_REFUSED = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsLogin:
    """The API user's key; with `token_url` it is exchanged at the identity provider.

    While key or secret is being changed there are two of it, separated by a space: where one is
    refused, the next is tried.
    """

    api_key: str = field(repr=False)
    token_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)


class Authenticator:
    """Gives the headers of a call and renews what can be renewed."""

    def __init__(self, login: RoomsLogin, clock: Clock, http: httpx.AsyncClient) -> None:
        self._login, self._clock, self._http = login, clock, http
        self._token, self._ends = "", clock.now()
        self._keys = login.api_key.split() or [""]
        self._proofs = [
            (key, secret) for secret in login.client_secret.split() or [""] for key in self._keys
        ]
        self._taken = 0
        """Which key or proof was taken last."""
        self._one_at_a_time = asyncio.Lock()

    @property
    def can_renew(self) -> bool:
        """Tell whether a refused call is worth a second try with new credentials."""
        return bool(self._login.token_url) or len(self._keys) > 1

    async def headers(self) -> dict[str, str]:
        """Return the legacy header, or a bearer token that is kept until it ends."""
        if not self._login.token_url:
            return {"APIKEY": self._keys[self._taken]}
        async with self._one_at_a_time:
            if self._clock.now() >= self._ends - _EARLY or not self._token:
                await self._fetch()
            return {"Authorization": f"Bearer {self._token}"}

    def forget(self, refused: Mapping[str, str]) -> None:
        """Throw away what ROOMS did not take, unless another call has done so meanwhile."""
        if self._login.token_url:
            self._token = ""
        elif refused.get("APIKEY") == self._keys[self._taken]:
            self._taken = (self._taken + 1) % len(self._keys)

    async def _fetch(self) -> None:
        first = self._taken
        answer = await self._ask(first)
        for further in range(1, len(self._proofs)):
            if answer.status_code not in _REFUSED:
                break
            answer = await self._ask((first + further) % len(self._proofs))
        _require_success(answer.status_code)
        try:
            content = answer.json()
            self._token = str(content["access_token"])
            lifetime_s = min(float(content.get("expires_in", _LIFETIME_S)), _LONGEST_S)
            self._ends = self._clock.now() + timedelta(seconds=max(lifetime_s, 0.0))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            raise ServiceUnavailableError(
                "the answer of ROOMS' identity provider cannot be read"
            ) from None

    async def _ask(self, number: int) -> httpx.Response:
        """Ask with one of the proofs, and stay with it if it is taken."""
        api_key, secret = self._proofs[number]
        form = {
            "grant_type": "apikey",
            "scope": "rooms_api",
            "client_id": self._login.client_id,
            "client_secret": secret,
            "apikey": api_key,
        }
        try:
            answer = await self._http.post(self._login.token_url, data=form)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise ServiceUnavailableError(
                f"ROOMS' identity provider did not answer: {trouble(error)}"
            ) from None
        if answer.status_code == httpx.codes.OK:
            self._taken = number
        return answer


def _require_success(status: int) -> None:
    if status in _REFUSED:
        raise NotPermittedError(
            f"ROOMS' identity provider gives no token (status {status}): check client id, client"
            " secret and API key"
        )
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise ThrottledError("ROOMS' identity provider asks for a pause")
    if status != httpx.codes.OK:
        raise ServiceUnavailableError(f"ROOMS' identity provider answered {status}")
