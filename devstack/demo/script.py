"""The scripted day of the demo company (`devstack/worlds/demo_company.json`).

Peter is not synced, Tom only with rooms, not with vehicles; Rigi is known to ROOMS only. Marc is
Anna's delegate. Säntis opens from 7 to 19 o'clock.
"""

from devstack.demo.day import (
    Answer,
    Book,
    Cancel,
    Change,
    Day,
    Delete,
    Expect,
    HandOver,
    InviteRoomToo,
    Round,
    TakeRoomOff,
    ThinkAgain,
    by_add_in,
    in_outlook,
    in_rooms,
)

ALONE, HELD, KEPT = Expect.ALONE, Expect.HELD, Expect.KEPT
OVERRULED, REFUSED = Expect.OVERRULED, Expect.REFUSED
GUEST, AUDITOR = "guest@partner.example", "audit@treuhand.example"

BOOKED_IN_ROOMS = Round(
    title="Everybody books in ROOMS",
    actions=(
        in_rooms("anna", "budget", Book(title="Budget", at="1 09:00-10:00", room="Säntis",
                                        people=("marc", "lea"))),
        in_rooms("marc", "sprint", Book(title="Sprintplanung", at="1 09:00-10:00", room="Eiger",
                                        people=("nina",))),
        in_rooms("nina", "offerte", Book(title="Offerte", at="1 10:30-11:30", room="Eiger",
                                         organizer="sofia", people=("marc",))),
        in_rooms("emily", "board", Book(title="Board", at="4 09:00-12:00", room="Thames",
                                        organizer="luc", people=("emily", AUDITOR))),
        in_rooms("luc", "salary", Book(title="Lohngespräch", at="1 09:00-10:00", room="Pilatus",
                                       private=True, people=("jana",))),
        in_rooms("emily", "client", Book(title="Client visit", at="3 10:00-11:00", room="Thames",
                                         people=("luc", GUEST))),
        in_rooms("yusuf", "trip", Book(title="Fahrt nach Thun", at="1 08:00-12:00",
                                       room="Firmenwagen 1")),
        in_rooms("anna", "apero", Book(title="Apéro", at="2 17:00-18:00", room="Rigi (nur ROOMS)",
                                       people=("marc",))),
        in_rooms("jana", "maybe", Book(title="Vielleicht", at="3 09:00-10:00", room="Säntis",
                                       provisional=True)),
        in_rooms("peter", "peters", Book(title="Peters Sitzung", at="1 14:30-15:00",
                                         room="Pilatus"), HELD),
        in_rooms("tom", "toms", Book(title="Umzug", at="2 08:00-12:00", room="Firmenwagen 1"),
                 HELD),
        in_rooms("peter", "peters rigi", Book(title="Peters Runde", at="1 13:00-14:00",
                                              room="Rigi (nur ROOMS)"), ALONE),
        in_rooms("lea", "dialog", ThinkAgain(at="5 09:00-10:00", room="Säntis"), ALONE),
    ),
)  # fmt: skip

