"""The scripts for Azure and the directory, against an `az` that remembers what it was asked."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import SHORTEST_SECRET
from roomsync.local_settings import read_values
from web.access import ROLES

SCRIPTS = Path(__file__).parents[2] / "infra" / "scripts"

GRAPH_ROLES = {
    "User.Read.All": "id-users",
    "Place.Read.All": "id-places",
    "GroupMember.Read.All": "id-groups",
    "Calendars.ReadWrite": "id-calendars",
}

AZ = '''#!{python} -IS
"""Stands in for the Azure CLI: knows what the scripts ask, remembers what they do."""
import json, re, sys
from pathlib import Path

place = Path({place!r})
world = json.loads(place.read_text())
said = sys.argv[1:]
world["calls"].append(said)
asked = " ".join(said)
option = dict(zip(said, said[1:]))
answer, code = "", 0
refused = [why for what, why in world["refused"].items() if asked.startswith(what)]
if refused:
    code = 1
    print(refused[0], file=sys.stderr)
elif asked.startswith("keyvault secret show"):
    name = option.get("--name") or option["--id"].rpartition("/")[2]
    code = 0 if name in world["secrets"] else 3
    answer = world["secrets"].get(name, "") if "--query value" in asked else ""
    if world["forbidden"]:
        code, world["forbidden"] = 1, world["forbidden"] - 1
        print("(Forbidden) Caller is not authorized", file=sys.stderr)
    elif code:
        print("(SecretNotFound) A secret was not found in this key vault", file=sys.stderr)
elif asked.startswith("keyvault secret set"):
    world["secrets"][option["--name"]] = Path(option["--file"]).read_text()
elif asked.startswith("functionapp config appsettings list"):
    answer = json.dumps([{"name": k, "value": v} for k, v in world["settings"].items()])
elif asked.startswith("ad sp show") and "appRoles" in asked:
    answer = world["roles"].get(re.search("value=='([^']+)'", asked)[1], "")
elif asked.startswith("ad sp show"):
    code = 0 if "00000" in asked or world["apps"] else 3
    answer = "exchange-object" if "00000002" in asked else "graph-object"
elif asked.startswith("rest --method get"):
    granted = world["granted"]
    answer = "\\n".join(x if "\\t" in x else f"graph-object\\t{x}" for x in granted)
elif asked.startswith("rest --method post"):
    world["granted"].append(json.loads(option["--body"])["appRoleId"])
elif asked.startswith("ad app list"):
    is_exact = "displayName==" in asked
    answer = world["apps"][0] if world["apps"] and is_exact else ""
elif asked.startswith("ad app create"):
    world["apps"].append("client-1")
    answer = "client-1"
elif asked.startswith("account show"):
    answer = "tenant-1"
elif asked.startswith("ad app federated-credential list"):
    answer = world["trusted"]
elif asked.startswith("ad app federated-credential create"):
    world["trusted"] = json.loads(option["--parameters"])["name"]
place.write_text(json.dumps(world))
print(answer)
sys.exit(code)
'''

SHELL = ["secrets.sh", "graph-permissions.sh", "sign-in.sh", "deploy.sh", "settings-file.sh"]

WRITES = ("set", "create", "update", "post", "config-zip")


class Cloud:
    """A stand-in for `az`, and a way to run scripts with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._place = folder / "world.json"
        self._place.write_text(
            json.dumps(
                {
                    "calls": [],
                    "secrets": {},
                    "forbidden": 0,
                    "granted": [],
                    "apps": [],
                    "trusted": "",
                    "roles": GRAPH_ROLES,
                    "refused": {},
                    "settings": {},
                }
            )
        )
        az = folder / "az"
        az.write_text(
            AZ.replace("{python}", sys.executable).replace("{place!r}", repr(str(self._place)))
        )
        az.chmod(0o755)
        self._path = f"{folder}:{os.environ['PATH']}"

    def run(self, script: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess:
        return self.run_in(SCRIPTS, script, *arguments, **settings)

    def run_in(
        self, scripts: Path, script: str, *arguments: str, **settings: str
    ) -> subprocess.CompletedProcess:
        return subprocess.run(  # noqa: S603 - our own scripts
            [scripts / script, *arguments],
            env={"PATH": self._path, "HOME": str(self._place.parent), **settings},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    @property
    def world(self) -> dict:
        return json.loads(self._place.read_text())

    def change(self, **world: object) -> None:
        self._place.write_text(json.dumps(self.world | world))

    def writes(self) -> list[list[str]]:
        return [call for call in self.world["calls"] if any(word in call for word in WRITES)]


@pytest.fixture
def cloud(tmp_path):
    return Cloud(tmp_path)


IDENTITY = {"IDENTITY_PRINCIPAL_ID": "identity-1"}
VAULT = {"KEY_VAULT_NAME": "kv-1", "ROOMS_API_KEY": "the key"}
APP = {"FUNCTION_APP_HOST": "func.example.net", **IDENTITY}


def test_missing_secrets_are_set_without_a_word_and_later_left_alone(cloud):
    first = cloud.run("secrets.sh", **VAULT)
    made = cloud.world["secrets"]
    second = cloud.run("secrets.sh", **VAULT)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert made["rooms-api-key"] == "the key"
    assert made["rooms-webhook-secrets"].startswith("whsec_")
    version, _, secret = made["fingerprint-keys"].partition(":")
    assert version == "1"
    assert len(secret) >= SHORTEST_SECRET
    assert not set(" \n") & set(secret)
    told = json.dumps(cloud.world["calls"]) + first.stdout + first.stderr
    assert not any(each in told for each in made.values())
    assert cloud.world["secrets"] == made
    assert len(cloud.writes()) == 3


def test_what_cannot_be_read_is_waited_for_and_never_overwritten(cloud):
    cloud.change(forbidden=2, secrets={"fingerprint-keys": "1:the old one"})

    told = cloud.run("secrets.sh", **VAULT, SECRETS_PAUSE_S="0")

    assert told.returncode == 0, told.stderr
    assert told.stdout.count("cannot be read yet") == 2
    assert cloud.world["secrets"]["fingerprint-keys"] == "1:the old one"


def test_what_cannot_be_read_at_all_is_not_set(cloud):
    cloud.change(forbidden=99)

    told = cloud.run("secrets.sh", **VAULT, SECRETS_PAUSE_S="0", SECRETS_TRIES="2")

    assert told.returncode == 1
    assert "Key Vault Secrets Officer" in told.stderr
    assert cloud.world["secrets"] == {}


def test_nobody_waits_for_a_role_who_is_not_signed_in(cloud):
    cloud.change(refused={"keyvault": "ERROR: Please run 'az login' to setup account."})

    told = cloud.run("secrets.sh", **VAULT, SECRETS_PAUSE_S="60")

    assert told.returncode == 1
    assert "az is not signed in" in told.stderr


def test_a_secret_that_was_deleted_is_said_to_come_back(cloud):
    cloud.change(refused={"keyvault secret set": "(Conflict) ObjectIsDeletedButRecoverable"})

    told = cloud.run("secrets.sh", **VAULT)

    assert told.returncode == 1
    assert (
        "az keyvault secret recover --vault-name kv-1 --name rooms-webhook-secrets" in told.stderr
    )
    assert "rooms-webhook-secrets: set" not in told.stdout


def test_where_nothing_random_can_be_made_no_secret_is_set(cloud):
    broken = cloud.folder / "base64"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    told = cloud.run("secrets.sh", **VAULT)

    assert told.returncode == 1
    assert cloud.world["secrets"] == {}


def test_values_lie_in_no_file_that_is_left(cloud):
    left = cloud.folder / "left"
    left.mkdir()
    told = cloud.run("secrets.sh", **VAULT, TMPDIR=str(left))

    assert told.returncode == 0, told.stderr
    assert list(left.iterdir()) == []


def test_without_the_key_of_rooms_it_says_what_to_do(cloud):
    told = cloud.run("secrets.sh", KEY_VAULT_NAME="kv-1")

    assert told.returncode == 1
    assert "set ROOMS_API_KEY" in told.stderr


def test_permissions_are_granted_once(cloud):
    first = cloud.run("graph-permissions.sh", **IDENTITY)
    second = cloud.run("graph-permissions.sh", **IDENTITY)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert [each.partition("\t")[2] or each for each in cloud.world["granted"]] == [
        "id-users", "id-places", "id-groups",
    ]  # fmt: skip
    assert "User.Read.All: is granted" in second.stdout


@pytest.mark.parametrize("permission", ["Calendars.ReadWrite", "Mail.Send"])
def test_what_exchange_scopes_is_not_granted_for_the_whole_tenant(cloud, permission):
    told = cloud.run("graph-permissions.sh", permission, **IDENTITY)

    assert told.returncode == 1
    assert "exchange-scope.ps1" in told.stderr
    assert cloud.writes() == []


def test_a_grant_that_undoes_the_scope_is_found(cloud):
    cloud.change(granted=["id-calendars"])

    told = cloud.run("graph-permissions.sh", **IDENTITY)

    assert told.returncode == 1
    assert "Calendars.ReadWrite is granted for the whole tenant" in told.stderr
    assert cloud.writes() == []


def test_a_permission_of_exchange_itself_undoes_the_scope_too(cloud):
    cloud.change(granted=["exchange-object\tid-full-access"])

    told = cloud.run("graph-permissions.sh", **IDENTITY)

    assert told.returncode == 1
    assert "Office 365 Exchange Online is granted for the whole tenant" in told.stderr
    assert cloud.writes() == []


def test_the_same_id_at_another_resource_is_no_grant(cloud):
    cloud.change(granted=["other-object\tid-users"])

    told = cloud.run("graph-permissions.sh", **IDENTITY)

    assert "User.Read.All: granted" in told.stdout


def test_a_tenant_need_not_have_exchanges_own_interface(cloud):
    cloud.change(refused={"ad sp show --id 00000002": "Resource '00000002' does not exist"})

    told = cloud.run("graph-permissions.sh", **IDENTITY)

    assert "User.Read.All: granted" in told.stdout


@pytest.mark.parametrize(
    ("script", "settings", "refused", "says"),
    [
        ("graph-permissions.sh", IDENTITY, "ad sp show", "signed in to the right one"),
        ("graph-permissions.sh", IDENTITY, "rest --method get", "not the client id"),
        ("graph-permissions.sh", IDENTITY, "ad sp show --id 00000002", "could not be looked up"),
        ("graph-permissions.sh", IDENTITY, "rest --method post", "Privileged Role Administrator"),
        ("sign-in.sh", APP, "ad app create", "Application Developer"),
        ("sign-in.sh", APP, "ad app update", "run me again"),
        ("sign-in.sh", APP, "ad sp update", "run me again"),
        ("sign-in.sh", APP, "account show", "az login"),
        ("sign-in.sh", APP, "ad app federated-credential create", "has to go first"),
    ],
)
def test_what_is_refused_is_said_with_what_to_do(cloud, script, settings, refused, says):
    cloud.change(refused={refused: "Forbidden"})

    told = cloud.run(script, **settings)

    assert told.returncode == 1
    assert says in told.stderr


def test_sign_in_is_made_once_and_trusts_the_identity(cloud):
    first = cloud.run("sign-in.sh", **APP)
    second = cloud.run("sign-in.sh", **APP)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "SIGN_IN_CLIENT_ID=client-1" in first.stdout
    assert cloud.world["apps"] == ["client-1"]
    trusts = [call for call in cloud.world["calls"] if "federated-credential" in call]
    assert [call[3] for call in trusts] == ["list", "create", "list"]
    assert '"subject": "identity-1"' in trusts[1][-1]


def test_the_console_knows_the_roles_that_sign_in_makes():
    text = (SCRIPTS / "sign-in.sh").read_text(encoding="utf-8")
    listed = json.loads(text[text.index("\n[\n") : text.index("\n]\n") + 2])

    assert {role["value"] for role in listed} == ROLES.keys()
    assert len({role["id"] for role in listed}) == len(listed)


@pytest.mark.parametrize(
    ("script", "settings"),
    [("secrets.sh", VAULT), ("graph-permissions.sh", IDENTITY), ("sign-in.sh", APP)],
)
def test_a_dry_run_changes_nothing(cloud, script, settings):
    told = cloud.run(script, "--dry-run", **settings)

    assert told.returncode == 0, told.stderr
    assert "would" in told.stdout
    assert not any(word in told.stdout for word in (": set", ": granted", "deployed"))
    assert cloud.writes() == []


@pytest.mark.parametrize("script", SHELL)
def test_an_option_that_there_is_not_does_nothing(cloud, script):
    told = cloud.run(script, "--dryrun", **VAULT, **APP)

    assert told.returncode == 1
    assert "there is no option --dryrun" in told.stderr
    assert cloud.world["calls"] == []


@pytest.mark.parametrize("script", SHELL)
def test_help_says_what_a_script_does(cloud, script):
    told = cloud.run(script, "--help")

    assert told.returncode == 0
    assert f"infra/scripts/{script} [--dry-run]" in told.stdout
    assert "#" not in told.stdout


@pytest.mark.parametrize("script", ["common.sh", *SHELL])
def test_a_script_runs_with_the_bash_of_macos(script):
    """3.2: it has no such words. Looked for, as it is not at hand to try."""
    text = (SCRIPTS / script).read_text(encoding="utf-8")

    newer = r"mapfile|readarray|declare -[An]|local -n|\$\{\w+[,^]{1,2}\}|&>>|\|&|coproc|\$EPOCH"
    assert re.findall(newer, text) == []


PACKAGE = {"AZURE_RESOURCE_GROUP": "group-1", "FUNCTION_APP_NAME": "func-1"}


@pytest.fixture
def project(tmp_path):
    """Return the scripts in a project of their own, with a package."""
    scripts = tmp_path / "project" / "infra" / "scripts"
    shutil.copytree(SCRIPTS, scripts)
    package = tmp_path / "project" / "var" / "package.zip"
    package.parent.mkdir()
    package.write_bytes(b"zip")
    return scripts


def test_the_package_is_brought_as_it_is(cloud, project):
    told = cloud.run_in(project, "deploy.sh", **PACKAGE)

    assert told.returncode == 0, told.stderr
    (call,) = cloud.writes()
    assert call[call.index("--src") + 1] == "var/package.zip"
    assert call[call.index("--build-remote") + 1] == "false"
    assert "https://func-1.azurewebsites.net/api/health" in told.stdout


def test_a_package_that_did_not_arrive_is_not_said_to_be_deployed(cloud, project):
    cloud.change(refused={"functionapp": "Forbidden"})

    told = cloud.run_in(project, "deploy.sh", **PACKAGE)

    assert told.returncode == 1
    assert "What runs now goes on" in told.stderr
    assert "deployed" not in told.stdout


def test_without_a_package_nothing_is_deployed(cloud, project):
    (project.parents[1] / "var" / "package.zip").unlink()

    told = cloud.run_in(project, "deploy.sh", **PACKAGE)

    assert told.returncode == 1
    assert "make package" in told.stderr
    assert cloud.writes() == []


def test_a_dry_run_of_a_deployment_says_what_it_would_do(cloud, project):
    told = cloud.run_in(project, "deploy.sh", "--dry-run", **PACKAGE)

    assert "would run: az functionapp deployment source config-zip" in told.stdout
    assert "deployed" not in told.stdout
    assert cloud.writes() == []


HERE = {"AZURE_RESOURCE_GROUP": "rg", "FUNCTION_APP_NAME": "func"}
DEPLOYED = {
    "AzureWebJobsStorage__credential": "managedidentity",
    "ROOMSYNC_ROOMS_BASE_URL": "https://rooms.example.com",
    "ROOMSYNC_GUARD_CREATES": "",
    "ROOMSYNC_ROOMS_API_KEY": "@Microsoft.KeyVault(SecretUri=https://kv/secrets/rooms-api-key)",
}


def test_settings_of_an_app_come_into_a_file_that_nobody_else_reads(cloud, tmp_path):
    cloud.change(settings=DEPLOYED, secrets={"rooms-api-key": "the key"})
    file = tmp_path / "there" / "azure.json"

    told = cloud.run("settings-file.sh", str(file), **HERE)

    assert told.returncode == 0, told.stderr
    assert read_values(file) == {
        "ROOMSYNC_ROOMS_BASE_URL": "https://rooms.example.com",
        "ROOMSYNC_ROOMS_API_KEY": "the key",
    }
    assert file.stat().st_mode & 0o077 == 0
    assert "the key" not in json.dumps(cloud.world["calls"]) + told.stdout + told.stderr


@pytest.mark.parametrize(
    ("world", "says"),
    [
        ({"settings": DEPLOYED}, "ROOMSYNC_ROOMS_API_KEY: its secret could not be read"),
        ({"settings": {}}, "has no settings yet"),
        ({"refused": {"functionapp config": "denied"}}, "could not be read: is az signed in"),
    ],
)
def test_no_half_a_settings_file_is_left(cloud, tmp_path, world, says):
    cloud.change(**world)

    told = cloud.run("settings-file.sh", str(tmp_path / "azure.json"), **HERE)

    assert told.returncode == 1
    assert says in told.stderr
    assert list(tmp_path.glob("azure.json*")) == []


def test_a_dry_run_writes_no_settings(cloud, tmp_path):
    told = cloud.run("settings-file.sh", "--dry-run", str(tmp_path / "azure.json"), **HERE)

    assert told.returncode == 0
    assert "would write" in told.stdout
    assert not (tmp_path / "azure.json").exists()
    assert cloud.world["calls"] == []


@pytest.mark.parametrize("script", SHELL)
def test_what_a_script_needs_is_told_by_name(cloud, script):
    told = cloud.run(script)

    assert told.returncode == 1
    assert "is not set" in told.stderr
    assert cloud.world["calls"] == []


@pytest.mark.parametrize(
    ("told", "ends", "settings", "code"),
    [
        ("No known vulnerabilities found", 0, {}, 0),
        ("jinja2 3.1.6 PYSEC-1", 1, {}, 1),
        ("msal  Dependency not found and could not be audited", 0, {}, 0),
        ("msal  Dependency not found and could not be audited", 0, {"CI_REQUIRES_AUDIT": "1"}, 1),
        ("Max retries exceeded", 1, {}, 0),
        ("Max retries exceeded", 1, {"CI_REQUIRES_AUDIT": "1"}, 1),
    ],
)
def test_an_audit_that_could_not_be_made_says_so(cloud, told, ends, settings, code):
    stand_in = cloud.folder / "pip-audit"
    stand_in.write_text(f"#!/bin/sh\necho '{told}'\nexit {ends}\n")
    stand_in.chmod(0o755)

    found = cloud.run("audit.sh", str(stand_in), **settings)

    assert found.returncode == code
    is_unknown = "audited" in told or "Max" in told
    assert ("nothing is known" in found.stdout) is is_unknown


def test_exchange_is_scoped_to_what_it_has_roles_for():
    """The PowerShell script was read, never run: at least the names it calls are the documented."""
    text = (SCRIPTS / "exchange-scope.ps1").read_text(encoding="utf-8")

    for name in (
        "New-ServicePrincipal -AppId $ClientId -ObjectId $ObjectId -DisplayName",
        "New-ManagementScope -Name $ScopeName -RecipientRestrictionFilter",
        "New-ManagementRoleAssignment -Name $assignment -App $ObjectId -Role $Role -Custom",
        "Test-ServicePrincipalAuthorization -Identity $ObjectId -Resource $Mailbox",
        "SupportsShouldProcess",
    ):
        assert name in text


def test_nothing_that_may_be_empty_is_counted_bare():
    """A function that returns nothing returns null, and strict mode fails at the Count of null."""
    text = (SCRIPTS / "exchange-scope.ps1").read_text(encoding="utf-8")

    for name in re.findall(r"\$(\w+)\.Count", text):
        assert f"${name} = @(" in text
