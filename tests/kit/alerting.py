"""Which of the deployed rules would alert, as Azure evaluates them.

The query is asked about all windows of a rule together; with more than one its rows are sorted into
them by `TimeGenerated`. The greatest or least value of each is compared, for each value of the
dimensions.
"""

import operator
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from infra.check.alert_rules import LOG
from infra.check.deployment import Deployment
from infra.check.papers import ALERTS
from infra.check.values import Resource
from tests.kit.kusto import answer
from tests.kit.workspace import Workspace

_PICK = {"Maximum": max, "Minimum": min}
_COMPARE = {"GreaterThan": operator.gt, "LessThan": operator.lt}
_SPAN = re.compile(r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?")


class Alerting:
    """The rules for logs of a deployment, by name."""

    def __init__(self, deployment: Deployment, texts: Mapping[str, str]) -> None:
        self.rules = {_name(each): each for each in deployment.resources if each.type == LOG}
        self._texts = texts

    def fires(self, name: str, there: Workspace) -> set[str]:
        """Return for which values of its dimension a rule alerts now; "" where it has none."""
        rule = self.rules[name]
        (criterion,) = rule.get("properties", "criteria", "allOf")
        times = criterion["failingPeriods"]["numberOfEvaluationPeriods"]
        window = span(rule.get("properties", "windowSize"))
        tables = {
            table: [row for row in rows if row["TimeGenerated"] > there.now - times * window]
            for table, rows in there.tables.items()
        }
        values: dict[tuple[str, int], list[float]] = defaultdict(list)
        for row in answer(self._texts[f"{ALERTS}{name}.kql"], tables, there.now):
            which = " ".join(row[each["name"]] for each in criterion["dimensions"])
            at = int((there.now - row["TimeGenerated"]) / window) if times > 1 else 0
            if row["Value"] is not None:
                values[which, at].append(row["Value"])
        beyond = defaultdict(set)
        for (which, at), found in values.items():
            value = _PICK[criterion["timeAggregation"]](found)
            if _COMPARE[criterion["operator"]](value, criterion["threshold"]):
                beyond[which].add(at)
        return {which for which, windows in beyond.items() if len(windows) >= times}


def span(text: Any) -> timedelta:
    """Return a time as rules have it, such as PT15M."""
    found = _SPAN.fullmatch(text).groupdict(default="0")
    return timedelta(**{unit: int(number) for unit, number in found.items()})


def _name(rule: Resource) -> str:
    return str(getattr(rule.body["name"], "text", rule.body["name"])).partition("}-")[2]
