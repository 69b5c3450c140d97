"""What the service expects of a room's rules never says more than the room does (R-900)."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from core.adapters.exchange.calendar_options import policy_from
from core.domain.interval import Interval
from core.sync.room_policy import why_declined
from devstack.exchange.graph.configurations import PROCESSING
from devstack.exchange.model.judging import judge
from devstack.exchange.model.processing_policy import ProcessingPolicy
from devstack.exchange.model.values import AnswerKind

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)

POLICIES = st.builds(
    ProcessingPolicy.model_validate,
    st.fixed_dictionaries(
        {
            "BookingWindowInDays": st.integers(0, 40),
            "MaximumDurationInMinutes": st.integers(0, 300),
        }
    ),
)


def told(policy: ProcessingPolicy) -> dict[str, str]:
    values = policy.model_dump(by_alias=True)
    values["AutomateProcessing"] = PROCESSING[policy.automate_processing]
    return {name.lower(): str(value) for name, value in values.items()}


@given(
    policy=POLICIES,
    now=st.integers(0, 24 * 60).map(lambda m: NOW + timedelta(minutes=m)),
    ahead=st.integers(0, 45 * 24 * 60),
    minutes=st.integers(1, 400),
)
def test_what_we_expect_to_be_declined_is_declined(policy, now, ahead, minutes):
    start = now + timedelta(minutes=ahead)
    time = Interval(start, start + timedelta(minutes=minutes))
    copy = SimpleNamespace(
        content=SimpleNamespace(
            start=SimpleNamespace(instant=time.start), end=SimpleNamespace(instant=time.end)
        ),
        attendees=(),
    )
    answer = judge(SimpleNamespace(capacity=0), policy, copy, [], now).answer
    expected = why_declined(policy_from(told(policy)), time, now)
    if expected is not None:
        assert answer is AnswerKind.DECLINED
    if answer is AnswerKind.DECLINED and expected is None:
        window = timedelta(days=policy.booking_window_in_days)
        assert time.end <= now + window + timedelta(days=1), "only the last day is left open"
