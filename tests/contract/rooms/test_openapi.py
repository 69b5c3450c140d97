"""The project's own OpenAPI document: valid, up to date, and in agreement with the vendor's."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from devstack.rooms.contract.document import PATH, document, written
from devstack.rooms.contract.not_served import NOT_SERVED
from devstack.rooms.contract.operations import SERVED
from devstack.rooms.face.call import SERVICES

SWAGGER = Path(__file__).parents[4] / "shared" / "contracts" / "rooms"
DOCUMENT = document()
PARAMETER_TYPE = re.compile(r":(int|uuid|str)}")

needs_swagger = pytest.mark.skipif(
    not SWAGGER.exists(), reason="the vendor's Swagger files are not part of this repository"
)


def swagger(version: str) -> dict[str, Any]:
    return json.loads((SWAGGER / f"{version}.json").read_text(encoding="utf-8"))


def vendor_operations() -> dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]]:
    return {
        (method.upper(), path): (operation, content)
        for content in (swagger("v1"), swagger("v2"))
        for path, methods in content["paths"].items()
        for method, operation in methods.items()
    }


def own_operations() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    }


def kind(schema: dict[str, Any]) -> Any:
    """Reduce a schema to what both documents say: type and format, names of references."""
    options = [s for s in schema.get("anyOf", []) if s != {"type": "null"}]
    if options:
        return kind(options[0])
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    type_ = schema.get("type")
    if isinstance(type_, list):
        type_ = type_[0]
    if type_ == "array":
        return [kind(schema["items"])] if "items" in schema else ["?"]
    if type_ == "object" and isinstance(schema.get("additionalProperties"), dict):
        return {"map": kind(schema["additionalProperties"])}
    return f"{type_}:{schema['format']}" if "format" in schema else type_


def agrees(own: Any, vendor: Any) -> bool:
    """Return whether our kind is the vendor's; «object» stands for a type we do not spell out."""
    if isinstance(own, list) and isinstance(vendor, list):
        return own == ["?"] or agrees(own[0], vendor[0])
    if own == vendor:
        return True
    if own == "object":
        return isinstance(vendor, dict) or (isinstance(vendor, str) and ":" not in vendor)
    return False


def test_the_document_is_valid_openapi():
    validate(DOCUMENT)


def test_the_committed_file_is_what_the_tables_say():
    assert PATH.read_text(encoding="utf-8") == written()


def test_every_operation_of_the_document_has_a_handler_and_the_other_way_round():
    ids = [operation.id for operation in SERVED]

    assert sorted(ids) == sorted(SERVICES)
    assert len(set(ids)) == len(ids)


@needs_swagger
def test_served_and_not_served_together_are_the_vendors_operations():
    served = {(method, path.removeprefix("/{mandator}/api")) for method, path in own_operations()}
    others = {(method, PARAMETER_TYPE.sub("}", path)) for method, path in NOT_SERVED}
    vendor = {
        (method, path.removeprefix("/{mandator}/api")) for method, path in vendor_operations()
    }

    assert served & others == set()
    assert served | others == vendor


@needs_swagger
@pytest.mark.parametrize(("method", "path"), sorted(own_operations()))
def test_each_operation_agrees_with_the_vendors(method, path):
    own = own_operations()[method, path]
    vendor, _ = vendor_operations()[method, path]
    theirs = {
        (p["name"], p["in"], p["required"], str(kind(p)))
        for p in vendor["parameters"]
        if p["in"] != "body"
    }
    ours = {(p["name"], p["in"], p["required"], str(kind(p["schema"]))) for p in own["parameters"]}
    bodies = [kind(p["schema"]) for p in vendor["parameters"] if p["in"] == "body"]
    own_bodies = []
    if "requestBody" in own:
        own_bodies = [kind(own["requestBody"]["content"]["application/json"]["schema"])]
    answer = kind(own["responses"]["200"]["content"]["application/json"]["schema"])

    assert ours == theirs
    assert own_bodies == bodies
    assert answer == kind(vendor["responses"]["200"]["schema"])


@needs_swagger
@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_each_type_agrees_with_the_vendors(name):
    own = DOCUMENT["components"]["schemas"][name]
    definitions = swagger("v1")["definitions"] | swagger("v2")["definitions"]
    if name not in definitions:
        assert name == "Error" or name.startswith("Refused")
        return
    vendor = definitions[name]["properties"]
    wrong = {
        key: (kind(schema), kind(vendor[key]))
        for key, schema in own["properties"].items()
        if key in vendor and not agrees(kind(schema), kind(vendor[key]))
    }

    assert set(own["properties"]) == set(vendor)
    assert wrong == {}
