"""What EWS costs those who have none: nothing (ADR 0022)."""

from tests.contract.adapters.graph.test_imports import run
from tests.unit.test_settings import sample

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


RUNNING = """
import asyncio, sys
from core.bootstrap import App, Outside
from core.domain.directory import Environment, directory
from core.domain.policies import Policies
from core.settings import load_settings
from core.adapters.tables.provision import create_tables
from tests.kit.memory_tables import MemoryTables
import azure.functions as func
from functions.exchange_webhooks import handle_exchange_notifications

async def main():
    app = App(load_settings(), Outside(tables=MemoryTables()))
    await create_tables(app.tables)
    for kind in ("graph", "ews"):
        here = Environment(id="contoso", kind=kind, domains=("contoso.example",))
        settings = directory(global_sync_enabled=True, policies=Policies(), environments=[here],
                             persons=(), resources=())
        await app._sync.settings_store.replace(settings)
        app.forget_settings()
        services = await app.services()
        print(type(services.calendars["contoso"]).__name__, "exchangelib" in sys.modules)
        posted = func.HttpRequest(method="POST", url="/api/webhooks/exchange", body=b"<a/>")
        answer = await handle_exchange_notifications(posted, app)
        print(answer.status_code)
asyncio.run(main())
"""


def test_a_running_app_loads_ews_when_an_environment_becomes_one(monkeypatch):
    for name, value in sample().items():
        if name.startswith("ROOMSYNC_") and value:
            monkeypatch.setenv(name, value)
    assert run(RUNNING)[:-1] == ["GraphCalendar False", "404", "EwsCalendar True", "404"]
