"""How a bus is made: what it needs, and what it costs until it is used."""

import subprocess
import sys

import pytest

from core.adapters.servicebus.azure_bus import AzureBus


def test_a_bus_needs_a_way_to_log_in():
    with pytest.raises(ValueError, match="connection string"):
        AzureBus(namespace="x.servicebus.windows.net")


def test_the_sdk_is_not_loaded_before_the_first_send():
    code = (
        "import sys; import core.adapters.servicebus.queue, core.adapters.servicebus.azure_bus,"
        "core.adapters.counts; from core.adapters.servicebus.azure_bus import AzureBus;"
        "AzureBus(connection_string='Endpoint=sb://x');"
        "sys.exit(any(name.startswith('azure') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code
