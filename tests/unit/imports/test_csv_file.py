"""CSV files as Excel and German habits write them, and what nobody should write."""

import pytest

from core.app.imports.csv_file import read_csv
from core.app.imports.said import Kind
from core.errors import InvalidPayloadError


def rows(said, kind=Kind.PERSONS):
    return [dict(row.values) for row in said.sections[kind].rows]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_any_usual_separator(separator):
    text = f"rooms_id{separator}name{separator}language\n11{separator}Anna{separator}de\n"

    assert rows(read_csv(text.encode(), "persons.csv")) == [
        {"rooms_id": "11", "name": "Anna", "language": "de"}
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_usual_encoding(encoding):
    data = "rooms_id;name;typ\n101;Säntis;Fahrzeug\n".encode(encoding)

    assert rows(read_csv(data, "x.csv"), Kind.RESOURCES) == [
        {"rooms_id": "101", "name": "Säntis", "type": "Fahrzeug"}
    ]


def test_german_headers_and_words():
    text = (
        'sep=;\r\nrooms_id;E-Mail;Sync-Modus;"Sync deaktiviert";Konfliktverhalten;'
        "Ressourcentypen\r\n"
        "11;anna@x.example;microsoft365;Ja;cancel;Raum | Fahrzeug\r\n"
        "12;beat@x.example;none;NEIN;Rollback;\r\n"
        "13;carla@x.example;;;;keine\r\n"
    )

    assert rows(read_csv(text.encode("cp1252"), "liste.csv")) == [
        {"rooms_id": "11", "mail": "anna@x.example", "mode": "Microsoft365", "sync_disabled": True,
         "conflict_behaviour": "Cancel", "resource_types": ("Raum", "Fahrzeug")},
        {"rooms_id": "12", "mail": "beat@x.example", "mode": "None", "sync_disabled": False,
         "conflict_behaviour": "Rollback", "resource_types": None},
        {"rooms_id": "13", "mail": "carla@x.example", "resource_types": ()},
    ]  # fmt: skip


def test_an_empty_switch_says_nothing_and_an_empty_address_empties_it():
    said = read_csv(b"rooms_id;mail;sync_master;aliases\n101;;;\n", "r.csv")

    assert rows(said, Kind.RESOURCES) == [{"rooms_id": "101", "mail": "", "aliases": ()}]


def test_unknown_columns_are_named_and_ignored():
    said = read_csv(b"rooms_id;language;Kostenstelle;Farbe\n11;de;4711;rot\n", "p.csv")

    assert rows(said) == [{"rooms_id": "11", "language": "de"}]
    assert said.notices == ("p.csv: columns not known and ignored: 'Kostenstelle', 'Farbe'",)


def test_a_row_with_shifted_cells_is_wrong_and_stands_for_its_entry():
    said = read_csv(b"rooms_id;language;name\n11;de;Anna;oops\n12;de\n13;de;Carla\n", "p.csv")

    assert [(f.place, f.why) for f in said.faults] == [
        ("p.csv line 2", "has 4 cells, the header has 3"),
        ("p.csv line 3", "has 2 cells, the header has 3"),
    ]
    assert [(r.values["rooms_id"], r.is_wrong) for r in said.sections[Kind.PERSONS].rows] == [
        ("11", True),
        ("12", True),
        ("13", False),
    ]


def test_blank_lines_are_skipped_and_lines_with_breaks_are_counted_right():
    text = '\nrooms_id;name;language\n;;\n11;"Anna\nMeier";de\n12;Beat;de;\n'

    said = read_csv(text.encode(), "p.csv")

    assert [f.place for f in said.faults] == ["p.csv line 6"]


def test_the_file_s_name_or_the_operator_says_what_columns_leave_open():
    data = b"rooms_id;mail\n1;a@x.example\n"

    assert Kind.PERSONS in read_csv(data, "Personen.csv").sections
    assert Kind.RESOURCES in read_csv(data, "Ressourcen.csv").sections
    assert Kind.RESOURCES in read_csv(data, "liste.csv", kind=Kind.RESOURCES).sections
    with pytest.raises(InvalidPayloadError, match="say it with --as"):
        read_csv(data, "liste.csv")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"\n;;;\n", "is empty"),
        (b"PK\x03\x04\x00\x00xlsx", "is no text"),
        (b"name;language\nAnna;de\n", "no column rooms_id"),
        (b"rooms_id;mail;E-Mail;language\n1;a;b;de\n", "two columns for mail"),
        (b'rooms_id;language\n1;"' + b"x" * 200_000 + b'"\n', "line 2 cannot be read"),
        (b"rooms_id;language;sync_master\n1;de;ja\n", "say it with --as"),
    ],
)
def test_what_is_no_table_of_persons_or_resources_is_refused_whole(data, told):
    with pytest.raises(InvalidPayloadError, match=told):
        read_csv(data, "liste.csv")


def test_a_file_that_no_company_could_fill_is_not_read():
    with pytest.raises(InvalidPayloadError, match="larger than"):
        read_csv(b"x" * 20_000_001, "p.csv")
