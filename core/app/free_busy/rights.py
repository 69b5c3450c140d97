"""Who may see whose free/busy: decided here, by role, and nowhere else (R-821)."""

from dataclasses import dataclass
from enum import IntEnum

from core.domain.policies import Policies


class Role(IntEnum):
    """What somebody may do; each may what those before it may. No role: nothing at all."""

    NOBODY = 0
    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What is answered to somebody.

    `people`: free/busy of people (R-820); `rooms`: what ROOMS has on resources;
    `resource_mailboxes`: what Exchange has on them, beside it (R-821); `troubles`: what an operator
    does about an environment that does not answer.
    """

    people: bool = False
    rooms: bool = False
    resource_mailboxes: bool = False
    troubles: bool = False


EVERYTHING = Entitlement(people=True, rooms=True, resource_mailboxes=True, troubles=True)
"""For the operator at the command line, who can read all of it elsewhere, too."""


def role_named(name: str) -> Role:
    """Return the role of a name, NOBODY for one that nobody knows."""
    return Role.__members__.get(name.strip().upper(), Role.NOBODY)


def entitlement_of(role: Role, policies: Policies) -> Entitlement:
    """Return what a role may see.

    R-821 in the vendor's product is a right of its own; here the policy `resource_free_busy` names
    the role from which on it is given.
    """
    is_known = role >= Role.VIEWER
    sees_both = is_known and role >= role_named(policies.resource_free_busy)
    return Entitlement(
        people=is_known,
        rooms=is_known,
        resource_mailboxes=sees_both,
        troubles=role >= Role.OPERATOR,
    )
