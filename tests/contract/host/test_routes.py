"""How route templates are matched."""

import pytest

from devstack.host.routes import compile_route


@pytest.mark.parametrize(
    ("template", "path", "parameters"),
    [
        ("api/items/{id}", "/api/items/a%20b", {"id": "a b"}),
        ("api/items/{id:int}", "/api/items/-7", {"id": "-7"}),
        ("api/items/{id:int}", "/api/items/seven", None),
        ("api/items/{id?}", "/api/items", {}),
        ("api/items/{id}", "/api/items", None),
        ("api/items/{id}", "/api/items/1/2", None),
        ("api/pages/{*rest}", "/api/pages/a/b.css", {"rest": "a/b.css"}),
        ("api/pages/{*rest}", "/api/pages", {}),
        ("api/{name}.json", "/api/status.json", {"name": "status"}),
        ("api/Health", "/API/health/", {}),
    ],
)
def test_a_template_matches_as_in_the_real_host(template, path, parameters):
    assert compile_route(template).match(path) == parameters


def test_an_unknown_constraint_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"items/\{id:date\}.*'date'.*guid, int"):
        compile_route("items/{id:date}")


def test_literal_segments_come_before_parameters_and_parameters_before_the_rest():
    templates = ["a/{*rest}", "a/{x}", "a/{x:int}", "a/b"]

    ranked = sorted(templates, key=lambda t: compile_route(t).rank)

    assert ranked == ["a/b", "a/{x:int}", "a/{x}", "a/{*rest}"]
