"""From bytes to lines: encodings, folding, and files that are no text at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.calendars.content_lines import (
    LARGEST_FILE,
    CalendarFileError,
    read_source,
    unfolded,
)


def texts(data: bytes) -> list[str]:
    return [line.text for line in unfolded(data).lines]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_lines_end_as_windows_unix_or_an_old_mac_has_it(end):
    assert texts(end.join(["A:1", "B:2", ""]).encode()) == ["A:1", "B:2"]


@pytest.mark.parametrize("fold", ["\r\n ", "\r\n\t", "\n "])
def test_folded_lines_are_joined_and_keep_the_number_of_their_first_line(fold):
    lines = unfolded(f"A:1\r\nSUMMARY:Bud{fold}get{fold} 2027\r\nB:2".encode()).lines

    assert [(line.number, line.text) for line in lines] == [
        (1, "A:1"),
        (2, "SUMMARY:Budget 2027"),
        (5, "B:2"),
    ]


def test_a_fold_in_the_middle_of_a_letter_is_mended():
    broken = "SUMMARY:Säntis".encode().replace("ä".encode(), b"\xc3\r\n \xa4")

    assert texts(broken) == ["SUMMARY:Säntis"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_letters_survive_the_encodings_that_clients_write(encoding):
    assert texts("A:1\r\nSUMMARY:Zürich, Genève".encode(encoding)) == [
        "A:1",
        "SUMMARY:Zürich, Genève",
    ]


def test_control_characters_in_a_calendar_are_dropped():
    assert texts(b"BEGIN:VCALENDAR\nSUMMARY:Bud\x00g\x07et\t1") == [
        "BEGIN:VCALENDAR",
        "SUMMARY:Budget\t1",
    ]


def test_lines_that_are_not_utf8_are_mentioned():
    source = unfolded(b"A:1\nSUMMARY:Z\xfcrich\nDESCRIPTION:Z\xc3\xbcrich")

    assert [line.text for line in source.lines][1:] == ["SUMMARY:Zürich", "DESCRIPTION:Zürich"]
    assert source.remarks == ("1 lines are not UTF-8: read as Windows-1252 (first: line 2)",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"\r\n  \n", "is empty"),
        (b"PK\x03\x04\x14\x00rest", "ZIP archive"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary file"),
        (b"\xff\xfeB\x00\x00\xd8", "begins like UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data, reason):
    with pytest.raises(CalendarFileError, match=reason):
        unfolded(data)


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path):
    with pytest.raises(CalendarFileError, match="does not exist"):
        read_source(tmp_path / "no.ics")
    with pytest.raises(CalendarFileError, match="is a folder"):
        read_source(tmp_path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.ics"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)

    with pytest.raises(CalendarFileError, match=r"10\.0 MB, the limit is 10 MB: export a shorter"):
        read_source(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_lines_or_a_clear_error(data):
    try:
        source = unfolded(data)
    except CalendarFileError as error:
        assert str(error)  # noqa: PT017 - either end is right
        return
    numbers = [line.number for line in source.lines]
    assert numbers == sorted(set(numbers))
    assert all("\n" not in line.text for line in source.lines)
