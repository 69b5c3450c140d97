"""What tests of real processes share: calls to this machine, patience."""

import ssl
import time
from collections.abc import Callable
from typing import Any

import httpx

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of what speaks plainly: by themselves they load all certificates first, for 25 ms."""

HTTP = httpx.Client(
    timeout=60,
    trust_env=False,
    limits=httpx.Limits(max_keepalive_connections=0),
    verify=NO_TLS,
)
"""Calls over plain HTTP, each on a connection of its own: processes are killed between them."""


def eventually(check: Callable[[], Any], patience_s: float = 30.0) -> Any:
    """Return the first true answer of `check`; fail when there is none in time."""
    until = time.monotonic() + patience_s
    while True:
        try:
            if answer := check():
                return answer
        except httpx.TransportError:
            pass
        if time.monotonic() > until:
            raise AssertionError(f"did not happen within {patience_s} s")
        time.sleep(0.02)
