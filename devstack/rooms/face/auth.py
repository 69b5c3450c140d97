"""Who calls: the legacy `APIKEY` header, or a bearer token from `/connect/token` (rooms-api 1)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs

from devstack.kit.desk import Caller
from devstack.rooms.model.house import House
from devstack.rooms.model.person import Person

TOKEN_SECONDS = 3600
GRANT, SCOPE = "apikey", "rooms_api"
ADD_IN = "add-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The client registered at the identity provider, and the service's own key."""

    client_id: str
    client_secret: str
    api_key: str


class Gate:
    """Recognises callers and hands out tokens that expire on the stack's clock."""

    def __init__(self, house: House, registration: Registration) -> None:
        self._house, self._registration = house, registration

    def person(self, headers: Mapping[str, str]) -> Person | None:
        """Return who a request comes from; None for nobody ROOMS knows (any more)."""
        if (pin := headers.get("apikey")) is not None:
            return self._house.store.person_by_pin(pin)
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        person_id, expires = self._house.store.tokens.get(token.strip(), (0, None))
        if expires is None or expires <= self._house.now():
            return None
        person = self._house.store.persons.get(person_id)
        return person if person is not None and person.active else None

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """Return how the log names the caller; the API user is `service`."""
        person = self.person(headers)
        if person is None:
            return Caller("anonymous", None)
        if person.rights.administrator:
            return Caller("service", None)
        kind = ADD_IN if headers.get("x-acts-as") == ADD_IN else "user"
        return Caller(f"{kind}:{person.mail}", person.mail)

    def token(self, form: str) -> tuple[int, dict[str, object]]:
        """Answer `POST /connect/token` as an identity server does: status and body."""
        fields = {name: values[-1] for name, values in parse_qs(form).items()}
        registration = self._registration
        if fields.get("grant_type") != GRANT:
            return 400, {"error": "unsupported_grant_type"}
        client = (fields.get("client_id"), fields.get("client_secret"))
        if client != (registration.client_id, registration.client_secret):
            return 400, {"error": "invalid_client"}
        if fields.get("scope") != SCOPE:
            return 400, {"error": "invalid_scope"}
        person = self._house.store.person_by_pin(fields.get("apikey", ""))
        if person is None:
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": self._issue(person),
            "expires_in": TOKEN_SECONDS,
            "token_type": "Bearer",
            "scope": SCOPE,
        }

    def _issue(self, person: Person) -> str:
        store, now = self._house.store, self._house.now()
        for old in [t for t, (_, expires) in store.tokens.items() if expires <= now]:
            store.remove_token(old)
        number = store.next_number("token")
        secret = f"{self._registration.client_secret}/{number}/{now.isoformat()}"
        token = "eyJ" + hashlib.sha256(secret.encode()).hexdigest()
        store.keep_token(token, person.id, now + timedelta(seconds=TOKEN_SECONDS))
        return token
