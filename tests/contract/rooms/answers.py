"""Checks an answer of the REST face against the project's own OpenAPI document."""

import json
import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from devstack.rooms.contract.document import PATH

DOCUMENT = json.loads(PATH.read_text(encoding="utf-8"))
FREE_KEYS = {"fieldValues", "messageData", "customFields", "resourcetypesGranted", "modelState"}
REGISTRY = Registry().with_resource(
    "urn:rooms", Resource(contents=DOCUMENT, specification=DRAFT202012)
)


async def check_answer(response: httpx.Response) -> None:
    """Fail when an answer is not what the document says."""
    await response.aread()
    path = response.request.url.path
    operation = operation_for(response.request.method, path)
    if operation is None:
        assert response.status_code in (401, 404, 405, 501) or path == "/connect/token", path
        return
    content = response.json()
    if response.request.headers.get("X-JsonPropertyFormat") != "camel":
        content = camel(content)
    pointer = f"{operation}/responses/200"
    if response.status_code != 200:
        pointer = "/components/responses/Error"
    errors = list(validator(pointer).iter_errors(content))
    assert not errors, (response.request.method, path, errors[0].message, errors[0].json_path)


def operation_for(method: str, path: str) -> str | None:
    """Return the JSON pointer of the operation that serves a path; literal paths come first."""
    templates = sorted(DOCUMENT["paths"], key=lambda t: t.count("{"))
    for template in templates:
        typed = method.lower() in DOCUMENT["paths"][template]
        if typed and fits(template, DOCUMENT["paths"][template][method.lower()], path):
            escaped = template.replace("~", "~0").replace("/", "~1")
            return f"/paths/{escaped}/{method.lower()}"
    return None


def fits(template: str, operation: dict[str, Any], path: str) -> bool:
    pattern = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
    for parameter in operation["parameters"]:
        kind = parameter["schema"].get("format", parameter["schema"]["type"])
        form = {"int32": r"\d+", "uuid": r"[0-9a-fA-F-]{36}"}.get(kind, r"[^/]+")
        pattern = pattern.replace("{" + parameter["name"] + "}", form)
    return re.fullmatch(pattern, path) is not None


@cache
def validator(pointer: str) -> Draft202012Validator:
    schema = {"$ref": f"urn:rooms#{pointer}/content/application~1json/schema"}
    return Draft202012Validator(schema, registry=REGISTRY)


def camel(content: Any) -> Any:
    """Return a PascalCase answer with camelCase names; free maps keep their keys."""
    if isinstance(content, list):
        return [camel(each) for each in content]
    if not isinstance(content, dict):
        return content
    names = {key: key[:1].lower() + key[1:] for key in content}
    return {
        names[key]: value if names[key] in FREE_KEYS else camel(value)
        for key, value in content.items()
    }
