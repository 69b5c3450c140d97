"""Every scenario gets its world and its closing assertions from the kit."""

from tests.kit.scenario import (
    a_world,
    pytest_generate_tests,
    pytest_runtest_makereport,
    world,
)

__all__ = ["a_world", "pytest_generate_tests", "pytest_runtest_makereport", "world"]
