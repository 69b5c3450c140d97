"""Checks that the ports of a stack are free, before anything is started."""

import socket

from devstack.addresses import LOOPBACK, Addresses


class PortInUseError(Exception):
    """A port is taken; the text names the port, the variable that moves it, and what to do."""


def require_free(addresses: Addresses) -> None:
    """Raise PortInUseError for all ports of the stack that somebody else listens on."""
    wanted = [
        (addresses.stack_port, "STACK_PORT"),
        (addresses.host_port, "HOST_PORT"),
        (addresses.exchange_port, "EXCHANGE_PORT"),
        (addresses.rooms_port, "ROOMS_PORT"),
        (addresses.bus_port, "BUS_PORT"),
        (addresses.bus_control_port, "BUS_CONTROL_PORT"),
        *((addresses.azurite_port + i, "AZURITE_PORT") for i in range(3)),
    ]
    taken = [(port, name) for port, name in wanted if not _is_free(port)]
    if taken:
        lines = [
            f"port {port} is in use: end what listens there (another stack? `make stop`),"
            f" or set {name} to a free port"
            for port, name in taken
        ]
        raise PortInUseError("\n".join(lines))
    doubled = {port for port, _ in wanted if [p for p, _ in wanted].count(port) > 1}
    if doubled:
        names = ", ".join(sorted({name for port, name in wanted if port in doubled}))
        raise PortInUseError(f"{names} give the same port twice ({sorted(doubled)}): move one")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