BOOKED_IN_OUTLOOK = Round(
    title="Everybody books in Outlook",
    actions=(
        in_outlook("anna", "retro", Book(title="Retrospektive", at="1 11:00-12:00", room="Säntis",
                                         people=("marc",))),
        in_outlook("marc", "review", Book(title="Review", at="1 13:00-14:00", room="Eiger",
                                          people=("anna", AUDITOR))),
        in_outlook("marc", "strategy", Book(title="Strategie", at="1 15:00-16:00", room="Eiger",
                                            organizer="anna", people=("sofia",))),
        in_outlook("sofia", "personal", Book(title="Personale", at="1 11:00-12:00",
                                             room="Pilatus", private=True, people=("jana",))),
        in_outlook("luc", "clients", Book(title="Clients", at="1 13:00-14:00", room="Thames")),
        in_outlook("emily", "delivery", Book(title="Delivery", at="1 13:00-17:00",
                                             room="Firmenwagen 1")),
        in_outlook("nina", "workshop", Book(title="Workshop", at="2 13:00-15:00", room="Eiger",
                                            people=("tom", "lea", "jana"))),
        in_outlook("tom", "daily", Book(title="Daily", at="2 08:00-08:30", room="Thames",
                                        people=("nina",))),
        in_outlook("yusuf", "lunch", Book(title="Mittagsrunde", at="2 12:00-13:00",
                                          people=("lea",)), ALONE),
        by_add_in("jana", "kickoff", Book(title="Kick-off", at="1 16:00-17:00", room="Pilatus",
                                          people=("lea",))),
        by_add_in("luc", "standup", Book(title="Stand-up", at="2 08:00-08:30", room="Eiger")),
        in_outlook("peter", "peters outlook", Book(title="Peters Termin", at="2 14:00-15:00",
                                                   room="Säntis"), ALONE),
        in_outlook("tom", "toms car", Book(title="Zügeln", at="3 08:00-12:00",
                                           room="Firmenwagen 1"), ALONE),
        in_outlook("nina", "yesterday", Book(title="Gestern", at="-1 09:00-10:00", room="Eiger"),
                   ALONE),
        in_outlook("lea", "late", Book(title="Spätschicht", at="1 20:00-21:00", room="Säntis"),
                   REFUSED),
    ),
)  # fmt: skip

CHANGED_ACROSS = Round(
    title="What was booked on one side is changed on the other",
    actions=(
        in_outlook("anna", "budget", Change(title="Budget 2027")),
        in_outlook("marc", "sprint", Change(at="1 08:30-09:30")),
        in_outlook("sofia", "offerte", Change(add=("emily",))),
        in_outlook("luc", "salary", Change(reminder=45), KEPT),
        in_outlook("emily", "client", Change(remove=(GUEST,))),
        in_outlook("yusuf", "trip", Change(show_as="oof"), KEPT),
        in_outlook("anna", "apero", Change(title="Apéro zum Jubiläum")),
        in_outlook("yusuf", "lunch", Change(room="Säntis")),
        in_rooms("anna", "retro", Change(title="Retrospektive Q3")),
        in_rooms("marc", "review", Change(at="1 13:15-14:15")),
        in_rooms("anna", "strategy", Change(add=("nina",))),
        in_rooms("sofia", "personal", Change(at="1 11:00-11:45")),
        in_rooms("luc", "clients", Change(room="Pilatus")),
        in_rooms("emily", "delivery", Change(at="1 13:00-18:00")),
        in_rooms("jana", "kickoff", Change(title="Kick-off Nord")),
        in_rooms("nina", "workshop", Change(remove=("tom",))),
        in_outlook("luc", "standup", Change(at="2 08:30-09:00")),
        in_rooms("tom", "daily", Change(add=(GUEST,))),
    ),
)

CHANGED_AGAIN = Round(
    title="And once more, the other way round",
    actions=(
        in_rooms("anna", "budget", Change(at="1 09:30-10:30")),
        in_rooms("marc", "sprint", Change(title="Sprintplanung 12")),
        in_rooms("sofia", "offerte", Change(remove=("emily",))),
        in_rooms("luc", "salary", Change(title="Lohngespräch JN")),
        in_rooms("emily", "client", Change(room="Eiger")),
        in_rooms("yusuf", "trip", HandOver(to="marc")),
        in_rooms("luc", "board", HandOver(to="emily")),
        in_rooms("jana", "maybe", Change(at="3 09:30-10:30")),
        in_rooms("peter", "peters", Change(at="1 14:15-15:00"), HELD),
        in_outlook("anna", "retro", Change(add=("lea", GUEST))),
        in_outlook("marc", "review", Change(private=True)),
        in_outlook("anna", "strategy", Change(room="Pilatus")),
        in_outlook("sofia", "personal", Change(title="Personale, seconda parte")),
        in_outlook("luc", "clients", InviteRoomToo(room="Thames")),
        in_outlook("emily", "delivery", Change(title="Delivery to Thun")),
        in_outlook("jana", "kickoff", TakeRoomOff()),
        in_outlook("nina", "yesterday", Change(title="Gestern, Protokoll"), ALONE),
        in_outlook("tom", "daily", Change(remove=(GUEST,))),
    ),
)

