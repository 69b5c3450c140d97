"""Whom somebody may mean while typing."""

from dataclasses import replace

import pytest

from core.app.free_busy.finding import candidates, known
from core.domain.directory import directory
from core.domain.policies import Policies
from tests.unit.builders import ANNA, PEOPLE, RESOURCES, a_directory


def keys(text, found=None, most=12):
    return [each.key for each in candidates(text, found or a_directory(), most)[0]]


def test_names_that_begin_so_come_first_then_words_then_all_others():
    names = {11: "Marianne Berg", 12: "Anna Meier", 13: "Lea Anders"}
    people = [replace(each, name=names[each.id]) for each in PEOPLE if each.id in names]
    found = directory(
        global_sync_enabled=True, policies=Policies(), persons=people, resources=[], environments=[]
    )
    assert keys("an", found) == ["p12", "p13", "p11"]
    assert candidates("an", found, 1)[1] == 3
    assert keys("an", found, most=1) == ["p12"]


def test_people_and_resources_are_found_by_name_address_number_and_key():
    assert keys("saen") == keys("saentis@") == keys("101") == keys("R101") == ["r101"]
    assert keys("anna") == keys("11") == keys("p11") == ["p11"]


@pytest.mark.parametrize("text", ["", " ", "a", "nobody at all"])
def test_one_letter_and_what_nobody_is_called_find_nobody(text):
    assert candidates(text, a_directory(), 12) == ((), 0)


def test_whoever_has_no_address_cannot_be_asked_about():
    people = [replace(each, address="") if each.id == ANNA else each for each in PEOPLE]
    found = directory(
        global_sync_enabled=True,
        policies=Policies(),
        persons=people,
        resources=RESOURCES,
        environments=[],
    )
    assert keys("anna", found) == []


@pytest.mark.parametrize("key", ["", "p", "x11", "p99", "r11", "p\u0661\u0661", "11"])
def test_what_is_no_key_of_ours_names_nobody(key):
    assert known(key, a_directory()) is None
