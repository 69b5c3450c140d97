"""Every placeholder that a mail may use; docs/mails.md explains each (R-802)."""

from core.app.mail.template import Vocabulary

LABELS = (
    "Wort.Anrede",
    "Wort.Ressource",
    "Wort.Zeit",
    "Wort.Titel",
    "Wort.Grund",
    "Wort.WasTun",
    "Wort.Serie",
    "Wort.ReservationOeffnen",
    "Wort.TerminOeffnen",
    "Wort.Fuss",
)
"""Words of the layout; each language has its own."""

RESERVATION = (
    "Reservation.Titel",
    "Reservation.Ressource",
    "Reservation.Zeitraum",
    "Reservation.VorlaufbeginnWochentag",
    "Reservation.VorlaufbeginnDatum",
    "Reservation.VorlaufbeginnZeit",
    "Reservation.NachlaufendeWochentag",
    "Reservation.NachlaufendeDatum",
    "Reservation.NachlaufendeZeit",
)
LINKS = ("Reservation.Link", "Termin.Link")
SERIES = (
    "Ressourcenbezeichnung",
    "Von Wochentag",
    "Von Datum/Zeit",
    "Bis Wochentag",
    "Bis Datum/Zeit",
)

SENTENCE = Vocabulary(words=frozenset({*RESERVATION, "Empfaenger.Name"}))
"""What the sentences of a language file may say of the booking."""

REASON = Vocabulary(words=frozenset({*SERIES, "Antwort"}))
"""What a reason may say of the one resource and time that it is about."""

MAIL = Vocabulary(
    words=frozenset(
        {
            *LABELS,
            *RESERVATION,
            *LINKS,
            "Sprache",
            "Empfaenger.Name",
            "Ereignis",
            "Ereignis.Titel",
            "Empfehlung",
        }
    ),
    flags=frozenset(
        {
            "BetrifftGanzeSerie",
            "MitName",
            "MitTitel",
            "MitZeit",
            "MitReservationLink",
            "MitTerminLink",
        }
    ),
    repeats={
        "SynchronisationValidierung": frozenset({"Validierungsfehler"}),
        "SerieReservationen": frozenset(SERIES),
    },
)
"""What title and body may say."""
