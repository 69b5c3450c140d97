"""What a look at a series would do first, in words (dry run); of a private one less (D13)."""

from core.app.report import Report
from core.app.series.sync_series import AS_AGREED, observe_series
from core.app.services import Services
from core.app.whereabouts import Found
from core.domain.work import WorkItem
from core.sync.context import Context
from core.sync.series.plan import plan_series
from core.sync.series.steps import describe_series
from core.sync.steps import Outcome


async def preview_series(
    found: Found, item: WorkItem, context: Context, services: Services
) -> Report:
    """Return the first round of steps for a series; nothing is written."""
    sight = await observe_series(found, item, context, services)
    if sight is None:
        return Report(outcome=Outcome.IN_STEP, reason=AS_AGREED, mapping_id=found.mapping.id)
    plan = plan_series(sight, context)
    return Report(
        outcome=plan.outcome,
        reason=plan.reason,
        mapping_id=found.mapping.id,
        steps=tuple(describe_series(step, is_private=sight.is_private) for step in plan.steps),
        found=() if sight.is_private else plan.found,
    )
