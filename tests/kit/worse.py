"""A deployment that was changed for the worse, and whether that is noticed."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from infra.check.app_facts import AppFacts
from infra.check.faults import all_faults
from infra.check.papers import read_papers
from infra.check.source import BicepError, read_folder
from infra.check.types import Node

PROJECT = Path(__file__).parents[2]

STORAGE, BUS = "modules/storage.bicep", "modules/service-bus.bicep"
VAULT, ROLES = "modules/key-vault.bicep", "modules/roles.bicep"
APP, SETTINGS = "modules/function-app.bicep", "modules/app-settings.bicep"
SIGN_IN, MONITORING = "modules/sign-in.bicep", "modules/monitoring.bicep"
NETWORK, MAIN, PROD = "modules/network.bicep", "main.bicep", "prod.bicepparam"


class Change(NamedTuple):
    """A change for the worse, and what must be told of it."""

    file: str
    old: str
    new: str
    told: str

    def of(self, texts: dict[str, str]) -> dict[str, str]:
        """Return the texts with it."""
        assert self.old in texts[self.file]
        return texts | {self.file: texts[self.file].replace(self.old, self.new)}

    def is_noticed(
        self, texts: dict[str, str], app: AppFacts, types: Mapping[str, Node] | None = None
    ) -> bool:
        """Tell whether it is among the faults, or why a file cannot be followed any more."""
        try:
            faults = all_faults(self.of(texts), app, types)
        except BicepError as error:
            faults = [str(error)]
        return any(self.told in fault for fault in faults)


def deployed_texts() -> dict[str, str]:
    """Return all texts that a deployment is made of."""
    return read_folder(PROJECT / "infra" / "bicep") | read_papers(PROJECT)
