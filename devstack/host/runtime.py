"""The only place that touches the internals of `azure-functions-runtime` (pinned to 1.3.0).

Follows `functions-local` section 1: index an app, invoke one function, in this process. The library
keeps its state in module globals, so one process serves one app. What it cannot do here: HTTP
streaming and SDK-type bindings.
"""

import json
import logging
import os
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from azure_functions_runtime import handle_event, native_invocation
from azure_functions_runtime.bindings.datumdef import Datum
from azure_functions_runtime.bindings.meta import load_binding_registry
from azure_functions_runtime.functions import FunctionLoadError
from azure_functions_runtime.utils.threadpool import start_threadpool_executor

from devstack.host.metadata import AppDefinitionError, Indexed


class _Record:
    """Stands in for a protobuf message: keeps what it was given."""

    def __init__(self, **fields: Any) -> None:  # noqa: ANN401 - whatever the library passes
        self.__dict__.update(fields)


class _BindingInfo(_Record):
    """The library reads the directions as class attributes, `in` among them."""

    out, inout, undefined = 1, 2, 0

    def __init__(self, **fields: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(**fields)
        self.direction = int(fields.get("direction") or 0)
        self.data_type = int(fields.get("data_type") or 0)


setattr(_BindingInfo, "in", 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an invocation ended; `failure` is the exception's text, `trace` its traceback."""

    failure: str | None
    trace: str
    value: Any


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What an HTTP function returned."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def index(app_dir: Path) -> list[Indexed]:
    """Import the app and return its functions; an app that cannot be read is AppDefinitionError."""
    directory = str(app_dir)
    if directory not in sys.path:
        sys.path.insert(0, directory)
    os.chdir(app_dir)
    logging.getLogger("azure.functions").addFilter(_is_worth_reading)
    handle_event.protos = SimpleNamespace(
        BindingInfo=_BindingInfo, RpcFunctionMetadata=_Record, RpcRetryOptions=_Record
    )
    load_binding_registry()
    start_threadpool_executor()
    if not (app_dir / "function_app.py").exists():
        raise AppDefinitionError(f"{app_dir} holds no function_app.py: --app must name the app")
    try:
        handle_event.load_function_metadata(directory, "local host")
    except (FunctionLoadError, ValueError) as error:
        raise AppDefinitionError(str(error)) from error
    return [
        Indexed(found.name, found.function_id, tuple(found.raw_bindings))
        for found in handle_event._metadata_result or ()  # noqa: SLF001 - the seam of this adapter
    ]


async def invoke(
    function_id: str, parameter: str, value: Datum, metadata: dict[str, Datum]
) -> Outcome:
    """Run one function and return how it ended; exceptions of the function do not come through."""
    ok, returned, _, failure, trace = await native_invocation.invocation_request_native(
        str(uuid.uuid4()), function_id, [(parameter, value)], metadata
    )
    return Outcome(None if ok else str(failure), trace or "", returned)


def http_input(
    method: str, url: str, headers: dict[str, str], route: dict[str, str], body: bytes
) -> Datum:
    """Make the input of an HTTP trigger; the query is taken from `url`."""
    return Datum(
        {
            "method": _string(method),
            "url": _string(url),
            "headers": {k: _string(v) for k, v in headers.items()},
            "params": {k: _string(v) for k, v in route.items()},
            "query": {k: _string(v) for k, v in _query(url).items()},
            "body": Datum(body, "bytes"),
        },
        "http",
    )


def http_answer(value: Any) -> HttpAnswer:  # noqa: ANN401 - a Datum of one of three types
    """Read what an HTTP function returned; None is the real host's 204."""
    if value is None:
        return HttpAnswer(204, [], b"")
    if value.type == "string":
        return HttpAnswer(
            200, [(b"content-type", b"text/plain; charset=utf-8")], value.value.encode()
        )
    parts = value.value
    headers = [
        (name.lower().encode("latin-1"), text.value.encode("latin-1"))
        for name, text in parts["headers"].items()
    ]
    headers += [
        (b"set-cookie", morsel.OutputString().encode("latin-1"))
        for cookie in parts.get("cookies") or ()
        for morsel in cookie.values()
    ]
    body = parts["body"].value
    return HttpAnswer(int(parts["status_code"].value), headers, bytes(body))


def json_value(value: Any) -> Datum:  # noqa: ANN401 - anything JSON can hold
    """Make a JSON input or metadata field."""
    return Datum(json.dumps(value), "json")


def bytes_value(body: bytes) -> Datum:
    """Make the body of one message."""
    return Datum(body, "bytes")


def bytes_collection(bodies: list[bytes]) -> Datum:
    """Make the bodies of a batch of messages (`Cardinality.MANY`)."""
    return Datum(SimpleNamespace(bytes=bodies), "collection_bytes")


def _string(text: str) -> Datum:
    return Datum(text, "string")


def _query(url: str) -> dict[str, str]:
    """Read the query as the real host does: repeated names are joined with commas."""
    values: dict[str, str] = {}
    for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def _is_worth_reading(record: logging.LogRecord) -> bool:
    """Drop the library's own note of a failure: the host logs it once, with the function's name."""
    return record.getMessage() != "Native invocation failed"
