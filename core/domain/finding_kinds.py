"""Every kind of finding there is, and how much each matters; all others are warnings."""

from enum import StrEnum


class FindingKind(StrEnum):
    """What can be found. A kind has one text per language, and the same facts wherever it is."""

    # Settings against themselves: who is to be synced.
    NO_ADDRESS = "no_address"
    O365 = "o365"
    URL_UNUSED = "url_unused"
    SYNC_URL = "sync_url"
    UNKNOWN_ENVIRONMENT = "unknown_environment"
    MISSING_ENVIRONMENT = "missing_environment"
    OUTSIDE = "outside"
    ASSIGNED_ELSEWHERE = "assigned_elsewhere"
    DOMAIN_ELSEWHERE = "domain_elsewhere"
    SHARED_MAILBOX = "shared_mailbox"
    FOREIGN_ALIAS = "foreign_alias"
    UNKNOWN_ZONE = "unknown_zone"
    NO_MAILBOX = "no_mailbox"
    UNKNOWN_LANGUAGE = "unknown_language"
    NO_TYPES = "no_types"
    UNKNOWN_TYPE = "unknown_type"
    NO_EXTERNAL_IDENTIFIER = "no_external_identifier"
    OTHER_EXTERNAL_IDENTIFIER = "other_external_identifier"
    LEAD_TIME = "lead_time"
    # Settings against themselves: what concerns everybody.
    EMPTY = "empty"
    GLOBAL_OFF = "global_off"
    NO_DOMAIN = "no_domain"
    SHARED_DOMAIN = "shared_domain"
    NO_DOMAIN_NAME = "no_domain_name"
    NO_CREDENTIALS = "no_credentials"
    CREDENTIALS_OF_OTHER_KIND = "credentials_of_other_kind"
    CREDENTIALS_OF_NOBODY = "credentials_of_nobody"
    CREDENTIALS_MISSPELT = "credentials_misspelt"
    FIELD_TWICE = "field_twice"
    UNKNOWN_ANSWER = "unknown_answer"
    BOOK_AS_NOBODY = "book_as_nobody"
    BOOK_AS_UNSYNCED = "book_as_unsynced"
    NEVER_REACHED = "never_reached"
    UNREADABLE_ROW = "unreadable_row"
    # What Exchange says of mailboxes.
    EXCHANGE_SILENT = "exchange_silent"
    SETTINGS_UNREADABLE = "settings_unreadable"
    UNKNOWN_MAILBOX = "unknown_mailbox"
    UNUSABLE_MAILBOX = "unusable_mailbox"
    ALIAS = "alias"
    MAILBOX_OF_RESOURCE = "mailbox_of_resource"
    MAILBOX_OF_PERSON = "mailbox_of_person"
    MADE_ANEW = "made_anew"
    SHUT_OUT = "shut_out"
    ALL_SHUT_OUT = "all_shut_out"
    SCOPE_UNASKED = "scope_unasked"
    SCOPE_OPEN = "scope_open"
    PROBE_UNKNOWN = "probe_unknown"
    PROBE_USELESS = "probe_useless"
    # What ROOMS says.
    ROOMS_SILENT = "rooms_silent"
    UNKNOWN_PERSON_IN_ROOMS = "unknown_person_in_rooms"
    UNKNOWN_RESOURCE_IN_ROOMS = "unknown_resource_in_rooms"
    INACTIVE_PERSON_IN_ROOMS = "inactive_person_in_rooms"
    INACTIVE_RESOURCE_IN_ROOMS = "inactive_resource_in_rooms"
    OTHER_ADDRESS_OF_PERSON = "other_address_of_person"
    OTHER_ADDRESS_OF_RESOURCE = "other_address_of_resource"
    LEAD_TIME_IN_ROOMS = "lead_time_in_rooms"
    LEAD_TIME_BOOKED = "lead_time_booked"
    ROOMS_LOGIN = "rooms_login"
    ROOMS_AVAILABILITY = "rooms_availability"
    ROOMS_RIGHT = "rooms_right"
    RIGHTS_UNASKED = "rights_unasked"
    # How resource mailboxes process requests.
    NOT_AUTO_ACCEPTING = "not_auto_accepting"
    CONFLICTS_ALLOWED = "conflicts_allowed"
    NO_SERIES = "no_series"
    ONE_CONFLICT = "one_conflict"
    SHORT_WINDOW = "short_window"
    SHORT_MEETINGS = "short_meetings"
    POLICY_UNREAD = "policy_unread"
    POLICIES_DENIED = "policies_denied"
    PROCESSING_UNASKED = "processing_unasked"
    # Whether we are told of changes.
    NEVER_WATCHED = "never_watched"
    WATCH_ENDED = "watch_ended"
    WATCHED_ELSEWHERE = "watched_elsewhere"
    ALL_UNWATCHED = "all_unwatched"
    UNREACHED = "unreached"
    ENVIRONMENT_TELLS_NOTHING = "environment_tells_nothing"
    MAILBOX_TELLS_NOTHING = "mailbox_tells_nothing"
    ROOMS_TELLS_NOTHING = "rooms_tells_nothing"
    WEBHOOK_INSECURE = "webhook_insecure"
    WEBHOOK_FOREIGN = "webhook_foreign"
    WEBHOOK_SILENT = "webhook_silent"
    ROOMS_WEBHOOK = "rooms_webhook"
    SERVERS_UNASKED = "servers_unasked"
    # Mails.
    MAIL_TEXT = "mail_text"
    NO_SENDER = "no_sender"
    MAIL_ENVIRONMENT = "mail_environment"
    SENDER = "sender"
    # Ourselves.
    CLOCK_OFF = "clock_off"
    CLOCK_WRONG = "clock_wrong"
    OUR_CLOCK_OFF = "our_clock_off"
    OUR_CLOCK_WRONG = "our_clock_wrong"
    TABLES = "tables"
    TABLES_FORGET = "tables_forget"
    QUEUES = "queues"
    QUEUE_COUNTS = "queue_counts"
    QUEUE_MISSING = "queue_missing"
    NO_WORKER = "no_worker"
    ENDS_SOON = "ends_soon"
    HAS_ENDED = "has_ended"
    ENDS_UNASKED = "ends_unasked"
    # What keeps a self-test from beginning.
    GONE = "gone"
    OFF = "off"
    ALL_OFF = "all_off"
    UNSYNCED = "unsynced"
    PARKED = "parked"
    STOPPED = "stopped"


