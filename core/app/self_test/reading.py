"""What a self-test says, in words: each step, and what its whole means (R-882)."""

from enum import StrEnum

from core.app.doctor import wording
from core.domain.self_test import Said, SelfTest, SelfTestStep, StepResult, StepState

type Texts = dict[str, str]


class Reading(StrEnum):
    """What a run means (R-882)."""

    RUNNING = "running"
    ALL = "all"
    """Every step was green."""
    NO_CONNECTION = "no_connection"
    """Not even the entry could be made."""
    NO_CHANGE = "no_change"
    """It was made and could not be changed."""
    ONLY_POLLED = "only_polled"
    """Changes are found by asking, and told by nobody."""
    NO_NOTIFICATION = "no_notification"
    """The change was neither told nor found."""
    NOT_CLEANED = "not_cleaned"
    ROOMS = "rooms"
    INTERRUPTED = "interrupted"


STEPS: dict[SelfTestStep, Texts] = {
    SelfTestStep.CONFIGURATION: {
        "en": "check the configuration",
        "de": "Konfiguration prüfen",
    },
    SelfTestStep.CREATE: {
        "en": "create a test entry in the calendar",
        "de": "Testeintrag im Kalender anlegen",
    },
    SelfTestStep.CHANGE: {
        "en": "change the test entry in the calendar",
        "de": "Testeintrag im Kalender ändern",
    },
    SelfTestStep.NOTIFICATION: {
        "en": "wait for the change notification",
        "de": "auf die Änderungsmeldung warten",
    },
    SelfTestStep.DELETE: {
        "en": "delete the test entry",
        "de": "Testeintrag löschen",
    },
    SelfTestStep.ROOMS: {
        "en": "what ROOMS shows of the resource",
        "de": "was ROOMS von der Ressource zeigt",
    },
}

SAID: dict[Said, Texts] = {
    Said.NOT_IN_ORDER: {"en": "not in order", "de": "nicht in Ordnung"},
    Said.REFUSED: {"en": "it failed", "de": "fehlgeschlagen"},
    Said.BY_PUSH: {"en": "seen by push", "de": "gemeldet (Push)"},
    Said.BY_POLL: {
        "en": "found by asking only, told by nobody",
        "de": "nur durch Nachfragen gefunden, nicht gemeldet",
    },
    Said.UNSEEN: {
        "en": "neither told nor found by asking",
        "de": "weder gemeldet noch durch Nachfragen gefunden",
    },
    Said.INTERRUPTED: {
        "en": "whoever worked on it was gone",
        "de": "unterbrochen: der Prozess war weg",
    },
    Said.LEFT_BEHIND: {
        "en": "it is still there; it is tried again by itself every hour, then every day",
        "de": "er ist noch da; es wird stündlich, dann täglich von selbst wieder versucht",
    },
    Said.BOOKED: {
        "en": "it has a booking where the test entry was: tell the makers",
        "de": "dort ist eine Buchung, wo der Testeintrag war: den Herstellern melden",
    },
}

