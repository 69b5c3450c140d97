"""Versions that were announced, read and settled: which read may be too old (ADR 0004)."""

from core.sync.freshness import is_behind, is_superseded, unseen


class TestSuperseded:
    def test_the_version_a_pass_ended_with_is_current(self):
        assert not is_superseded("v2", ("v1", "v2"))

    def test_a_version_that_was_followed_by_another_is_not(self):
        assert is_superseded("v1", ("v1", "v2"))

    def test_a_version_never_met_is_news(self):
        assert not is_superseded("v3", ("v1", "v2"))


class TestBehind:
    def test_what_is_read_was_announced(self):
        assert not is_behind("v2", ("v1",), ("v2",))

    def test_the_old_version_is_still_read(self):
        assert is_behind("v1", ("v1",), ("v2",))

    def test_only_the_first_of_two_announced_changes_is_read(self):
        assert is_behind("v2", ("v1",), ("v2", "v3"))

    def test_the_order_in_which_they_were_announced_says_nothing(self):
        assert is_behind("v2", ("v1",), ("v3", "v2"))

    def test_something_newer_than_announced_is_read(self):
        assert not is_behind("v3", ("v1",), ("v2",))

    def test_a_duplicate_of_what_was_dealt_with_before(self):
        assert not is_behind("v2", ("v1", "v2"), ("v1",))

    def test_a_trigger_without_version_announces_nothing_special(self):
        assert not is_behind("v1", ("v1",), ("",))

    def test_nothing_is_waited_for_when_the_item_is_gone(self):
        assert not is_behind("", ("v1",), ("", "v2"))


class TestUnseen:
    def test_only_what_was_read_or_settled_is_dealt_with(self):
        assert unseen("v3", ("v1",), ("v1", "v2", "v3", "")) == {"v2"}

    def test_whatever_was_announced_of_an_item_that_is_gone_is_dealt_with(self):
        assert unseen("", (), ("v2",)) == frozenset()
