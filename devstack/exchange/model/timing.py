"""How long Exchange takes for what it does by itself, in seconds of the stack's clock."""

from pydantic import BaseModel, ConfigDict

from devstack.exchange.model.chance import Span


class Timing(BaseModel):
    """From-to ranges; a seeded draw decides each time. Zero is allowed everywhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    propagation_s: Span = (0.02, 0.3)
    assistant_s: Span = (0.05, 0.3)
    notification_s: Span = (0.02, 0.3)


AT_ONCE = Timing(propagation_s=(0, 0), assistant_s=(0, 0), notification_s=(0, 0))
