"""Assembles the OpenAPI document: `python -m devstack.rooms.contract.document` writes it anew."""

import json
import re
from pathlib import Path
from typing import Any

from devstack.rooms.contract.answers import ANSWERS
from devstack.rooms.contract.notation import Properties, schema
from devstack.rooms.contract.operation import Operation
from devstack.rooms.contract.operations import SERVED
from devstack.rooms.contract.requests import REQUESTS
from devstack.rooms.model.refusal import TEXTS

PATH = Path(__file__).parent.parent / "openapi.json"
PARAMETER = re.compile(r"\{(\w+):(int|uuid|str)}")
PATH_TYPES = {"int": "int", "uuid": "uuid", "str": "text"}
REFUSABLE = (
    "BookingDto",
    "CreateBookingDto",
    "BookingTempdataDto",
    "SeriesItemDto",
    "SeriesItemDto[]",
)
ABOUT = (
    "The part of the ROOMS REST API that the simulator of the local stack serves. Answers are in"
    " PascalCase unless the request carries `X-JsonPropertyFormat: camel`; this document shows the"
    " camelCase names. A refusal comes as 400, or (switch `refusal`) as 200 with a `messageList`"
    " of level 2 and without an id."
)


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the REST face."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in SERVED:
        template = "/{mandator}/api" + PARAMETER.sub(r"{\1}", operation.path)
        paths.setdefault(template, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "ROOMS simulator", "version": "1.0.0", "description": ABOUT},
        "security": [{"pin": []}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "pin": {"type": "apiKey", "in": "header", "name": "APIKEY"},
                "token": {"type": "http", "scheme": "bearer"},
            },
            "responses": {"Error": _json("Anything that is not done.", _ref("Error"))},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": [_parameter("mandator", "path", "text!")]
        + [
            _parameter(name, "path", PATH_TYPES[kind] + "!")
            for name, kind in PARAMETER.findall(operation.path)
        ]
        + [_parameter(name, "query", notation) for name, notation in operation.query.items()],
        "responses": {
            "200": _json("Done.", _answer(operation.answer)),
            "default": {"$ref": "#/components/responses/Error"},
        },
    }
    if operation.body is not None:
        content["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema(operation.body[1])}},
        }
    return content


def _parameter(name: str, place: str, notation: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": notation.endswith("!"),
        "schema": schema(notation.rstrip("!")),
    }


def _answer(notation: str) -> dict[str, Any]:
    if notation in REFUSABLE:
        return {"anyOf": [schema(notation), schema(f"Refused{notation}")]}
    return schema(notation)


def _schemas() -> dict[str, Any]:
    schemas = {name: _object(properties, answer=True) for name, properties in ANSWERS.items()}
    schemas |= {name: _object(properties, answer=False) for name, properties in REQUESTS.items()}
    messages = {"type": "array", "minItems": 1, "items": _ref("ValidationMessage")}
    null = {"type": "null"}
    refused = _closed({"id": null, "messageList": messages})
    created = {"reservationId": null, "tempdataContextId": null, "messageList": messages}
    edited = {"booking": _ref("RefusedBookingDto"), "tempdataContextId": null}
    schemas["ValidationMessage"]["properties"]["messageData"] = _closed(
        {"code": {"type": "string", "enum": [reason.value for reason in TEXTS]}}
    )
    return schemas | {
        "RefusedBookingDto": refused,
        "RefusedSeriesItemDto": refused,
        "RefusedCreateBookingDto": _closed(created),
        "RefusedBookingTempdataDto": _closed(edited),
        "Error": {
            "type": "object",
            "required": ["message"],
            "properties": {
                "message": {"type": "string"},
                "modelState": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
                "messageList": {"type": "array", "items": _ref("ValidationMessage")},
            },
            "additionalProperties": False,
        },
    }


def _object(properties: Properties, *, answer: bool) -> dict[str, Any]:
    content = {name: schema(notation) for name, notation in properties.items()}
    return _closed(content) if answer else {"type": "object", "properties": content}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _json(description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": content}}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def written() -> str:
    """Return the text of the committed file."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
