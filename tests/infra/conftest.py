"""What would be deployed, and what the code says that it needs."""

import pytest

from infra.check.app_facts import AppFacts, read_app_facts
from tests.kit.worse import PROJECT, deployed_texts


@pytest.fixture(scope="session")
def app() -> AppFacts:
    return read_app_facts(PROJECT)


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    return deployed_texts()