ERRORS = frozenset(
    {
        FindingKind.NO_ADDRESS,
        FindingKind.O365,
        FindingKind.SYNC_URL,
        FindingKind.UNKNOWN_ENVIRONMENT,
        FindingKind.MISSING_ENVIRONMENT,
        FindingKind.OUTSIDE,
        FindingKind.ASSIGNED_ELSEWHERE,
        FindingKind.DOMAIN_ELSEWHERE,
        FindingKind.SHARED_MAILBOX,
        FindingKind.NO_EXTERNAL_IDENTIFIER,
        FindingKind.OTHER_EXTERNAL_IDENTIFIER,
        FindingKind.SHARED_DOMAIN,
        FindingKind.NO_DOMAIN_NAME,
        FindingKind.NO_CREDENTIALS,
        FindingKind.CREDENTIALS_OF_OTHER_KIND,
        FindingKind.CREDENTIALS_MISSPELT,
        FindingKind.FIELD_TWICE,
        FindingKind.UNKNOWN_ANSWER,
        FindingKind.BOOK_AS_NOBODY,
        FindingKind.UNREADABLE_ROW,
        FindingKind.EXCHANGE_SILENT,
        FindingKind.UNKNOWN_MAILBOX,
        FindingKind.UNUSABLE_MAILBOX,
        FindingKind.ALIAS,
        FindingKind.MADE_ANEW,
        FindingKind.SHUT_OUT,
        FindingKind.ALL_SHUT_OUT,
        FindingKind.SCOPE_OPEN,
        FindingKind.ROOMS_SILENT,
        FindingKind.UNKNOWN_PERSON_IN_ROOMS,
        FindingKind.UNKNOWN_RESOURCE_IN_ROOMS,
        FindingKind.OTHER_ADDRESS_OF_RESOURCE,
        FindingKind.ROOMS_LOGIN,
        FindingKind.ROOMS_AVAILABILITY,
        FindingKind.WEBHOOK_INSECURE,
        FindingKind.WEBHOOK_FOREIGN,
        FindingKind.WEBHOOK_SILENT,
        FindingKind.MAIL_ENVIRONMENT,
        FindingKind.SENDER,
        FindingKind.CLOCK_WRONG,
        FindingKind.OUR_CLOCK_WRONG,
        FindingKind.TABLES,
        FindingKind.QUEUES,
        FindingKind.QUEUE_MISSING,
        FindingKind.NO_WORKER,
        FindingKind.HAS_ENDED,
        FindingKind.GONE,
        FindingKind.OFF,
        FindingKind.ALL_OFF,
        FindingKind.UNSYNCED,
        FindingKind.PARKED,
        FindingKind.STOPPED,
    }
)
"""Something is not synced, or refused."""

NOTES = frozenset(
    {
        FindingKind.URL_UNUSED,
        FindingKind.UNKNOWN_LANGUAGE,
        FindingKind.GLOBAL_OFF,
        FindingKind.SETTINGS_UNREADABLE,
        FindingKind.SCOPE_UNASKED,
        FindingKind.RIGHTS_UNASKED,
        FindingKind.ONE_CONFLICT,
        FindingKind.SHORT_WINDOW,
        FindingKind.SHORT_MEETINGS,
        FindingKind.POLICY_UNREAD,
        FindingKind.POLICIES_DENIED,
        FindingKind.PROCESSING_UNASKED,
        FindingKind.SERVERS_UNASKED,
        FindingKind.NO_SENDER,
    }
)
"""Good to know; nothing is wrong."""
