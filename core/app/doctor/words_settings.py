"""Words for what is wrong with the settings as they are, and with mails."""

from collections.abc import Mapping

from core.app.doctor.text import Text
from core.domain.finding_kinds import FindingKind as Kind

SETTINGS: Mapping[Kind, Text] = {
    Kind.NO_ADDRESS: Text(
        "is to be synced and has no mail address",
        "set the primary address of its mailbox, or the mode to None (R-036)",
    ),
    Kind.O365: Text(
        "has the mode O365, EWS at Exchange Online: Microsoft blocks it since October 2026 and"
        " removes it in April 2027, so it is not synced, and never read as Graph (R-011)",
        "confirm that the mailbox is in Exchange Online: set the mode to Microsoft365",
    ),
    Kind.URL_UNUSED: Text(
        "has a sync URL, which {mode} does not use (R-021)",
        "take it out",
    ),
    Kind.SYNC_URL: Text(
        "the sync URL {fault}",
        "correct it, take it out, or name its host in {setting} (R-021)",
    ),
    Kind.UNKNOWN_ENVIRONMENT: Text(
        "is assigned to {environment!r}, which is no environment of the settings",
        "correct `environment`, or import that environment",
    ),
    Kind.MISSING_ENVIRONMENT: Text(
        "is no environment of the settings, and {number} mailboxes are assigned to it",
        "import that environment, or correct `environment` of these persons and resources",
    ),
    Kind.OUTSIDE: Text(
        "the mail domain belongs to no environment (R-043)",
        "add the domain to an environment, assign one, or set the mode to None",
    ),
    Kind.ASSIGNED_ELSEWHERE: Text(
        "has the mode {mode}, which needs an environment of kind {wanted}, but is assigned to one"
        " of kind {other}",
        "set the mode that fits where the mailbox is, or correct its environment (R-011)",
    ),
    Kind.DOMAIN_ELSEWHERE: Text(
        "has the mode {mode}, which needs an environment of kind {wanted}, but the domain lives in"
        " one of kind {other}",
        "set the mode that fits where the mailbox is, or correct its environment (R-011)",
    ),
    Kind.SHARED_MAILBOX: Text(
        "has the mailbox of {mailbox}, so it is not synced",
        "give each its own mailbox, or set the mode of one to None",
    ),
    Kind.FOREIGN_ALIAS: Text(
        "has an alias that is the address of {mailbox}",
        "take the alias out",
    ),
    Kind.UNKNOWN_ZONE: Text(
        "has a time zone that nobody knows; UTC is used",
        "set an IANA name such as Europe/Zurich",
    ),
    Kind.NO_MAILBOX: Text(
        "is to be synced, but the settings say that there is no mailbox",
        "set the mode to None, or mailbox to true",
    ),
    Kind.UNKNOWN_LANGUAGE: Text(
        "has a language in which no mails are written",
        "use {languages}",
    ),
    Kind.NO_TYPES: Text(
        "no resource type is ticked, so none of the bookings is synced (R-030)",
        "tick resource types, or set the mode to None",
    ),
    Kind.UNKNOWN_TYPE: Text(
        "no resource is of the type {types} (R-030)",
        "write the type as the resources have it",
    ),
    Kind.NO_EXTERNAL_IDENTIFIER: Text(
        "has no External Identifier beside its e-mail address, so it is not synced (R-020)",
        "write the primary address of the mailbox into both, in ROOMS and here",
    ),
    Kind.OTHER_EXTERNAL_IDENTIFIER: Text(
        "has an External Identifier other than its e-mail address, so it is not synced (R-020)",
        "write the primary address of the mailbox into both, in ROOMS and here",
    ),
    Kind.LEAD_TIME: Text(
        "has lead time {lead} and follow-up time {follow_up} min, which a synced resource cannot"
        " have (R-410)",
        "set both to 0 in ROOMS, or the policy lead_follow_up to holds (D8); what is booked already"
        " keeps its times until it is saved there (R-412)",
    ),
    Kind.EMPTY: Text(
        "nobody and nothing is in the settings",
        "import persons and resources: docs/settings.md",
        "roomsync settings import <file>",
    ),
    Kind.GLOBAL_OFF: Text(
        "resource sync is off; {number} resources wait for it (R-001)",
        "set global_sync_enabled when the resources are to be synced",
    ),
    Kind.NO_DOMAIN: Text(
        "has no mail domain, and nobody is assigned to it",
        "name its mail domains",
    ),
    Kind.SHARED_DOMAIN: Text(
        "the domain {domain} belongs to another environment, too",
        "leave it in one of them (R-043)",
    ),
    Kind.NO_DOMAIN_NAME: Text(
        "{domain} is no whole mail domain",
        "write the part after the @, without wildcards (R-043)",
    ),
    Kind.NO_CREDENTIALS: Text(
        "cannot be reached: whoever lives there is parked",
        "add it to {setting}: docs/environments.md",
    ),
    Kind.CREDENTIALS_OF_OTHER_KIND: Text(
        "is of the kind {kind_here}, and its credentials are in {setting}",
        "correct the kind in the settings file, or move the credentials",
    ),
    Kind.CREDENTIALS_OF_NOBODY: Text(
        "has credentials, but is not in the settings",
        "import the environment, or take it out of {setting}",
    ),
    Kind.CREDENTIALS_MISSPELT: Text(
        "the credentials are under a name in another spelling and are not used",
        "write the name in {setting} as in the settings",
    ),
    Kind.FIELD_TWICE: Text(
        "the custom field {field!r} is to carry two things",
        "give each its own field in ROOMS",
    ),
    Kind.UNKNOWN_ANSWER: Text(
        "has a value that nobody knows",
        "set it to {values} or book_as:<mail of a person>",
    ),
    Kind.BOOK_AS_NOBODY: Text(
        "names nobody who is in the settings",
        "name a person of the settings after book_as:",
    ),
    Kind.BOOK_AS_UNSYNCED: Text(
        "names {mailbox}, who is not synced",
        "switch that person's sync on, or name another one",
    ),
    Kind.NEVER_REACHED: Text(
        "is never reached: the sync of an item stops before",
        "make it at most stop_after_failed_attempts (R-009, R-702)",
    ),
    Kind.UNREADABLE_ROW: Text(
        "{issue}",
        "import the settings again",
        "roomsync settings import <file>",
    ),
    Kind.MAIL_TEXT: Text(
        "a mail text of yours is not used: {fault}",
        "correct it and restart the app; roomsync mail preview shows the mails",
        "roomsync mail preview",
    ),
    Kind.NO_SENDER: Text(
        "nobody is told by mail when something cannot be booked",
        "set ROOMSYNC_MAIL_SENDER: docs/mails.md",
    ),
    Kind.MAIL_ENVIRONMENT: Text("{why}", "correct it"),
    Kind.SENDER: Text(
        "the mailbox that mails are sent from cannot be opened: {error}",
        "check ROOMSYNC_MAIL_SENDER, and Mail.Send and Mail.Read for it: docs/mails.md",
    ),
    Kind.GONE: Text(
        "is not in the settings",
        "import it: `roomsync settings import`",
        "roomsync settings import <file>",
    ),
    Kind.OFF: Text(
        "is not to be synced: its mode is None, or its sync is switched off (R-036)",
        "switch it on in the settings",
    ),
    Kind.ALL_OFF: Text(
        "resources are not synced: the global switch is off (R-001)",
        "set global_sync_enabled",
    ),
    Kind.UNSYNCED: Text(
        "is not synced as the settings are",
        "`roomsync doctor` says why",
        "roomsync doctor",
    ),
}
