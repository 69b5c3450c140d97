"""Whatever stands in a file: it is refused whole, or row by row, and never harms what it is not."""

import json

from hypothesis import given
from hypothesis import strategies as st

from core.app.imports.csv_file import read_csv
from core.app.imports.importing import take_over
from core.app.imports.json_file import read_json
from core.app.settings_file import read_settings
from core.errors import InvalidPayloadError
from tests.kit.company import Company

WORLD = Company().as_settings()
STORED = read_settings(WORLD)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
PERSON_KEYS = st.sampled_from(
    ["rooms_id", "name", "mail", "aliases", "mode", "resource_types", "time_zone", "rooms_person"]
)
HEADERS = st.sampled_from(
    ["rooms_id", "name", "E-Mail", "Sync-Modus", "Ist Sync-Master", "sprache", "Farbe", ""]
)
CELLS = st.sampled_from(["11", "101", "999", "", "ja", "x@y.example", "None", "Bern", '"', "a\n"])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_file_or_refused(data):
    for read in (read_csv, read_json):
        told = "f: taken over"
        try:
            take_over(STORED, read(data, "f"))
        except InvalidPayloadError as error:
            told = str(error)
        assert told.startswith("f")


@given(
    st.lists(HEADERS, min_size=1, max_size=6),
    st.lists(st.lists(CELLS, max_size=7), max_size=6),
    st.sampled_from([";", ",", "\t"]),
)
def test_any_table_changes_at_most_the_rows_that_it_names(header, rows, separator):
    text = "\n".join(separator.join(row) for row in [header, *rows])
    try:
        said = read_csv(text.encode(), "f.csv")
    except InvalidPayloadError:
        return

    settings = take_over(STORED, said).settings

    named = {cell for row in rows for cell in row}
    for number, person in STORED.persons.items():
        if str(number) not in named:
            assert settings.persons[number] == person
    assert settings.policies == STORED.policies


@given(st.dictionaries(PERSON_KEYS, VALUES, max_size=4))
def test_any_values_of_a_row_leave_all_other_rows_alone(values):
    persons = [{**WORLD["persons"][0], **values}, *WORLD["persons"][1:]]
    data = json.dumps({"persons": persons}).encode()

    settings = take_over(STORED, read_json(data, "f.json")).settings

    for number in (12, 13, 16):
        assert settings.persons[number].name == STORED.persons[number].name


@given(st.dictionaries(st.sampled_from([*WORLD, "policies"]), VALUES, max_size=4))
def test_any_object_is_taken_over_without_a_crash(content):
    result = take_over(STORED, read_json(json.dumps(content).encode(), "f.json"))

    assert result.settings.global_sync_enabled in {True, False}
