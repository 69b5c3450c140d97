"""Where mailboxes live: one rule for imports and for the doctor."""

from collections.abc import Iterable

from core.domain.directory import KINDS, Environment, SyncMode
from core.domain.ids import EnvironmentId


class Homes:
    """Which environment somebody lives in, if in any (R-011, R-013, R-043).

    The mode says of which kind it is; the file may name it, else the whole domain of the address
    decides. What contradicts itself is in none. `O365` is in none, whatever is said besides: it is
    EWS at Exchange Online, never Graph, and never served. docs/environments.md has the table.
    """

    def __init__(self, environments: Iterable[Environment]) -> None:
        self._kinds: dict[EnvironmentId, str] = {}
        self._by_domain: dict[tuple[str, str], EnvironmentId] = {}
        for environment in environments:
            self._kinds[environment.id] = environment.kind
            for domain in environment.domains:
                self._by_domain.setdefault((environment.kind, domain.lower()), environment.id)

    def of(self, address: str, mode: SyncMode, assigned: str = "") -> EnvironmentId | None:
        """Return the environment; `assigned` is the one that the file names, if it does."""
        kind = KINDS.get(mode)
        if kind is None:
            return None
        if assigned:
            named = EnvironmentId(assigned)
            return named if self._kinds.get(named) == kind else None
        return self._by_domain.get((kind, address.rpartition("@")[2].lower()))


def home_of_sender(environments: Iterable[Environment], address: str) -> EnvironmentId | None:
    """Return where mails of ours are sent from when nobody says it: where the domain lives.

    Else the first environment at all; None where there is none.
    """
    known, domain = tuple(environments), address.rpartition("@")[2].lower()
    own = (each for each in known if domain in {name.lower() for name in each.domains})
    found = next(own, None) or next(iter(known), None)
    return None if found is None else found.id
