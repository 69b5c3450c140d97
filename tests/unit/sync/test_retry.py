"""When it is tried again: the tables of R-(i), the setting that changes them, services' wishes."""

import pytest

from core.errors import RetryClass
from core.sync.retry import FAST_TRIES_S, NEVER_FAST, SLOW_TRIES_S, RetryTables, changed_tables

MINUTE, HOUR = 60.0, 3600.0

# The rows of R-(i), as they stand there.
VENDORS = {
    RetryClass.DATA_PROCESSING: [5 * MINUTE] * 3,
    RetryClass.CONNECTIVITY: [60 * MINUTE] * 24,
    RetryClass.AUTHORIZATION: [120 * MINUTE] * 8,
    RetryClass.MAILBOX_UNKNOWN: [360 * MINUTE] * 4,
    RetryClass.BACK_SYNC: [MINUTE] * 6 + [30 * MINUTE] * 43,
    RetryClass.UNFORESEEN: [MINUTE, *[20 * MINUTE] * 3],
    RetryClass.OTHER: [3 * MINUTE] * 3,
}

TABLES = RetryTables()


def delays_of(tables: RetryTables, kind: RetryClass) -> list[float]:
    """Every delay that is really given, until it is given up."""
    delays = []
    while (delay := tables.delay_before(len(delays) + 1, kind, None)) is not None:
        delays.append(delay)
    return delays


@pytest.mark.parametrize("kind", VENDORS)
def test_after_the_fast_tries_come_the_vendors_delays(kind):
    fast = [] if kind in NEVER_FAST else list(FAST_TRIES_S)

    assert delays_of(TABLES, kind) == [*fast, *VENDORS[kind]]


def test_every_class_has_a_table():
    assert set(SLOW_TRIES_S) == set(RetryClass)


def test_a_lock_is_waited_for_longer_than_a_forgotten_draft_lives():
    assert sum(delays_of(TABLES, RetryClass.LOCKED)) > 30 * MINUTE
    assert TABLES.most_locked_tries == len(delays_of(TABLES, RetryClass.LOCKED))


def test_credentials_and_unknown_mailboxes_are_never_hammered():
    assert {RetryClass.AUTHORIZATION, RetryClass.MAILBOX_UNKNOWN} == NEVER_FAST
    assert all(min(delays_of(TABLES, kind)) >= 2 * HOUR for kind in NEVER_FAST)


def test_a_longer_wish_of_the_service_wins_and_a_shorter_one_does_not():
    assert TABLES.delay_before(1, RetryClass.CONNECTIVITY, 45.0) == 45.0
    assert TABLES.delay_before(4, RetryClass.CONNECTIVITY, 45.0) == 120.0


def test_a_wish_of_the_service_gives_no_try_more():
    assert TABLES.delay_before(8, RetryClass.OTHER, 5.0) is None


class TestTheSetting:
    def test_what_it_names_is_replaced_and_the_rest_stays(self):
        tables = changed_tables({"connectivity": "3x5s 30m 2x12h", "fast": "1s"})

        assert delays_of(tables, RetryClass.CONNECTIVITY) == [
            1.0,
            *[5.0] * 3,
            30 * MINUTE,
            *[12 * HOUR] * 2,
        ]
        assert delays_of(tables, RetryClass.OTHER) == [1.0, *VENDORS[RetryClass.OTHER]]

    def test_an_empty_table_gives_up_at_once(self):
        tables = changed_tables({"authorization": ""})

        assert delays_of(tables, RetryClass.AUTHORIZATION) == []

    def test_a_lock_gives_way_when_its_own_table_ends(self):
        tables = changed_tables({"locked": "5x1m", "fast": ""})

        assert tables.most_locked_tries == 5

    @pytest.mark.parametrize(
        ("texts", "said"),
        [
            ({"conectivity": "1h"}, "conectivity: no such class"),
            ({"other": "soon"}, "other: 'soon' is no delay"),
            ({"other": "3 x 5m"}, "other: '3' is no delay"),
            ({"other": "-5m"}, "other: '-5m' is no delay"),
            ({"other": "0s"}, "other: 0s must be from one second to a day"),
            ({"other": "25h"}, "other: 25h must be from one second to a day"),
            ({"other": "9999x1s"}, "other: more than 500 tries"),
            ({"other": 300}, "other: must be a text"),
        ],
    )
    def test_nonsense_is_refused_in_words(self, texts, said):
        with pytest.raises(ValueError, match=said):
            changed_tables(texts)
