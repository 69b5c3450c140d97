"""`python -m infra.policies`: checkov over infra/bicep; each finding is mended or explained here.

Runs in the environment of `requirements-audit.txt`, which knows nothing of the project, and asks
nobody over the network. checkov reads no values of parameters and follows no modules; what it
cannot tell (`infra.check` can) is explained as such.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

BICEP = Path(__file__).parent / "bicep"

_A_CONFIG = "meant for siteConfig: the check takes every child called config for one"
_NETWORK = "a parameter decides (isPrivate); prod without a network is open to identities only"

EXPLAINED = {
    ("CKV_AZURE_109", "key-vault"): _NETWORK,
    ("CKV_AZURE_35", "storage"): _NETWORK,
    ("CKV_AZURE_206", "storage"): "a parameter decides (storageSku); prod has Standard_GZRS",
    ("CKV_AZURE_225", "function-app"): "a parameter decides (zoneRedundant); prod has it",
    ("CKV_AZURE_78", "function-app"): "Flex Consumption refuses ftpsState; FTP is off by policy",
    ("CKV_AZURE_222", "function-app"): "Graph and ROOMS call from outside, each with its proof",
    ("CKV_AZURE_17", "function-app"): "neither Graph nor ROOMS has a client certificate",
    ("CKV_AZURE_212", "function-app"): "always-ready instances stand for it on Flex Consumption",
    ("CKV_AZURE_213", "function-app"): "Flex Consumption pings its instances by itself",
    **{
        (check, module): _A_CONFIG
        for check in ("13", "63", "65", "66", "80", "88", "222")
        for check in (f"CKV_AZURE_{check}",)
        for module in ("app-settings", "sign-in")
    },
}
"""Why a finding stays, by check and module."""


def main() -> int:
    """Print what nobody explained, and explanations of what is no longer found; 1 if any."""
    results = _results()
    found = {
        (each["check_id"], Path(each["file_path"]).stem): each["check_name"]
        for each in results["failed_checks"]
    }
    faults = [
        f"{module}: {check}: {found[check, module]}: mend it, or explain it in infra/policies.py"
        for check, module in sorted(found.keys() - EXPLAINED)
    ]
    faults += [
        f"{module}: {check}: is explained in infra/policies.py and not found any more"
        for check, module in sorted(EXPLAINED.keys() - found)
    ]
    faults += [f"{each}: checkov cannot read it" for each in results["parsing_errors"]]
    faults += [f"{name}: checkov passes over it, its parser cannot read it" for name in _unread()]
    passed = len(results["passed_checks"])
    for fault in faults:
        print(fault)  # noqa: T201 - a command
    print(f"checkov: {passed} passed, {len(found)} explained, {len(faults)} faults")  # noqa: T201
    return 1 if faults else 0


def _unread() -> list[str]:
    """Return the files that checkov's parser cannot read: it says nothing of them by itself."""
    from pycep import BicepParser  # noqa: PLC0415 - of this environment, not the project's

    parser, unread = BicepParser(), []
    for path in sorted(BICEP.rglob("*.bicep")):
        try:
            parser.parse(text=path.read_text("utf-8"))
        except Exception:  # noqa: BLE001 - the library lets its parser's own errors through
            unread.append(path.name)
    return unread


def _results() -> dict[str, list[dict[str, str]]]:
    checkov = Path(sys.executable).with_name("checkov")
    told = subprocess.run(  # noqa: S603 - our own environment
        [checkov, "-d", BICEP, "--framework", "bicep", "--skip-download", "-o", "json"],
        capture_output=True,
        text=True,
        check=False,  # 1 says that something was found
        env={**os.environ, "LOG_LEVEL": "CRITICAL"},
    )
    try:
        results: dict[str, list[dict[str, str]]] = json.loads(told.stdout)["results"]
    except (ValueError, KeyError, TypeError):
        sys.exit(f"checkov told nothing: {told.stderr[-2000:] or told.stdout[:2000]}")
    return results


if __name__ == "__main__":
    sys.exit(main())
