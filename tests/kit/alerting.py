"""Which of the deployed rules would alert, as Azure evaluates them.

The query is asked about all windows of a rule together; with more than one its rows are sorted into
them by `TimeGenerated`. The greatest or least value of each is compared, for each value of the
dimensions.
"""

import operator
from collections import defaultdict
from collections.abc import Mapping

from infra.check.alert_rules import LOG, name_of
from infra.check.alert_shapes import span
from infra.check.deployment import Deployment, deployment_of
from infra.check.papers import ALERTS
from tests.kit.kusto import answer
from tests.kit.workspace import Workspace
from tests.kit.worse import deployed_texts

_PICK = {"Maximum": max, "Minimum": min}
_COMPARE = {"GreaterThan": operator.gt, "LessThan": operator.lt}


class Alerting:
    """The rules for logs of a deployment, by name."""

    def __init__(self, deployment: Deployment, texts: Mapping[str, str]) -> None:
        self.rules = {name_of(each): each for each in deployment.resources if each.type == LOG}
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


def deployed_rules() -> Alerting:
    """Return the rules as they would be deployed."""
    texts = deployed_texts()
    return Alerting(deployment_of(texts), texts)
