"""A CSV file of the settings says what is stored: imported again, it changes nothing."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.app.imports.columns import marked, unmarked
from core.app.imports.csv_file import read_csv
from core.app.imports.importing import take_over
from core.app.imports.said import Kind
from core.app.settings_csv import as_csv
from core.app.settings_file import read_settings
from core.domain.ids import LocationId, PersonId, ResourceId
from tests.kit.company import Company

STORED = read_settings(Company().as_settings())
ANNA, SAENTIS = PersonId(11), ResourceId(101)
WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="|"), min_size=1, max_size=12
)


def again(kind, settings, name="settings.csv"):
    return take_over(settings, read_csv(as_csv(kind, settings).encode(), name, kind=kind))


@pytest.mark.parametrize("kind", [Kind.PERSONS, Kind.RESOURCES])
def test_what_is_exported_changes_nothing_when_it_is_imported(kind):
    result = again(kind, STORED)

    assert (result.settings, result.faults, result.notices) == (STORED, (), ())


@given(name=WORDS, kind_of=WORDS, types=st.none() | st.lists(WORDS, max_size=3), alias=WORDS)
@example(name="=HYPERLINK(1)", kind_of="+1", types=["Raum, gross", "-"], alias="'=x")
@example(name="'=1", kind_of="a;b", types=["none"], alias='"')
@example(name="''@1", kind_of="0", types=["Raum"], alias="+x")
def test_whatever_names_are_made_of_comes_back(name, kind_of, types, alias):
    person = replace(
        STORED.persons[ANNA],
        name=name,
        resource_types=None if types is None else tuple(types),
        aliases=(f"{alias.replace('@', '').replace(',', '').replace(';', '')}x@x.example",),
        sync_disabled=True,
    )
    room = replace(STORED.resources[SAENTIS], name=name, type=kind_of, lead_minutes=15)
    changed = STORED.with_owners(
        [person, *(p for p in STORED.persons.values() if p.id != ANNA)],
        [room, *(r for r in STORED.resources.values() if r.id != SAENTIS)],
    )

    for kind in (Kind.PERSONS, Kind.RESOURCES):
        result = again(kind, changed)
        assert result.faults == ()
        assert result.settings == changed


def test_places_are_told_by_number_and_nothing_said_stays_nothing():
    lines = as_csv(Kind.RESOURCES, STORED).splitlines()
    header, first = lines[0].removeprefix("\ufeff").split(";"), lines[1].split(";")
    row = dict(zip(header, first, strict=True))

    assert row["rooms_id"] == "101"
    assert row["location"] == str(STORED.resources[SAENTIS].location_id or LocationId(1))
    assert (row["sync_master"], row["sync_url"]) == ("true", "")


@pytest.mark.parametrize("cell", ["=1+1", "+41", "-1", "@x", "'=1", "''-", "=", "Anna", "'", ""])
def test_no_cell_begins_as_a_formula_does_and_each_comes_back(cell):
    assert not marked(cell).startswith(("=", "+", "-", "@"))
    assert unmarked(marked(cell)) == cell
