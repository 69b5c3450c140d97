"""The gate: no route without a role, none that lets foreign pages or viewers change something."""

import pytest

from tests.web.routes import address, every_route
from web.access import Role
from web.app import console
from web.gate import GuardedRoute, Public, WrongRoleError
from web.render import BASE
from web.routing import Routes

UNSAFE = [route for route in every_route() if route.method != "GET"]
GUARDED = [route for route in every_route() if isinstance(route.role, Role)]
OWN = {"sec-fetch-site": "same-origin"}


def test_every_route_is_behind_the_gate():
    assert len(every_route()) > 5
    assert all(isinstance(route, GuardedRoute) for route in console().routes)
    assert list(console().routes) == every_route()


def test_only_style_and_scripts_are_for_anybody():
    public = [route.path for route in every_route() if route.role is Public.ANYBODY]
    assert public == [f"{BASE}/static/{{name}}"]


def test_a_route_that_does_not_say_who_may_use_it_cannot_be_made():
    with pytest.raises(TypeError, match="role"):
        Routes().get("/forgotten")  # type: ignore[call-arg]


@pytest.mark.parametrize("role", [Role.VIEWER, Public.ANYBODY])
def test_a_deed_for_viewers_cannot_be_made(role):
    with pytest.raises(WrongRoleError, match="operators at least"):
        Routes().post("/deed", role)(test_every_route_is_behind_the_gate)


async def test_nobody_gets_behind_the_gate(world, as_role):
    as_role(None)
    for route in GUARDED:
        answer = await world.calls_app(route.method, address(route), headers=OWN)
        assert answer.status_code == 401, route.name


async def test_each_route_is_shut_for_the_role_below(world, as_role):
    for below, role in ((Role.VIEWER, Role.OPERATOR), (Role.OPERATOR, Role.ADMIN)):
        as_role(below)
        for route in GUARDED:
            if route.role is role:
                answer = await world.calls_app(route.method, address(route), headers=OWN)
                assert answer.status_code == 403, route.name
                assert role.word in answer.text


async def test_a_foreign_name_of_this_machine_is_nobody(world):
    answer = await world.calls_app("GET", "/api/console", headers={"host": "evil.example"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "text/plain"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:7071"},
    ],
)
async def test_no_deed_is_done_for_another_site(world, headers):
    for route in UNSAFE:
        answer = await world.calls_app(route.method, address(route), headers=headers)
        assert answer.status_code == 403, route.name


@pytest.mark.parametrize(
    "path", ["/api/console", "/api/console/nothing", "/api/console/status.json"]
)
async def test_every_answer_is_safe(world, as_role, path):
    for role in (Role.ADMIN, None):
        as_role(role)
        answer = await world.calls_app("GET", path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


async def test_the_overview_is_there_with_and_without_a_slash(world):
    for path in ("/api/console", "/api/console/"):
        assert (await world.calls_app("GET", path)).status_code == 200


async def test_what_nobody_foresaw_is_answered_without_its_text(world):
    world.interruptions.strike("tables", lambda: ValueError("Fusion mit Weber"))
    world.restarts()
    answer = await world.calls_app("GET", "/api/console")
    assert answer.status_code == 500
    assert "Fusion" not in answer.text
    assert "That was not foreseen" in answer.text


async def test_a_program_gets_problems_and_a_person_a_page(world):
    program = await world.calls_app("GET", "/api/console/nothing.json")
    person = await world.calls_app("GET", "/api/console/nothing")
    assert program.headers["content-type"] == "application/problem+json"
    assert program.json()["status"] == 404
    assert program.json()["advice"]
    assert person.headers["content-type"].startswith("text/html")
    assert person.status_code == 404
