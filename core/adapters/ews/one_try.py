"""The library's own repetitions and guesses, switched off: one call is one request.

It would try a refused password again, ask every other version of the protocol when a request is
called invalid, take a closed connection for a busy server, and drop what a server says about when
to come back.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import requests
from exchangelib import FailFast
from exchangelib.errors import (
    ErrorServerBusy,
    EWSError,
    MalformedResponseError,
    ResponseMessageError,
    UnauthorizedError,
)
from exchangelib.protocol import BaseProtocol
from exchangelib.services.common import EWSAccountService
from exchangelib.util import post_ratelimited

from core.adapters.ews.answers import body_of
from core.adapters.ews.xml import MESSAGES, Element
from core.adapters.retry_after import retry_after_s

TIMEOUT_S = 30
"""As for Graph; the library's two minutes would hold a thread for as long."""
BaseProtocol.TIMEOUT = TIMEOUT_S

_BUSY = frozenset({429, 503})
_CATEGORY = re.compile(r'error_category="(\w+)"')


class HttpForbidden(EWSError):  # type: ignore[misc]  # noqa: N818 - the library has no types
    """403: the page is closed to this account, or to whoever asks from here."""


class TokenRefused(EWSError):  # type: ignore[misc]  # noqa: N818 - the library has no types
    """401 to a token; `category` is what the server says of it, "" where it says nothing."""

    def __init__(self, category: str) -> None:
        super().__init__("401")
        self.category = category


class OneTry(FailFast):  # type: ignore[misc]
    """Says what an answer is that is no SOAP; the library's words where they are right."""

    def raise_response_errors(self, response: requests.Response) -> None:
        """Raise what the status stands for."""
        status, wait = response.status_code, retry_after_s(response.headers)
        if status == requests.codes.unauthorized and _is_of_a_token(response):
            found = _CATEGORY.search(response.headers.get("x-ms-diagnostics", ""))
            raise TokenRefused(found[1] if found else "")
        if status == requests.codes.unauthorized:
            raise UnauthorizedError("401")
        if status == requests.codes.forbidden:
            raise HttpForbidden("403")
        if status == requests.codes.too_many_requests or (status in _BUSY and wait is not None):
            raise ErrorServerBusy(str(status), back_off=wait)
        # A proxy closes connections for reasons of its own.
        response.headers.pop("connection", None)
        super().raise_response_errors(response)


def _is_of_a_token(response: requests.Response) -> bool:
    return str(response.request.headers.get("Authorization", "")).startswith("Bearer ")


def _whole(container: Element) -> list[Element]:
    return [container]


class _OneRequest(EWSAccountService):  # type: ignore[misc]
    """Sends one request in the version that is set, and hands out response messages as they are."""

    element_container_name = None
    ERRORS_TO_CATCH_IN_RESPONSE = (ResponseMessageError,)
    WARNINGS_TO_CATCH_IN_RESPONSE = (ResponseMessageError,)
    _get_elements_in_container = staticmethod(_whole)
    _token = ""

    def messages(self, payload: Element, token: str = "") -> list[Any]:
        """Return the messages of an answer: elements, and exceptions for what was refused.

        A token is carried by this one request; sessions are lent to whoever comes next.
        """
        self._token = token
        response = self._sent(payload)
        try:
            body = body_of(response.content)
        finally:
            response.close()
        return list(self._get_elements_in_response(self._get_soap_messages(body=body)))

    def _sent(self, payload: Element) -> requests.Response:
        """Post a message that was made before a session is lent.

        The library lends first: what cannot be made keeps its session for good, and soon there is
        none left for anybody of the environment.
        """
        headers = self._extra_headers()
        content = self.wrap(content=payload, api_version=self._version_hint.api_version)
        response: requests.Response
        response, session = post_ratelimited(
            protocol=self.protocol,
            session=self.protocol.get_session(),
            url=self.protocol.service_endpoint,
            headers=headers,
            data=content,
        )
        self.protocol.release_session(session)
        return response

    def _extra_headers(self) -> dict[str, str]:
        headers: dict[str, str] = super()._extra_headers()
        return headers | ({"Authorization": f"Bearer {self._token}"} if self._token else {})


class _FreeBusyRequest(_OneRequest):
    """Reads the one answer that has its messages in a list of another name, one level deeper."""

    SERVICE_NAME = "GetUserAvailability"

    @staticmethod
    def _response_messages_tag() -> str:
        return f"{{{MESSAGES}}}FreeBusyResponseArray"

    @classmethod
    def _response_message_tag(cls) -> str:
        return f"{{{MESSAGES}}}FreeBusyResponse"

    def _get_elements_in_response(self, response: list[Element]) -> Iterator[Any]:
        for answer in response:
            message = answer.find(f"{{{MESSAGES}}}ResponseMessage")
            if message is None:
                raise MalformedResponseError("an answer without its message")
            found = self._get_element_container(message=message)
            yield found if isinstance(found, Exception) else answer


_OF_THEIR_OWN = {_FreeBusyRequest.SERVICE_NAME: _FreeBusyRequest}


@cache
def service_of(operation: str) -> Any:  # noqa: ANN401 - untyped
    """Return the class that asks for one operation."""
    base = _OF_THEIR_OWN.get(operation, _OneRequest)
    return type(f"Whole{operation}", (base,), {"SERVICE_NAME": operation})


def name_of_trouble(error: BaseException) -> str:
    """Return what an error of the library is called; of TLS it says no more than that it failed."""
    cause = error.__context__
    if not isinstance(cause, requests.exceptions.SSLError):
        return type(error).__name__
    return "CertificateError" if "CERTIFICATE_VERIFY" in str(cause) else "TlsError"
