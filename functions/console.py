"""The operator's web application: one route for all of it, loaded when somebody asks for it."""

from typing import TYPE_CHECKING

import azure.functions as func

from functions import told
from functions.failures import failing_plainly

if TYPE_CHECKING:
    from azure.functions import AsgiMiddleware

bp = func.Blueprint()

_loaded: list["AsgiMiddleware"] = []


@bp.function_name("console")
@bp.route(route="console/{*path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@failing_plainly
async def console(req: func.HttpRequest) -> func.HttpResponse:
    """Answer pages, their files and the JSON API; `web.app` decides on everything."""
    if not _loaded:
        from web.app import application  # noqa: PLC0415 - half a second that no webhook may wait

        _loaded.append(func.AsgiMiddleware(application()))
    return await told.console(req.method, _loaded[0].handle_async(req))
