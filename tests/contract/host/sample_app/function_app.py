"""A small app that shows what the host did: every trigger appends to a journal, read over HTTP."""

import asyncio
import json
import logging
import os
import time
from collections import Counter
from typing import List  # noqa: UP035 - the worker refuses list[...] in annotations

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
journal = []
running = Counter()


def note(kind, **facts):
    journal.append({"kind": kind, "at": time.time(), **facts})


@app.route("journal", methods=["GET", "DELETE"])
async def read_journal(req: func.HttpRequest) -> func.HttpResponse:
    if req.method == "DELETE":
        journal.clear()
    return func.HttpResponse(json.dumps(journal), mimetype="application/json")


@app.route("echo/{name}/{number:int}", methods=["GET", "POST", "HEAD"])
async def echo(req: func.HttpRequest) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "route": dict(req.route_params),
        "query": dict(req.params),
        "header": req.headers.get("X-Probe"),
        "body": req.get_body().decode(),
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


@app.route("echo/{name}/latest", methods=["GET"])
async def literal(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("literal")


@app.route("bytes", methods=["POST"])
async def same_bytes(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(
        req.get_body(), status_code=201, mimetype="application/octet-stream", headers={"X-A": "b"}
    )


@app.route("pages/{*rest}", methods=["GET"])
async def pages(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.route_params.get("rest", ""))


@app.route("locked", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def locked(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("open")


@app.route("fails", methods=["GET"])
async def fails(req: func.HttpRequest) -> func.HttpResponse:
    raise RuntimeError("this function always fails")


@app.route("blocking", methods=["GET"])
def blocking(req: func.HttpRequest) -> func.HttpResponse:
    logging.getLogger("sample").info("a line of the app")
    return func.HttpResponse(os.environ["SAMPLE_VALUE"])


@app.route("cookies", methods=["GET"])
async def cookies(req: func.HttpRequest) -> func.HttpResponse:
    answer = func.HttpResponse("")
    answer.headers.add("Set-Cookie", "a=1; Path=/")
    answer.headers.add("Set-Cookie", "b=2; Path=/")
    return answer


@app.route("dev/world", methods=["PUT"])
async def take_world(req: func.HttpRequest) -> func.HttpResponse:
    world = req.get_json()
    if world["environments"][0]["domains"] == ["refuse.example"]:
        return func.HttpResponse("not this world", status_code=422)
    note("world", persons=len(world["persons"]))
    return func.HttpResponse(status_code=204)


@app.route("dev/full-pass", methods=["POST"])
async def full_pass(req: func.HttpRequest) -> func.HttpResponse:
    note("full pass")
    return func.HttpResponse(status_code=202)


@app.timer_trigger(schedule="%MINUTELY%", arg_name="timer", use_monitor=True)
async def minutely(timer: func.TimerRequest) -> None:
    note("minutely", past_due=timer.past_due, last=timer.schedule_status["Last"])


@app.timer_trigger(schedule="*/10 * * * * *", arg_name="timer")
async def often(timer: func.TimerRequest) -> None:
    note("often", last=timer.schedule_status["Last"])


@app.timer_trigger(schedule="0 0 3 * * *", arg_name="timer")
async def slow_nightly(timer: func.TimerRequest) -> None:
    note("nightly begins")
    await asyncio.sleep(0.3)
    note("nightly ends")


@app.timer_trigger(schedule="0 0 0 1 1 *", arg_name="timer")
async def broken_yearly(timer: func.TimerRequest) -> None:
    raise RuntimeError("never works")


@app.service_bus_queue_trigger(
    arg_name="messages",
    queue_name="sync-items",
    connection="ServiceBusConnection",
    cardinality="many",
    is_sessions_enabled=True,
)
async def sessions(messages: List[func.ServiceBusMessage]) -> None:  # noqa: UP006 - as above
    bodies = [m.get_body().decode() for m in messages]
    session = messages[0].session_id
    running[session] += 1
    at_a_time = running[session]
    try:
        for body in bodies:
            await act(body)
    finally:
        running[session] -= 1
    note(
        "sessions",
        bodies=bodies,
        session=session,
        at_a_time=at_a_time,
        counts=[m.delivery_count for m in messages],
        properties=[dict(m.application_properties or {}) for m in messages],
        ids=[m.message_id for m in messages],
    )


@app.service_bus_queue_trigger(
    arg_name="message", queue_name="notices", connection="ServiceBusConnection"
)
async def notices(message: func.ServiceBusMessage) -> None:
    body = message.get_body().decode()
    await act(body)
    note("notices", bodies=[body], counts=[message.delivery_count], id=message.message_id)


attempts = {}


async def act(body):
    """Do what the message asks for: `sleep 1.5`, or `fail 2` to fail its first two deliveries."""
    verb, _, number = body.partition(" ")
    if verb == "sleep":
        note("begins", bodies=[body])
        await asyncio.sleep(float(number))
    if verb == "fail":
        attempts[body] = attempts.get(body, 0) + 1
        if attempts[body] <= int(number):
            raise RuntimeError(f"attempt {attempts[body]}")
