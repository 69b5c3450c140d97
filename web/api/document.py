"""The OpenAPI document of the JSON API, made of the operations themselves."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse

from web.access import Role
from web.problems import MEDIA_TYPE, ProblemShape
from web.routing import BASE, Nothing, Operation, Routes

routes = Routes()

VERSION = "1.0.0"
_described: dict[str, Any] = {}

REFUSALS = {
    400: "The body is not JSON, or a file in it is none that can be read.",
    401: "Nobody is signed in.",
    403: "The role is not enough, or another site has asked for it.",
    404: "There is no such thing.",
    409: "It has changed meanwhile, or needs to be said more clearly.",
    413: "The body is too large.",
    415: "The body is no JSON.",
    422: "Something in the input is wrong; `detail` names every place.",
    503: "Something that is needed does not answer.",
}
_OF_READS = (400, 401, 403, 404, 422, 503)


@routes.get("/v1/openapi.json", Role.VIEWER)
async def openapi(request: Request) -> JSONResponse:  # noqa: ARG001 - a route
    """Answer the document."""
    return JSONResponse(_described)


def describe(operations: Sequence[Operation]) -> dict[str, Any]:
    """Make the document of these operations, and keep it for whoever asks."""
    _described.clear()
    _described.update(made_of(operations))
    return _described


def made_of(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the document of operations."""
    wanted: list[tuple[Any, JsonSchemaMode]] = [(ProblemShape, "serialization")]
    for each in operations:
        wanted += [(each.given, "validation"), (each.answer, "serialization")]
    unique = list(dict.fromkeys(wanted))
    refs, shared = models_json_schema(unique, ref_template="#/components/schemas/{model}")
    schemas = shared.get("$defs", {})
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, refs, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Exchange Resource Sync for ROOMS: operating it",
            "version": VERSION,
            "description": "What the console's pages do, for programs. Times are ISO 8601, UTC.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _operation(each: Operation, refs: Any, schemas: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - pydantic's own
    is_deed = each.method != "GET"
    codes = tuple(REFUSALS) if is_deed else _OF_READS
    given = refs[each.given, "validation"]
    described: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "tags": [each.path.removeprefix(f"{BASE}/v1/").partition("/")[0]],
        "x-required-role": each.role.word,
        "parameters": [*_in_path(each.path)],
        "responses": {
            "200": {
                "description": "Done." if is_deed else "How it is.",
                "content": {"application/json": {"schema": refs[each.answer, "serialization"]}},
            },
            **{str(code): _refusal(code, refs) for code in codes},
        },
    }
    if is_deed:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": given}},
        }
    elif each.given is not Nothing:
        described["parameters"] += _in_query(schemas[given["$ref"].rpartition("/")[2]])
    return described


def _refusal(code: int, refs: Any) -> dict[str, Any]:  # noqa: ANN401 - pydantic's own
    schema = refs[ProblemShape, "serialization"]
    return {"description": REFUSALS[code], "content": {MEDIA_TYPE: {"schema": schema}}}


def _in_path(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 500},
        }
        for name in re.findall(r"{(\w+)}", path)
    ]


def _in_query(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": described}
        for name, described in schema.get("properties", {}).items()
    ]
