"""msgraph-sdk as we use it: its builders address, its adapter authenticates and sends.

Heavy to import, so only `client` does, late. Bodies stay JSON and the typed models unloaded; the
SDK's retry, redirects and URL-carrying trace attributes are off (design 7, graph-calendar 11):
of its middleware only what does something for us is there, at every call.
"""

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import httpx
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from kiota_http.middleware import ParametersNameDecodingHandler
from kiota_http.middleware.options import ResponseHandlerOption
from kiota_http.middleware.user_agent_handler import UserAgentHandler
from kiota_http.observability_options import ObservabilityOptions
from msgraph import GraphServiceClient
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph_core import GraphClientFactory
from msgraph_core.middleware import GraphTelemetryHandler

from core.adapters.bounded_http import BoundedClient, trouble
from core.adapters.credential import Credential
from core.adapters.graph.reply import Reply
from core.adapters.graph.requests import Requests
from core.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential


class Wire:
    """One HTTP client with one credential for one environment."""

    def __init__(
        self,
        base_url: str,
        credential: Credential,
        *,
        scope: str,
        transport: httpx.AsyncBaseTransport | None,
        timeout_s: float,
    ) -> None:
        parts = urlsplit(base_url)
        self._http = GraphClientFactory.create_with_custom_middleware(
            [ParametersNameDecodingHandler(), UserAgentHandler(), GraphTelemetryHandler()],
            client=BoundedClient(
                transport=transport, timeout=timeout_s, http2=parts.scheme == "https"
            ),
        )
        provider = AzureIdentityAuthenticationProvider(
            cast("AsyncTokenCredential", credential),
            scopes=[scope],
            allowed_hosts=[str(parts.hostname)],
        )
        self._adapter = GraphRequestAdapter(provider, self._http)
        self._adapter.base_url = base_url
        self._adapter.observability_options = ObservabilityOptions(include_euii_attributes=False)
        self.requests = Requests(GraphServiceClient(request_adapter=self._adapter))

    def url_of(self, request: RequestInformation) -> str:
        """Return where a request goes; the SDK would expand its template three times a call."""
        self._adapter.set_base_url_for_request_information(request)
        request.url = request.url
        return request.url

    async def send(self, request: RequestInformation) -> Reply:
        """Send once. What breaks on the way is ServiceUnavailableError: a write may be done."""
        request.add_request_options([ResponseHandlerOption(NativeResponseHandler())])
        request.headers.remove("Authorization")
        self.url_of(request)
        try:
            answer: Any = await self._adapter.send_primitive_async(request, "bytes", None)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            raise ServiceUnavailableError(f"Graph did not answer: {trouble(error)}") from None
        return Reply(answer.status_code, dict(answer.headers), answer.content)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()
