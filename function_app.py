"""Entry point of the Functions app: it registers the blueprints, nothing else."""

import azure.functions as func

from core.telemetry.counting import quieten_libraries
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

quieten_libraries()

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
