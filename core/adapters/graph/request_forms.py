"""What all requests to Graph have in common: immutable ids, times in UTC, JSON bodies."""

import json
from typing import Any

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation

IMMUTABLE_IDS = 'IdType="ImmutableId"'
UTC_TIMES = 'outlook.timezone="UTC"'


def read(builder: Any, query: object) -> RequestInformation:  # noqa: ANN401 - any SDK builder
    """Return a GET with query parameters."""
    request: RequestInformation = builder.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )
    prefer(request, IMMUTABLE_IDS, UTC_TIMES)
    return request


def write(method: Method, builder: Any) -> RequestInformation:  # noqa: ANN401 - any SDK builder
    """Return a request to a builder's address; its typed body would load the SDK's models."""
    request = RequestInformation(method, builder.url_template, builder.path_parameters)
    request.headers.add("Accept", "application/json")
    prefer(request, IMMUTABLE_IDS, UTC_TIMES)
    return request


def with_body(request: RequestInformation, body: dict[str, Any]) -> RequestInformation:
    """Return the request with a JSON body."""
    request.set_stream_content(json.dumps(body).encode(), "application/json")
    return request


def prefer(request: RequestInformation, *preferences: str) -> None:
    """Add preferences to a request."""
    for preference in preferences:
        request.headers.add("Prefer", preference)
