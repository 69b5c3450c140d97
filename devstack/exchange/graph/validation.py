"""The handshake before a subscription: the endpoint must give an opaque token back (1.4)."""

from urllib.parse import urlsplit

from devstack.exchange.graph.delivery import Endpoint, NoEchoError
from devstack.exchange.graph.errors import GraphError
from devstack.exchange.model import versions

ANSWER_BUDGET_S = 10
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


class EndpointValidation:
    """Asks an endpoint to prove that it wants notifications. Only loopback is within reach."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._serial = 0

    async def require(self, url: object) -> None:
        """Refuse the subscription unless `url` answers as it must."""
        if not isinstance(url, str):
            raise _failed("The notification URL must be a string.")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK_HOSTS:
            raise _failed("The simulator reaches http and https endpoints on loopback only.")
        token = self._token(url)
        try:
            answer = await self._endpoint.echo(url, token, ANSWER_BUDGET_S)
        except NoEchoError as error:
            raise _failed(f"The endpoint did not answer: {error}.") from error
        if answer.status != 200:
            raise _failed(f"Response status code {answer.status} instead of 200.")
        if not answer.content_type.lower().startswith("text/plain"):
            raise _failed("The response is not of type text/plain.")
        if answer.text != token:
            raise _failed("The response must be the decoded validation token.")

    def _token(self, url: str) -> str:
        """Return a token that is wrong unless it is decoded exactly once."""
        self._serial += 1
        request = versions.guid("validation", url, self._serial)
        return (
            "Validation: Testing client application reachability for subscription"
            f" Request-Id: {request} +&=%2B/é"
        )


def _failed(why: str) -> GraphError:
    return GraphError(400, "ValidationError", f"Subscription validation request failed. {why}")
