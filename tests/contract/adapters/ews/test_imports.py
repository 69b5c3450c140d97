"""What EWS costs those who have none: nothing (ADR 0022)."""

from tests.contract.adapters.graph.test_imports import run

SCRIPT = """
import sys, pkgutil, importlib
import core.bootstrap as package
for module in pkgutil.iter_modules(package.__path__):
    if module.name == "ews_environment":
        continue
    importlib.import_module(f"core.bootstrap.{module.name}")
print(sorted({"exchangelib", "lxml", "requests_ntlm"} & set(sys.modules)))
import core.adapters.ews.notifications, core.adapters.ews.login
print("exchangelib" in sys.modules)
"""


def test_without_an_environment_on_premises_nothing_of_ews_is_loaded():
    loaded, by_a_notification, _ = run(SCRIPT)
    assert loaded == "[]"
    assert by_a_notification == "False"
