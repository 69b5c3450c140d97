"""Style, scripts and icon of the pages."""

from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from web.gate import Public
from web.problems import Problem
from web.render import MEDIA_TYPES, assets, stamp
from web.routing import Routes

routes = Routes()


@routes.get("/static/{name}", Public.ANYBODY)
async def static_file(request: Request) -> Response:
    """Hand out a file; with the hash of its content it may be kept for ever."""
    name = request.path_params["name"]
    content = assets().get(name)
    if content is None:
        raise Problem(404, "not_found")
    is_exact = request.query_params.get("v") == stamp(name)
    return Response(
        content,
        media_type=MEDIA_TYPES[PurePosixPath(name).suffix],
        headers={
            "Cache-Control": "public, max-age=31536000, immutable" if is_exact else "no-cache"
        },
    )
