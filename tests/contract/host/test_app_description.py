"""What the host reads from an app: its metadata, host.json and settings."""

import json

import pytest

from devstack.host.host_json import BusOptions, read_host_json
from devstack.host.metadata import AppDefinitionError, Indexed, describe


def indexed(**binding):
    return [Indexed("work", "id-1", (json.dumps({"name": "x", "direction": 0, **binding}),))]


def test_names_between_percent_signs_come_from_the_settings():
    (function,) = describe(
        indexed(type="serviceBusTrigger", queueName="%QUEUE%", connection="Bus"),
        "api",
        {"QUEUE": "notices", "AzureWebJobsBus": "Endpoint=sb://here"},
    )

    assert (function.queue, function.connection) == ("notices", "Endpoint=sb://here")


@pytest.mark.parametrize(
    ("binding", "complaint"),
    [
        ({"type": "queueTrigger", "queueName": "q"}, "work: .* does not serve .*'queueTrigger'"),
        ({"type": "timerTrigger", "schedule": "%WHEN%"}, "work: app setting 'WHEN'.* is missing"),
        ({"type": "timerTrigger", "schedule": "soon"}, "work: schedule 'soon'"),
        (
            {"type": "serviceBusTrigger", "queueName": "q", "connection": "Bus"},
            "work: app setting 'Bus' with the Service Bus connection string is missing",
        ),
        (
            {"type": "serviceBusTrigger", "topicName": "t", "connection": "Bus"},
            "work: .* does not serve",
        ),
        ({"type": "httpTrigger", "route": "a/{b:date}"}, "work: route .*'date'"),
    ],
)
def test_what_the_host_cannot_serve_is_refused_by_function_and_cause(binding, complaint):
    with pytest.raises(AppDefinitionError, match=complaint):
        describe(indexed(**binding), "api", {})


def test_host_json_gives_prefix_and_service_bus_options(tmp_path):
    path = tmp_path / "host.json"
    bus = {
        "maxConcurrentSessions": 32,
        "sessionIdleTimeout": "00:00:01.5",
        "maxMessageBatchSize": 20,
        "autoCompleteMessages": False,
    }
    content = {"version": "2.0", "extensions": {"http": {"routePrefix": ""}, "serviceBus": bus}}
    path.write_text(json.dumps(content))

    options = read_host_json(path)

    assert options.route_prefix == ""
    assert options.bus == BusOptions(
        auto_complete=False,
        max_concurrent_sessions=32,
        max_message_batch_size=20,
        session_idle_timeout_s=1.5,
    )


def test_a_wrong_duration_in_host_json_is_named(tmp_path):
    path = tmp_path / "host.json"
    path.write_text('{"extensions": {"serviceBus": {"sessionIdleTimeout": "1s"}}}')

    with pytest.raises(ValueError, match=r"host\.json: serviceBus\.sessionIdleTimeout .* '1s'"):
        read_host_json(path)


def test_a_folder_without_host_json_is_no_app(tmp_path):
    with pytest.raises(ValueError, match="--app must name the folder"):
        read_host_json(tmp_path / "host.json")
