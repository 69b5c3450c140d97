"""What is open towards one environment: one protocol per address, one account per mailbox there.

Used from threads: whoever comes first opens, the others find it open. What could not be opened is
tried anew by the next.
"""

import re
from threading import Lock
from typing import Any

from core.adapters.ews.login import EwsLogin
from core.adapters.ews.operations import Refusal, opened, protocol_for
from core.adapters.ews.peers import adapter_for

_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,255}")


class OpenAccounts:
    """Opens mailboxes at their first use; `adapter` carries the requests, in place of the network.

    No more than `parallel` connections per address; an answer takes `longest_s` seconds at most.
    """

    def __init__(self, parallel: int, adapter: Any, *, longest_s: float) -> None:  # noqa: ANN401 - a class of requests'
        self._parallel, self._adapter, self._longest_s = parallel, adapter, longest_s
        self._one_at_a_time = Lock()
        self._protocols: dict[str, Any] = {}
        self._accounts: dict[tuple[str, str, bool], Any] = {}

    def of(self, login: EwsLogin, address: str, *, impersonates: bool) -> Any:  # noqa: ANN401 - untyped
        """Return the account of a mailbox. NotPermittedError: not even the connection can be made.

        Refusal: the address cannot be one of a mailbox.
        """
        key = (login.url, address, impersonates)
        with self._one_at_a_time:
            if login.url not in self._protocols:
                self._protocols[login.url] = self._protocol(login)
            if key not in self._accounts:
                protocol = self._protocols[login.url]
                self._accounts[key] = _opened(protocol, address, impersonates=impersonates)
            return self._accounts[key]

    def close(self) -> None:
        """Close all connections."""
        for protocol in self._protocols.values():
            protocol.close()

    def _protocol(self, login: EwsLogin) -> Any:  # noqa: ANN401 - untyped
        adapter = self._adapter or adapter_for(
            login.networks, login.ca_file, longest_s=self._longest_s
        )
        return protocol_for(login, self._parallel, adapter)


def is_address(text: str) -> bool:
    """Tell whether a text may be a mailbox's address; it goes out in a header, too.

    What is none costs an answer that looks like an outage of the whole environment.
    """
    return _ADDRESS.fullmatch(text) is not None


def _opened(protocol: Any, address: str, *, impersonates: bool) -> Any:  # noqa: ANN401 - untyped
    if not is_address(address):
        raise Refusal("ErrorNonExistentMailbox")
    return opened(protocol, address, impersonates=impersonates)
