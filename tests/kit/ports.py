"""Ports for processes of tests, which nobody takes between being found free and being used.

What the system hands out by itself (to connections and to listeners on port 0) begins at 32768.
Ours lie below, each worker of a run has a range of its own, and none comes twice in it.
"""

import os
import socket
from itertools import cycle, islice

_FIRST, _EACH, _WORKERS = 18_000, 1_700, 8
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
_begin = _FIRST + _worker * _EACH
_turns = islice(cycle(range(_begin, _begin + _EACH)), os.getpid() * 61 % _EACH, None)
"""Begins elsewhere in each process: of two runs on one machine the ranges are the same."""


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return free ports that follow each other, as Azurite wants its three."""
    for _ in range(_EACH):
        ports = list(islice(_turns, count))
        if ports[-1] - ports[0] == count - 1 and all(map(_is_free, ports)):
            return ports
    raise AssertionError(f"none of the {_EACH} ports from {_begin} on is free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
