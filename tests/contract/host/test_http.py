"""HTTP functions through the running host."""

import os
import socket
import statistics
import time

import httpx
import pytest

from tests.kit.processes import HTTP

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("host")]


def test_a_function_sees_route_query_headers_and_body(host):
    answer = host.post(
        "/api/echo/An%20a/7?x=1&x=2&y=", content="héllo", headers={"X-Probe": "a, b"}
    )

    assert answer.json() == {
        "method": "POST",
        "route": {"name": "An a", "number": "7"},
        "query": {"x": "1,2", "y": ""},
        "header": "a, b",
        "body": "héllo",
    }


def test_a_literal_route_wins_over_a_parameter(host):
    assert host.get("/api/echo/any/latest").text == "literal"


def test_the_rest_of_a_path_is_one_parameter(host):
    assert host.get("/api/pages/css/site.css").text == "css/site.css"


@pytest.mark.parametrize("path", ["/api/nothing", "/echo/a/1", "/api/echo/a/b"])
def test_an_unknown_path_is_404(host, path):
    assert host.get(path).status_code == 404


def test_a_method_that_is_not_listed_is_405_with_the_listed_ones(host):
    answer = HTTP.put(f"{host.url}/api/echo/a/1")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


def test_head_has_the_headers_and_no_body(host):
    answer = HTTP.head(f"{host.url}/api/echo/a/1")

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 10


def test_bodies_pass_through_byte_for_byte_up_to_megabytes(host):
    body = os.urandom(8_000_000)

    answer = host.post("/api/bytes", content=body)

    assert answer.status_code == 201
    assert answer.content == body
    assert answer.headers["x-a"] == "b"
    assert answer.headers["content-type"] == "application/octet-stream"


def test_a_body_over_100_megabytes_is_413(host):
    with socket.create_connection(("127.0.0.1", httpx.URL(host.url).port)) as raw:
        raw.sendall(b"POST /api/bytes HTTP/1.1\r\nhost: x\r\ncontent-length: 104857601\r\n\r\n")

        assert raw.recv(100).startswith(b"HTTP/1.1 413")


def test_several_cookies_stay_several(host):
    cookies = host.get("/api/cookies").headers.get_list("set-cookie")

    assert cookies == ["a=1; Path=/", "b=2; Path=/"]


@pytest.mark.parametrize(
    ("query", "header", "status"),
    [
        ("", None, 401),
        ("?code=wrong", None, 401),
        ("?code=open-sesame", None, 200),
        ("", "open-sesame", 200),
        ("?code=open-sesame", "wrong", 401),
    ],
)
def test_a_function_key_is_asked_for_where_the_app_says_so(host, query, header, status):
    headers = {} if header is None else {"x-functions-key": header}

    assert host.get(f"/api/locked{query}", headers=headers).status_code == status


def test_an_exception_is_a_500_without_a_body_and_one_traceback_in_the_log(host):
    before = host.log.read_text().count("RuntimeError: this function always fails")

    answer = host.get("/api/fails")

    assert (answer.status_code, answer.content) == (500, b"")
    log = host.log.read_text()
    assert log.count("RuntimeError: this function always fails") == before + 1
    assert "function fails failed" in log


def test_a_function_that_is_not_async_runs_too_and_its_lines_reach_the_log(host):
    assert host.get("/api/blocking").text == "from settings"
    assert "sample: a line of the app" in host.log.read_text()


def test_the_host_adds_little_to_a_call(host):
    with httpx.Client(base_url=host.url, trust_env=False) as client:
        client.get("/api/echo/a/latest")
        times = []
        for _ in range(100):
            began = time.perf_counter()
            client.get("/api/echo/a/latest")
            times.append(time.perf_counter() - began)

    assert statistics.median(times) < 0.01


def test_the_admin_face_lists_the_functions(host):
    functions = {f["name"]: f for f in host.get("/admin/functions").json()}

    assert functions["echo"]["invoke_url_template"].endswith("/api/echo/{name}/{number:int}")
    assert functions["sessions"]["config"]["bindings"][0]["isSessionsEnabled"] is True
    assert host.get("/admin/host/status").json()["state"] == "Running"
