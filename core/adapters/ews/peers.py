"""The transport of one environment: whom it talks to is looked at before it says a word.

A name in DNS may lead anywhere by tomorrow, so what counts is the address at the other end of the
connection. No answer is longer than anything honest, or takes longer. The library knows one adapter
and one store of authorities for the whole process; here each environment has its own.
"""

from collections.abc import Generator, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from ssl import create_default_context
from time import monotonic
from typing import Any

from requests import Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from core.errors import NotPermittedError

LARGEST = 64 * 1024 * 1024
"""Bytes of a body once it is unpacked, as with Graph."""

Networks = Sequence[IPv4Network | IPv6Network] | None

_NEVER = (ip_network("168.63.129.16/32"), ip_network("224.0.0.0/4"))
"""Public to the eye: what Azure tells a machine of itself, and no single machine at all."""
_CARRIERS = (ip_network("64:ff9b::/96"), ip_network("::/96"))
"""IPv6 in whose last four bytes an IPv4 address is meant (NAT64, and the old compatible form)."""


def check_peer(peer: str, networks: Networks) -> None:
    """Refuse an address that is neither public nor in a declared network; None declares all."""
    if networks is None:
        return
    address = _meant(ip_address(peer.partition("%")[0]))
    is_public = address.is_global and not any(address in network for network in _NEVER)
    if is_public or any(address in network for network in networks):
        return
    raise NotPermittedError(
        "the EWS address leads into a private network that is not declared: if that is meant, name"
        " it in `networks` of this environment in ROOMSYNC_EWS_ENVIRONMENTS"
    )


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one carries, else itself."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return IPv4Address(mapped)
    is_carried = any(address in network for network in _CARRIERS)
    return IPv4Address(int(address) & 0xFFFFFFFF) if is_carried and int(address) > 1 else address


def adapter_for(networks: Networks, ca_file: str = "", *, longest_s: float) -> type[HTTPAdapter]:
    """Return the adapter class of an environment, as the library wants to make it itself.

    A body that has not ended `longest_s` seconds after its head is left. NotPermittedError: the
    authorities of `ca_file` cannot be read.
    """
    if ca_file:
        _check_authorities(ca_file)

    class Http(HTTPConnection):
        def _new_conn(self) -> Any:  # noqa: ANN401 - urllib3's own
            return _checked(super()._new_conn(), networks)

    class Https(HTTPSConnection):
        def _new_conn(self) -> Any:  # noqa: ANN401 - urllib3's own
            return _checked(super()._new_conn(), networks)

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = Https

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}

        def send(self, request: Any, *args: Any, **options: Any) -> Response:  # noqa: ANN401
            options["stream"] = True
            return _bounded(super().send(request, *args, **options), monotonic() + longest_s)

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ANN401
            trusted = ca_file if ca_file and verify else verify
            super().cert_verify(conn, url, trusted, cert)

    return Adapter


def _check_authorities(ca_file: str) -> None:
    try:
        create_default_context(cafile=ca_file)
    except OSError:
        raise NotPermittedError(
            "the `ca_file` of this environment cannot be read or holds no certificate: put the file"
            " of its authorities there, or correct its name in ROOMSYNC_EWS_ENVIRONMENTS"
        ) from None


def _bounded(answer: Response, until: float) -> Response:
    """Have a body read to its end, or not at all if it is larger or slower than any honest one.

    Not before somebody wants it: until then NTLM looks at the connection for its certificate.
    What has been read is handed on whole: requests would cut it into single bytes, which costs more
    than all the rest of a call.
    """

    def pieces(*_: Any, **__: Any) -> Generator[bytes]:  # noqa: ANN401 - as requests has it
        is_read = answer._content_consumed  # noqa: SLF001 - as it is kept by the library
        return _whole(answer) if is_read else _pieces(answer, until)

    answer.iter_content = pieces  # type: ignore[method-assign]
    return answer


def _whole(answer: Response) -> Generator[bytes]:
    yield answer.content


def _pieces(answer: Response, until: float) -> Generator[bytes]:
    """Yield a body as it comes in: who waits for a whole piece waits for a server that drips."""
    size = 0
    try:
        while part := answer.raw.read1(64 * 1024, decode_content=True):
            size += len(part)
            if size > LARGEST or monotonic() > until:
                raise RequestsConnectionError("the answer is larger or slower than any honest one")
            yield part
    except HTTPError as error:
        raise RequestsConnectionError(error) from None
    finally:
        # Where there is more of it the connection is of no use any more.
        if not answer.raw.closed:
            answer.close()


def _checked(connection: Any, networks: Networks) -> Any:  # noqa: ANN401 - a socket
    try:
        check_peer(connection.getpeername()[0], networks)
    except BaseException:
        connection.close()
        raise
    return connection
