"""`roomsync free-busy`: bars that are read at a glance, and times at which all could meet."""

FREE, BUSY = "\u00b7", "\u2588"


async def test_a_day_is_a_line_per_person_and_two_per_room(operator, world):
    await world.outlook("anna").books(
        "Säntis", at="tomorrow 09:00-10:00", subject="Fusion", attendees=["marc"]
    )
    await world.settles()

    ended = await operator(
        "free-busy", "anna.meier@contoso.example", "Säntis", "nobody@contoso.example",
        "--from", "2026-03-03T08:00", "--to", "2026-03-03T12:00",
    )  # fmt: skip

    assert ended.code == 0, ended.err
    bar = f"{FREE * 2}{BUSY * 2}{FREE * 4}"
    assert "Tuesday, 3 March 2026 (Europe/Zurich)" in ended.out
    for name in ("Anna Meier", "Säntis ROOMS", "Säntis Exchange"):
        (line,) = [text for text in ended.out.splitlines() if text.startswith(name)]
        assert line.endswith(f" {bar}")
    assert "Exchange knows no such mailbox" in ended.out
    assert "Fusion" not in ended.out


async def test_a_deviation_is_marked_and_says_what_to_do(operator, world):
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")

    ended = await operator("free-busy", "r101", "--from", "2026-03-03", "--interval", "60")

    assert "^" in ended.out
    assert f"only in ROOMS: `roomsync sync {booking.booking_id}` looks at it" in ended.out
    assert "the two sides differ" in ended.out
    await world.settles()


async def test_a_day_on_which_the_clocks_change_has_its_23_hours(operator, world):
    ended = await operator(
        "free-busy", "Anna Meier", "--from", "2026-03-28", "--to", "2026-03-29", "--interval", "60"
    )
    bars = [line for line in ended.out.splitlines() if line.startswith("Anna Meier")]
    assert [line.count(FREE) for line in bars] == [24, 23]


async def test_times_are_suggested_the_best_first(operator, world):
    await world.outlook("marc").books(at="tomorrow 08:00-09:00")
    await world.settles()

    ended = await operator(
        "free-busy", "--suggest", "--for", "60", "Anna Meier", "Marc Weber", "eva@fabrikam.example",
        "--from", "2026-03-03", "--to", "2026-03-03", "--place", "bern",
    )  # fmt: skip

    assert ended.code == 0, ended.err
    assert "Tue 3 Mar 09:00-10:00" in ended.out
    assert "Tue 3 Mar 08:00-09:00" not in ended.out
    assert "eva@fabrikam.example is not considered: Exchange knows no such mailbox." in ended.out


async def test_where_no_time_is_found_it_says_what_to_try(operator, world):
    ended = await operator(
        "free-busy", "--suggest", "--people-only", "Anna Meier", "--from", "2026-03-07",
        "--to", "2026-03-07",
    )  # fmt: skip
    assert ended.code == 1
    assert "No time was found" in ended.out


REFUSED = [
    (("Gandalf",), "is nobody in the settings"),
    (("Anna Meier", "--zone", "Mars"), "use an IANA name"),
    (("Anna Meier", "--from", "tomorrow"), "write 2026-03-03"),
    (("Anna Meier", "--interval", "1"), "from 5 to 1440"),
    (("--suggest", "Anna Meier", "--to", "2026-03-01"), "end after it begins"),
    (("--suggest", "Anna Meier", "--type", "Fahrzeug"), "no resource in the settings"),
]


async def test_what_cannot_be_asked_is_one_line(operator, world):
    for arguments, why in REFUSED:
        ended = await operator("free-busy", *arguments)
        assert (ended.code, ended.out) == (2, "")
        assert why in ended.err
