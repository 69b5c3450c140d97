"""What `azd up` and the operator's page ask for is there."""

import os
import re
from pathlib import Path

import pytest

from roomsync.cli import app as commands

PROJECT = Path(__file__).parents[2]
STEPS = ["azure.yaml", "docs/operations.md", "docs/infra.md"]
PAGES = ["operations.md", "infra.md", "runbooks.md", "cost.md", "limits.md"]


@pytest.mark.parametrize("name", STEPS)
def test_every_script_that_is_named_is_there_and_can_be_run(name):
    text = (PROJECT / name).read_text(encoding="utf-8")

    scripts = set(re.findall(r"infra/scripts/[\w-]+\.(?:sh|ps1)", text))

    assert scripts
    for script in scripts:
        assert (PROJECT / script).is_file(), script
        assert script.endswith(".ps1") or os.access(PROJECT / script, os.X_OK), script


@pytest.mark.parametrize("name", STEPS)
def test_every_command_of_make_that_is_named_is_there(name):
    text = (PROJECT / name).read_text(encoding="utf-8")
    rules = (PROJECT / "Makefile").read_text(encoding="utf-8")

    for target in re.findall(r"(?:run: |`|^|&& )make ([a-z-]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", rules, re.MULTILINE), target


def test_every_secret_of_the_vault_is_told_to_the_operator():
    settings = (PROJECT / "infra/bicep/modules/app-settings.bicep").read_text(encoding="utf-8")
    page = (PROJECT / "docs/operations.md").read_text(encoding="utf-8")

    secrets = set(re.findall(r"secretUri}/([a-z-]+)\)", settings))

    assert len(secrets) == 7
    assert [each for each in sorted(secrets) if f"`{each}`" not in page] == []


def test_every_variable_that_scripts_need_is_told_by_the_deployment():
    """Or stands on the page, for whoever sets it."""
    main = (PROJECT / "infra/bicep/main.bicep").read_text(encoding="utf-8")
    page = (PROJECT / "docs/operations.md").read_text(encoding="utf-8")
    scripts = (PROJECT / "infra/scripts").glob("*.sh")
    needed = {
        name
        for path in scripts
        for name in re.findall(r"\$\(needed (\w+)\)", path.read_text("utf-8"))
    }

    told = set(re.findall(r"^output (\w+)", main, re.MULTILINE)) | {"AZURE_RESOURCE_GROUP"}
    assert needed <= told
    assert [each for each in sorted(needed) if each not in page] == []


def test_every_variable_that_the_deployment_reads_can_be_set():
    """The parameters of azd read variables; those a person has to set stand on the page."""
    text = (PROJECT / "infra/bicep/main.bicepparam").read_text(encoding="utf-8")
    page = (PROJECT / "docs/operations.md").read_text(encoding="utf-8")

    needed = re.findall(r"readEnvironmentVariable\('(\w+)'\)", text)

    by_azd = {"AZURE_ENV_NAME", "AZURE_LOCATION"}
    assert [each for each in needed if each not in by_azd and each not in page] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_page_and_a_heading_that_there_are(name):
    docs = PROJECT / "docs"
    text = (docs / name).read_text(encoding="utf-8")

    for path, _, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(#?)([^)]*)\)", text):
        target = (docs / path) if path else docs / name
        assert target.is_file(), path
        assert not anchor or anchor in _anchors(target.read_text(encoding="utf-8")), anchor


def _anchors(text):
    """Return the anchors of headings, as the usual viewers make them."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", PAGES)
def test_every_command_of_the_operator_that_is_named_is_there(name):
    there = {each.name or each.callback.__name__ for each in commands.registered_commands}
    there |= {group.name for group in commands.registered_groups}
    text = (PROJECT / "docs" / name).read_text(encoding="utf-8")

    assert set(re.findall(r"(?:^|`)roomsync ([a-z-]+)", text, re.MULTILINE)) <= there
