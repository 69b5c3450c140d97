"""Who asks and what they may: the platform's sign-in in Azure, a development role elsewhere.

The platform strips `X-MS-CLIENT-PRINCIPAL` from what comes in and writes its own, but only where
sign-in is switched on; then it says so in the environment. Anywhere else the header is anybody's.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from core.settings import is_in_azure

SIGN_IN = "WEBSITE_AUTH_ENABLED"
"""Set by the platform: "True" where its sign-in stands in front of every request."""

HEADER = "x-ms-client-principal"

_ROLE_CLAIMS = frozenset({"roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"})
_NAME_CLAIMS = (
    "preferred_username",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
    "name",
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
    "oid",
    "appid",
)
_LONGEST_NAME = 200
_LONGEST_HEADER = 64 * 1024


class Role(IntEnum):
    """What somebody may: look, repair, change the settings; each includes the ones before."""

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """Return the value of the app role in the directory."""
        return self.name.lower()


ROLES = {role.word: role for role in Role}


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever is signed in. `role` None: known to the directory, but has no role of this app."""

    name: str
    role: Role | None

    def may(self, role: Role) -> bool:
        """Tell whether a role is included in the principal's own."""
        return self.role is not None and self.role >= role


class SignIn:
    """Reads who asks. `environment` is the process's own, `dev_role` the development setting."""

    def __init__(self, environment: Mapping[str, str], dev_role: str = "") -> None:
        in_azure = is_in_azure(environment)
        self._is_platforms = in_azure and environment.get(SIGN_IN, "").lower() == "true"
        self._developer = None if in_azure else ROLES.get(dev_role)

    def of(self, headers: Mapping[str, str], host: str) -> Principal | None:
        """Return who asks, None when nobody is signed in.

        The development role is only for whoever calls this machine by its loopback name, so that
        a foreign page cannot borrow it by pointing its own name here.
        """
        if self._is_platforms:
            return _read(headers.get(HEADER, ""))
        if self._developer is not None and _is_loopback(host):
            return Principal("developer", self._developer)
        return None


def _is_loopback(host: str) -> bool:
    name = host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host
    name = name if name.startswith("[") else name.partition(":")[0]
    return name in {"localhost", "127.0.0.1", "[::1]"}


def _read(header: str) -> Principal | None:
    """Read the platform's header; what it cannot have written is nobody."""
    if not header or len(header) > _LONGEST_HEADER:
        return None
    try:
        content = json.loads(base64.b64decode(header, validate=True))
        claims = [(str(c["typ"]), str(c["val"])) for c in content["claims"]]
        kinds = _ROLE_CLAIMS | {str(content.get("role_typ") or "roles")}
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not claims:
        return None
    own = [
        ROLES[value.lower()] for kind, value in claims if kind in kinds if value.lower() in ROLES
    ]
    names = dict(reversed(claims))
    name = next((names[kind] for kind in _NAME_CLAIMS if names.get(kind)), "somebody")
    plain = "".join(c for c in name if c.isprintable())
    return Principal(plain[:_LONGEST_NAME], max(own, default=None))
