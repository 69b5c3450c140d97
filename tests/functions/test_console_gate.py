"""The console is closed unless the operator opens it: roles come later."""

import azure.functions as func
import pytest

from core.bootstrap import replace_app
from core.bootstrap.app import App
from core.settings import Settings
from functions import console_api, console_pages

SETTINGS = {
    "tables_connection": "UseDevelopmentStorage=true",
    "bus_namespace": "example.servicebus.windows.net",
    "rooms_base_url": "https://rooms.example.com",
    "rooms_api_key": "key",
    "webhook_base_url": "https://sync.example.com/api/webhooks",
    "fingerprint_keys": "1:a-secret-for-tests-only",
}


@pytest.fixture(autouse=True)
def closed_app():
    replace_app(App(Settings(**SETTINGS)))
    yield
    replace_app(None)


@pytest.mark.parametrize(
    "trigger",
    [
        console_pages.console_page,
        console_api.console_status,
        console_api.console_differences,
        console_api.console_activity,
        console_api.console_doctor,
    ],
)
async def test_nothing_of_the_console_is_shown_where_it_is_not_opened(trigger):
    request = func.HttpRequest("GET", "http://localhost/api/console", body=b"")

    answer = await trigger.build().get_user_function()(request)

    assert answer.status_code == 403
    assert b"ROOMSYNC_CONSOLE_OPEN" in answer.get_body()
