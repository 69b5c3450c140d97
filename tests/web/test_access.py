"""Who may: the platform's header only where the platform sets it, a development role elsewhere."""

import base64
import json

import pytest

from web.access import Principal, Role, SignIn

IN_AZURE = {"WEBSITE_SITE_NAME": "app", "WEBSITE_AUTH_ENABLED": "True"}
HOST = "sync.example.com"


def header(*roles, role_typ="roles", name="mia@contoso.example", **more):
    claims = [{"typ": role_typ, "val": role} for role in roles]
    claims.append({"typ": "preferred_username", "val": name})
    content = {"auth_typ": "aad", "claims": claims, "role_typ": role_typ} | more
    return {"x-ms-client-principal": base64.b64encode(json.dumps(content).encode()).decode()}


@pytest.mark.parametrize("role", list(Role))
def test_the_platform_says_who_it_is_and_which_role(role):
    found = SignIn(IN_AZURE).of(header(role.word), HOST)
    assert found == Principal("mia@contoso.example", role)


def test_of_several_roles_the_highest_counts():
    found = SignIn(IN_AZURE).of(header("viewer", "Operator", "payroll-admin"), HOST)
    assert found is not None
    assert found.role is Role.OPERATOR


def test_the_long_name_of_the_role_claim_is_known():
    long = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
    found = SignIn(IN_AZURE).of(header("admin", role_typ=long), HOST)
    assert found is not None
    assert found.role is Role.ADMIN


def test_who_is_signed_in_without_a_role_may_nothing():
    found = SignIn(IN_AZURE).of(header(), HOST)
    assert found == Principal("mia@contoso.example", None)
    assert not any(found.may(role) for role in Role)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WEBSITE_AUTH_ENABLED": "True"},
        {"WEBSITE_SITE_NAME": "app"},
        {"WEBSITE_SITE_NAME": "app", "WEBSITE_AUTH_ENABLED": "False"},
    ],
)
def test_a_header_that_the_platform_has_not_set_is_nobody(environment):
    assert SignIn(environment).of(header("admin"), HOST) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "no base64!",
        base64.b64encode(b"no json").decode(),
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b'{"claims": 5}').decode(),
        base64.b64encode(b'{"claims": []}').decode(),
        base64.b64encode(b'{"claims": [{"typ": "roles"}]}').decode(),
        base64.b64encode(b"[" * 60_000).decode(),
        "A" * 100_000,
    ],
)
def test_a_header_that_makes_no_sense_is_nobody(value):
    assert SignIn(IN_AZURE).of({"x-ms-client-principal": value}, HOST) is None


def test_a_name_is_printable_and_short():
    found = SignIn(IN_AZURE).of(header("viewer", name="x\n" * 500), HOST)
    assert found is not None
    assert found.name == "x" * 200


@pytest.mark.parametrize("host", ["localhost", "localhost:7071", "127.0.0.1:7071", "[::1]:7071"])
def test_the_development_role_is_for_whoever_calls_this_machine_by_its_own_name(host):
    assert SignIn({}, "operator").of({}, host) == Principal("developer", Role.OPERATOR)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "10.0.0.5:7071"])
def test_no_other_name_borrows_the_development_role(host):
    assert SignIn({}, "admin").of({}, host) is None


@pytest.mark.parametrize("auth", ["True", "False"])
def test_in_azure_there_is_no_development_role(auth):
    environment = {"WEBSITE_INSTANCE_ID": "1", "WEBSITE_AUTH_ENABLED": auth}
    assert SignIn(environment, "admin").of({}, "localhost") is None