BOTH_AT_ONCE = Round(
    title="Both sides are changed before the service looks",
    before_the_service_looks=True,
    actions=(
        in_outlook("anna", "budget", Change(title="Budget 2027, zweite Lesung")),
        in_rooms("anna", "budget", Change(at="1 09:00-10:00")),
        in_outlook("anna", "retro", Change(at="1 10:30-11:30"), OVERRULED),
        in_rooms("anna", "retro", Change(at="1 11:15-12:15")),
        in_outlook("nina", "workshop", Change(title="Workshop Architektur")),
        in_rooms("nina", "workshop", Change(title="Workshop Datenmodell"), OVERRULED),
        in_outlook("yusuf", "lunch", Change(add=("marc",))),
        in_rooms("yusuf", "lunch", Change(add=("nina",))),
        in_outlook("luc", "standup", Change(title="Stand-up Vertrieb")),
        in_rooms("luc", "standup", Change(room="Thames", at="2 09:00-09:30")),
    ),
)

ANSWERED = Round(
    title="Invitations are answered, secrets told, details set",
    actions=(
        in_outlook("marc", "budget", Answer(word="accept"), ALONE),
        in_outlook("lea", "budget", Answer(word="decline"), ALONE),
        in_outlook("nina", "sprint", Answer(word="tentativelyAccept"), ALONE),
        in_outlook("jana", "workshop", Answer(word="accept"), ALONE),
        in_outlook("marc", "review", Change(private=False)),
        in_outlook("anna", "retro", Change(show_as="tentative"), KEPT),
        in_outlook("sofia", "offerte", Change(reminder=5), KEPT),
        in_rooms("sofia", "personal", Change(remove=("jana",))),
        in_rooms("anna", "apero", Change(at="2 17:30-18:30")),
        in_outlook("emily", "board", Change(title="Board, Q3", at="4 09:30-12:00")),
    ),
)

CANCELLED = Round(
    title="Half of it is cancelled",
    actions=(
        in_rooms("anna", "budget", Cancel()),
        in_outlook("marc", "sprint", Delete()),
        in_outlook("sofia", "offerte", Cancel()),
        in_rooms("luc", "salary", Cancel()),
        in_outlook("emily", "client", Cancel()),
        in_rooms("marc", "trip", Cancel()),
        in_rooms("luc", "clients", Cancel()),
        in_outlook("marc", "review", Delete()),
        in_outlook("jana", "maybe", Delete()),
        in_rooms("peter", "peters", Cancel()),
        in_outlook("jana", "kickoff", Delete(), ALONE),
        in_outlook("peter", "peters outlook", Delete(), ALONE),
    ),
)

BOOKED_AGAIN = Round(
    title="What became free is booked again",
    actions=(
        in_outlook("marc", "second budget", Book(title="Budget IT", at="1 09:00-10:00",
                                                 room="Säntis", people=("anna",))),
        in_rooms("lea", "second sprint", Book(title="Planung", at="1 08:30-09:30", room="Eiger")),
        in_rooms("sofia", "second client", Book(title="Cliente", at="3 10:00-11:00", room="Eiger",
                                                people=("emily",))),
        in_outlook("yusuf", "second trip", Book(title="Fahrt nach Spiez", at="1 08:00-12:00",
                                                room="Firmenwagen 1")),
        in_rooms("jana", "dialog", ThinkAgain(at="1 16:00-17:00", room="Pilatus"), ALONE),
    ),
)  # fmt: skip

THE_DAY = Day(
    (
        BOOKED_IN_ROOMS,
        BOOKED_IN_OUTLOOK,
        CHANGED_ACROSS,
        CHANGED_AGAIN,
        BOTH_AT_ONCE,
        ANSWERED,
        CANCELLED,
        BOOKED_AGAIN,
    )
)
