"""What adapters are held to, and the ports of the simulation in their place.

A test about behaviour is told to both; one about bytes, faults on the way or the number of requests
is marked `over_http`. Property tests share two cores with everything else: how long one example
takes says nothing.
"""

import pytest
from hypothesis import settings

settings.register_profile("shared-machine", deadline=None)
settings.load_profile("shared-machine")

BOTH = ("calendar", "notifier", "rooms")
"""The fixtures that lead to a simulator over HTTP or straight to its model."""


def pytest_generate_tests(metafunc):
    if metafunc.definition.get_closest_marker("over_http") or "way" in metafunc.fixturenames:
        return
    for name in set(BOTH) & set(metafunc.fixturenames):
        metafunc.parametrize(name, ["adapter", "model"], indirect=True)


def of_model(request):
    """Tell whether the ports of the simulation are asked for; not in a case about bytes."""
    wanted = getattr(request, "param", "adapter")
    if wanted == "model" and request.node.get_closest_marker("over_http"):
        pytest.skip("the case is about HTTP")
    return wanted == "model"
