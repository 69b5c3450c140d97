"""What an event says of a resource that it names twice, by its former address as well."""

from dataclasses import replace

import pytest

from core.domain.event import Answer
from core.sync.compose import with_resources
from core.sync.translate import answer_of, invited_resources
from tests.unit.builders import SAENTIS, a_directory, a_resource, an_event, guest, room

KNOWN = a_directory(resources=[a_resource(SAENTIS, "Saentis", aliases=("s1@contoso.example",))])
UNANSWERED = Answer.NOT_RESPONDED


def named_twice(first: Answer, second: Answer):
    lines = (replace(room("s1"), answer=first), replace(room(), answer=second))
    return an_event(invitees=(guest("marc@contoso.example"), *lines))


@pytest.mark.parametrize("answer", [Answer.ACCEPTED, Answer.DECLINED])
def test_the_line_that_was_answered_counts(answer):
    for event in (named_twice(UNANSWERED, answer), named_twice(answer, UNANSWERED)):
        assert answer_of(event, SAENTIS, KNOWN) is answer
    assert answer_of(named_twice(UNANSWERED, UNANSWERED), SAENTIS, KNOWN) is Answer.NONE


def test_it_is_one_resource_and_both_lines_are_taken_off():
    event = named_twice(Answer.ACCEPTED, UNANSWERED)
    left = with_resources(event, frozenset(), KNOWN).invitees

    assert invited_resources(event, KNOWN) == (SAENTIS,)
    assert left is not None
    assert [invitee.address for invitee in left] == ["marc@contoso.example"]
