"""What the app settings know of an environment, without any secret: what the doctor compares."""

from dataclasses import dataclass
from typing import Final

SETTING: Final = {
    "graph": "ROOMSYNC_GRAPH_ENVIRONMENTS",
    "ews": "ROOMSYNC_EWS_ENVIRONMENTS",
}
"""Where the credentials of an environment stand, by its kind."""


@dataclass(frozen=True, slots=True)
class Reach:
    """By what an environment is reached; `hosts` are those of EWS that it may lead to.

    `login` says how the app proves who it is: by `secret`, `certificate` or `identity` as an
    application, by `ntlm` or `basic` with an account.
    """

    kind: str
    hosts: frozenset[str] = frozenset()
    login: str = ""
