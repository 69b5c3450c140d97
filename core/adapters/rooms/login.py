"""How this service proves to ROOMS who it is: an API key, or a token got with it (rooms-api 1)."""

import asyncio
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
    """The API user's key; with `token_url` it is exchanged at the identity provider."""

    api_key: str = field(repr=False)
    token_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)


class Authenticator:
    """Gives the headers of a call and renews what can be renewed."""

    def __init__(self, login: RoomsLogin, clock: Clock, http: httpx.AsyncClient) -> None:
        self._login, self._clock, self._http = login, clock, http
        self._token, self._ends = "", clock.now()
        self._one_at_a_time = asyncio.Lock()

    @property
    def can_renew(self) -> bool:
        """Tell whether a refused call is worth a second try with new credentials."""
        return bool(self._login.token_url)

    async def headers(self) -> dict[str, str]:
        """Return the legacy header, or a bearer token that is kept until it ends."""
        if not self.can_renew:
            return {"APIKEY": self._login.api_key}
        async with self._one_at_a_time:
            if self._clock.now() >= self._ends - _EARLY or not self._token:
                await self._fetch()
            return {"Authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        """Throw away a token that ROOMS did not take."""
        self._token = ""

    async def _fetch(self) -> None:
        form = {
            "grant_type": "apikey",
            "scope": "rooms_api",
            "client_id": self._login.client_id,
            "client_secret": self._login.client_secret,
            "apikey": self._login.api_key,
        }
        try:
            answer = await self._http.post(self._login.token_url, data=form)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise ServiceUnavailableError(
                f"ROOMS' identity provider did not answer: {trouble(error)}"
            ) from None
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
