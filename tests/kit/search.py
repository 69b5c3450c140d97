"""How many random examples a property is tried with, and whether they are the same each time.

`make test` plays the same examples on every machine, so that green means the same everywhere;
`make search TIMES=20` looks for new ones, that many times as many.
"""

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("SEARCH_TIMES", "0"))
"""0: the usual examples, always the same; n: n times as many, new ones."""


def examples(count: int) -> settings:
    """Return the settings of a property that is tried with `count` examples in `make test`."""
    return settings(max_examples=count * max(TIMES, 1))


def begin() -> None:
    """Make this the way of every property, also of those that do not say how many examples."""
    settings.register_profile(
        "same examples",
        parent=examples(100),
        derandomize=not TIMES,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    settings.load_profile("same examples")
