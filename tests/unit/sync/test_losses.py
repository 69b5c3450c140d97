"""How much may be missing at once before a person is asked (S22)."""

import pytest

from core.sync.losses import is_mass_loss


@pytest.mark.parametrize(
    ("expected", "shown", "is_loss"),
    [
        (0, 0, False),
        (4, 0, False),
        (5, 0, True),
        (10, 5, False),
        (11, 5, True),
        (100, 60, False),
        (100, 49, True),
    ],
)
def test_more_than_half_and_not_just_a_few_are_too_much(expected, shown, is_loss):
    assert is_mass_loss(set(range(expected)), set(range(shown)), fewest=5) is is_loss


def test_what_is_shown_beyond_that_makes_up_for_nothing():
    assert is_mass_loss({1, 2, 3}, {7, 8, 9, 10}, fewest=3)
