"""Entry point of the Functions app: it turns telemetry on and registers the blueprints."""

import azure.functions as func

from core.bootstrap.telemetry import start_telemetry
from functions import (
    console,
    dev,
    exchange_webhooks,
    graph_webhooks,
    health,
    notices,
    rooms_webhooks,
    timers,
    workers,
)

start_telemetry()

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for blueprint in (
    graph_webhooks.bp,
    exchange_webhooks.bp,
    rooms_webhooks.bp,
    workers.bp,
    notices.bp,
    timers.bp,
    health.bp,
    console.bp,
    dev.bp,
):
    app.register_functions(blueprint)
