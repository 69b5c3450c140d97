"""The OpenAPI document and the API agree, whatever is sent: no 5xx, no undocumented answer."""

import asyncio
from datetime import timedelta

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.kit.world import a_world as make_world
from tests.web.trouble import gives_up, reads
from web.access import ROLES

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
POSITIVE = schemathesis.GenerationMode.POSITIVE
EXAMPLES = 8
"""Per operation and kind of data."""


async def test_the_document_is_valid_and_says_who_may(world):
    document = await reads(world, "openapi.json")

    validate(document)
    operations = [each for path in document["paths"].values() for each in path.values()]
    assert len(operations) > 15
    assert all(each["x-required-role"] in ROLES and each["summary"] for each in operations)


async def test_whatever_is_sent_is_answered_as_documented():
    # Not the fixture: what is sent here changes settings, so both sides need not agree at the end.
    world = await make_world()
    try:
        await gives_up(world)
        loop = asyncio.get_running_loop()
        document = await reads(world, "openapi.json")
        told = await asyncio.to_thread(_attack, document, world, loop)
        assert told == [], "\n".join(told)
    finally:
        await world.ends()


def _attack(document, world, loop):
    """Send random calls from a thread, as Hypothesis has no async; return what was wrong."""
    schema = schemathesis.openapi.from_dict(document)
    wrong = []
    operations = [each.ok() for each in schema.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        described = document["paths"][operation.path][operation.method]
        has_input = bool(described["parameters"]) or "requestBody" in described
        # What takes nothing cannot be given anything wrong.
        modes = list(schemathesis.GenerationMode) if has_input else [POSITIVE]
        for mode in modes:

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def attack(case):
                sent = case.as_transport_kwargs(base_url="http://127.0.0.1:7071")
                sent = {k: v for k, v in sent.items() if v is not None and k != "cookies"}
                if isinstance(sent.get("data"), str | bytes):
                    sent["content"] = sent.pop("data")
                call = world.calls_app(sent.pop("method"), sent.pop("url"), **sent)
                answer = asyncio.run_coroutine_threadsafe(call, loop).result(30)
                answer.elapsed = timedelta(0)  # the transport in this process takes no time
                response = Response.from_httpx(answer, verify=False)
                case.validate_response(response, checks=list(CHECKS))

            try:
                attack()
            except BaseException as error:  # noqa: BLE001 - groups of failures, too
                wrong.append(f"{operation.label} ({mode}): {error}")
    return wrong
