"""Two faces behind one desk: EWS where its page is asked for, Graph everywhere else."""

from starlette.types import ASGIApp, Receive, Scope, Send

from devstack.exchange.ews.access import EwsAccess, is_ews
from devstack.exchange.graph.access import Access
from devstack.kit.desk import Caller


class Faces:
    """Chooses the face of a request, and who tells callers apart there."""

    def __init__(
        self, *, graph: ASGIApp, ews: ASGIApp, access: Access, ews_access: EwsAccess
    ) -> None:
        self._graph, self._ews = graph, ews
        self._access, self._ews_access = access, ews_access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._ews if is_ews(scope["path"]) else self._graph)(scope, receive, send)

    def identify(self, scope: Scope, headers: dict[str, str]) -> Caller:
        """Name the actor and the mailbox of a request for the log."""
        access = self._ews_access if is_ews(scope["path"]) else self._access
        return access.identify(scope, headers)