READINGS: dict[Reading, Texts] = {
    Reading.RUNNING: {"en": "The test runs.", "de": "Der Test läuft."},
    Reading.ALL: {
        "en": "All green: the connection is fine, the sync is set up as it must be.",
        "de": "Alles grün: die Verbindung steht, die Synchronisation ist richtig eingerichtet.",
    },
    Reading.NO_CONNECTION: {
        "en": "Connection or configuration: correct what is said above. With Graph look at consent"
        " and mailbox scope, on premises at the account's impersonation; `roomsync doctor` asks for"
        " all of it.",
        "de": "Verbindung oder Konfiguration: beheben, was oben steht. Bei Graph Zustimmung und"
        " erlaubte Postfächer prüfen, lokal die Impersonation des Kontos; die Seite «Zustand»"
        " fragt das alles ab.",
    },
    Reading.NO_CHANGE: {
        "en": "The calendar takes new entries and no changes: look at the rights"
        " (Calendars.ReadWrite; on premises ApplicationImpersonation), then at the subscription.",
        "de": "Der Kalender nimmt Einträge an, aber keine Änderungen: Rechte prüfen"
        " (Calendars.ReadWrite; lokal ApplicationImpersonation), dann das Abonnement.",
    },
    Reading.ONLY_POLLED: {
        "en": "Subscription: the calendar is reached, and nobody tells us of changes. The sync goes"
        " on by asking every five minutes. Look at webhook, subscription and worker:"
        " `roomsync doctor`.",
        "de": "Abonnement: der Kalender ist erreichbar, aber niemand meldet Änderungen. Die"
        " Synchronisation läuft mit Nachfragen alle fünf Minuten weiter. Webhook, Abonnement und"
        " Worker prüfen: Seite «Zustand».",
    },
    Reading.NO_NOTIFICATION: {
        "en": "The change was written and nobody shows it: look at the health of Exchange, then"
        " test again.",
        "de": "Die Änderung wurde geschrieben und ist nirgends zu sehen: Zustand von Exchange"
        " prüfen, dann erneut testen.",
    },
    Reading.NOT_CLEANED: {
        "en": "All works, but the test entry could not be deleted. It is tried again by itself;"
        " it lies in ten years and hinders nobody.",
        "de": "Alles geht, nur der Testeintrag liess sich nicht löschen. Es wird von selbst wieder"
        " versucht; er liegt in zehn Jahren und stört niemanden.",
    },
    Reading.ROOMS: {
        "en": "Exchange is fine. ROOMS is not: see above.",
        "de": "Exchange ist in Ordnung, ROOMS nicht: siehe oben.",
    },
    Reading.INTERRUPTED: {
        "en": "The run was interrupted and cleaned up; test again.",
        "de": "Der Lauf wurde unterbrochen und aufgeräumt; bitte erneut testen.",
    },
}

_BY_STEP = {
    SelfTestStep.CONFIGURATION: Reading.NO_CONNECTION,
    SelfTestStep.CREATE: Reading.NO_CONNECTION,
    SelfTestStep.CHANGE: Reading.NO_CHANGE,
    SelfTestStep.NOTIFICATION: Reading.NO_NOTIFICATION,
    SelfTestStep.DELETE: Reading.NOT_CLEANED,
    SelfTestStep.ROOMS: Reading.ROOMS,
}


def reading_of(test: SelfTest) -> Reading:
    """Return what a run means; the first step that is not green decides."""
    bad = test.failed
    if bad is None:
        return Reading.ALL if test.is_over else Reading.RUNNING
    if bad.said is Said.INTERRUPTED:
        return Reading.INTERRUPTED
    if bad.said is Said.BY_POLL:
        return Reading.ONLY_POLLED
    return _BY_STEP[bad.step]


def reading_text(test: SelfTest, language: str = "en") -> str:
    """Return what a run means and what to do."""
    return in_language(READINGS[reading_of(test)], language)


def step_name(step: SelfTestStep, language: str = "en") -> str:
    """Return what a step does."""
    return in_language(STEPS[step], language)


def step_text(result: StepResult) -> str:
    """Return what a step has to tell, with reasons and what to do, in English; "" if nothing."""
    said = said_text(result)
    why = [f"{wording.what(each)}: {wording.advice(each)}" for each in result.findings]
    told = "; ".join(filter(None, (result.text, *why)))
    return f"{said}: {told}" if said and told else said


def said_text(result: StepResult, language: str = "en") -> str:
    """Return what a step has to tell in short, "" if nothing."""
    if result.state is StepState.SKIPPED or result.said not in SAID:
        return ""
    return in_language(SAID[result.said], language)


def in_language(texts: Texts, language: str) -> str:
    """Return a text in a language, in English where it is not known."""
    return texts.get(language[:2], texts["en"])
