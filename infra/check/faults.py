"""All checks together."""

import re
from collections.abc import Mapping

from infra.check.alert_rules import alert_faults, query_file_faults
from infra.check.alert_shapes import alert_shape_faults
from infra.check.app_facts import AppFacts
from infra.check.deployment import deployment_of
from infra.check.diagnostic_rules import diagnostic_faults
from infra.check.host_rules import host_faults
from infra.check.papers import is_paper
from infra.check.parameter_files import default_faults, parameter_file_faults
from infra.check.private_rules import private_faults
from infra.check.rules import RULES
from infra.check.setting_rules import sample_is_the_codes, settings_are_the_codes
from infra.check.sign_in_rules import sign_in_is_asked_for
from infra.check.types import Node, type_faults
from infra.check.wiring_rules import wiring_faults
from infra.check.workbook_rules import workbook_faults

FORBIDDEN = re.compile(r"\blist[A-Z]\w*\(|AccountKey=|SharedAccessKey=|@secure\(")
"""No key is read, and no value of a secret passes through a deployment (ADR 0036)."""

PAPER_RULES = (
    alert_faults,
    alert_shape_faults,
    query_file_faults,
    workbook_faults,
    host_faults,
    diagnostic_faults,
)
"""About what is deployed with Bicep and is none."""


def all_faults(
    texts: Mapping[str, str], app: AppFacts, types: Mapping[str, Node] | None
) -> list[str]:
    """Return everything that is wrong; BicepError where a file cannot be read.

    `texts` holds the papers of the deployment, too (`infra.check.papers`).
    """
    deployment = deployment_of(texts)
    faults = list(deployment.faults)
    if types is not None:
        for resource in deployment.resources:
            faults += type_faults(resource, types)
    for rule in (*RULES, sign_in_is_asked_for, settings_are_the_codes, sample_is_the_codes):
        faults += rule(deployment, app)
    faults += [*wiring_faults(deployment, texts, app), *private_faults(texts)]
    for papers in PAPER_RULES:
        faults += papers(deployment, texts)
    for name, text in texts.items():
        if is_paper(name):
            continue
        faults += [f"{name}: {word} is not wanted here" for word in FORBIDDEN.findall(text)]
        if name.endswith(".bicepparam"):
            faults += parameter_file_faults(name, texts, app)
        else:
            faults += default_faults(name, text)
    used = {each.file for each in deployment.parameters} | {
        each.file for each in deployment.resources
    }
    faults += [
        f"{name}: is used by nobody"
        for name in texts
        if name.endswith(".bicep") and name not in used
    ]
    return faults
