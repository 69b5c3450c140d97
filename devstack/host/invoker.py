"""Runs functions: counts them, measures them, logs a failure once with its traceback."""

import logging
from typing import Any

from azure_functions_runtime.bindings.datumdef import Datum

from devstack.host import runtime
from devstack.host.activity import Activity
from devstack.host.metadata import Function
from devstack.host.runtime import Outcome

log = logging.getLogger("host")


class Invoker:
    """The one door through which every trigger starts its function."""

    def __init__(self, activity: Activity) -> None:
        self.activity = activity

    async def run(
        self, function: Function, value: Datum, metadata: dict[str, Any] | None = None
    ) -> Outcome:
        """Invoke `function` and return how it ended."""
        with self.activity.invocation(function.name):
            outcome = await runtime.invoke(
                function.function_id, function.parameter, value, metadata or {}
            )
        if outcome.failure is not None:
            self.activity.failed += 1
            log.error("function %s failed: %s", function.name, outcome.failure)
            print(outcome.trace, flush=True)  # noqa: T201 - stdout is the host's log
        return outcome
