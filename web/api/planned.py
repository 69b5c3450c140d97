"""Deeds in two steps: a dry run answers what would be done, the deed names that (ADR 0039).

    dry run          the plan, and the name it is known by
    without a name   422 plan_first: nobody has seen what would be done
    another plan     409 changed_meanwhile: look again, then decide
    the same plan    done
    ... once more    409, as there is another plan then, or nothing left to do

A crash between the steps has done nothing; the name is made of what would be done, nothing is kept.
"""

from hashlib import sha256
from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from core.domain.remark import Remark
from web.problems import Problem
from web.routing import Shape

PlanGiven = Annotated[
    str,
    Field(max_length=64, description="What a dry run has answered; without it nothing is done."),
]
PlanAnswered = Annotated[
    str, Field(description="Names what would be done: `plan` of the call that does it.")
]
DryRun = Annotated[
    bool, Field(description="Only answer what would be done, and the plan's name for the deed.")
]


class Planned(Shape):
    """What asks for a deed: a dry run first, then the same with the plan that it answered."""

    dry_run: DryRun = True
    plan: PlanGiven = ""

    def require(self, plan: str) -> None:
        """Refuse what was not shown; `plan` is what it comes to now."""
        require_shown(self.plan, plan)


def named(*told: object) -> str:
    """Return what a plan is known by: the same things to be done have the same name."""
    return sha256(repr(told).encode()).hexdigest()[:32]


def require_any(given: object) -> None:
    """Refuse a deed with no plan at all."""
    if not given:
        told = Remark("a dry run first; the plan that it answers goes with the deed")
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "plan_first", told)


def require_shown(given: str, plan: str) -> None:
    """Refuse a deed whose plan was not shown, or is another one by now."""
    require_any(given)
    if given != plan:
        told = Remark("this is not the plan that was shown")
        raise Problem(HTTPStatus.CONFLICT, "changed_meanwhile", told)
