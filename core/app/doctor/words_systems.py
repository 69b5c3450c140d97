"""Words for what Exchange and ROOMS say of mailboxes, persons and resources."""

from collections.abc import Mapping

from core.app.doctor.text import Text
from core.domain.finding import ADDRESS
from core.domain.finding_kinds import FindingKind as Kind

SHOW_SCOPE = {
    "graph": f"Test-ServicePrincipalAuthorization -Identity <application id> -Resource {ADDRESS}",
    "ews": "Get-ManagementRoleAssignment -Role ApplicationImpersonation"
    " | Format-List RoleAssigneeName,CustomRecipientWriteScope,RecipientWriteScope",
}
"""How to see whom we may open, in the shell of Exchange."""

_NEW_SCOPE = (
    "New-ManagementScope -Name RoomSync -RecipientRestrictionFilter"
    " \"MemberOfGroup -eq '<distinguished name of the group of synced mailboxes>'\""
)

LIMIT_SCOPE = {
    "graph": f"{_NEW_SCOPE}; New-ManagementRoleAssignment -App <application id>"
    " -Role 'Application Calendars.ReadWrite' -CustomResourceScope RoomSync",
    "ews": f"{_NEW_SCOPE}; New-ManagementRoleAssignment -Role ApplicationImpersonation"
    " -User <account> -CustomRecipientWriteScope RoomSync",
}
"""How to keep all others out of reach."""

_INTO_SCOPE = (
    "take it into the scope of the application; of Graph see that Calendars.ReadWrite is"
    " consented to"
)

SYSTEMS: Mapping[Kind, Text] = {
    Kind.EXCHANGE_SILENT: Text(
        "Exchange could not be asked about mailboxes: {error}",
        "check its credentials (of Graph also consent and User.Read.All), then run the doctor"
        " again; nothing else is told of its mailboxes until then",
        "roomsync doctor",
    ),
    Kind.SETTINGS_UNREADABLE: Text(
        "whether mailboxes are licensed cannot be told: mailbox settings may not be read",
        "consent to MailboxSettings.Read; on premises: let the account impersonate them",
    ),
    Kind.UNKNOWN_MAILBOX: Text(
        "Exchange does not know the address",
        "correct the address, or set the mode to None",
        f"Get-Recipient -Identity {ADDRESS}",
    ),
    Kind.UNUSABLE_MAILBOX: Text(
        "the mailbox has no licence, is deleted or lies elsewhere",
        "license it in Exchange, or set the mode to None",
        f"Get-Recipient -Identity {ADDRESS} | Format-List RecipientTypeDetails",
    ),
    Kind.ALIAS: Text(
        "the address is only an alias in Exchange (R-023)",
        "write the primary address, in ROOMS and here",
        f"Get-Recipient -Identity {ADDRESS} | Format-List PrimarySmtpAddress,EmailAddresses",
    ),
    Kind.MAILBOX_OF_RESOURCE: Text("the mailbox is one of a resource", "check the address"),
    Kind.MAILBOX_OF_PERSON: Text("the mailbox is one of a person", "check the address"),
    Kind.MADE_ANEW: Text(
        "the mailbox was deleted and made anew: the events of its links are gone (S36)",
        "import it with synced_since of now, so that nothing is cancelled; then `roomsync release`",
    ),
    Kind.SHUT_OUT: Text("its calendar does not open to us: {error}", _INTO_SCOPE, SHOW_SCOPE),
    Kind.ALL_SHUT_OUT: Text(
        "no calendar opens to us, of {number} mailboxes: {error}",
        "see that the credentials are valid and, of Graph, that Calendars.ReadWrite is consented"
        " to; then look at the scope of the application",
        SHOW_SCOPE,
    ),
    Kind.SCOPE_UNASKED: Text(
        "whether other mailboxes are out of our reach was not asked",
        "name one that must be in ROOMSYNC_PROBE_ADDRESSES, or look at the scope yourself",
        SHOW_SCOPE,
    ),
    Kind.SCOPE_OPEN: Text(
        "a mailbox that must be out of reach opens to us: we may read and write calendars that are"
        " none of our business",
        "limit the scope to the synced mailboxes; it takes effect within two hours",
        LIMIT_SCOPE,
    ),
    Kind.PROBE_UNKNOWN: Text(
        "is named in ROOMSYNC_PROBE_ADDRESSES and is no environment of the settings",
        "correct its name there",
    ),
    Kind.PROBE_USELESS: Text(
        "the mailbox of ROOMSYNC_PROBE_ADDRESSES does not exist: it proves nothing",
        "name a mailbox that exists and must be out of reach",
    ),
    Kind.ROOMS_SILENT: Text(
        "ROOMS could not be asked about persons and resources: {error}",
        "check address, API key and the rights of its user",
    ),
    Kind.UNKNOWN_PERSON_IN_ROOMS: Text(
        "ROOMS does not know this number",
        "correct rooms_id, or remove the person",
    ),
    Kind.UNKNOWN_RESOURCE_IN_ROOMS: Text(
        "ROOMS does not know this number, or hides the resource from us",
        "correct rooms_id, or give the API user the right to see it",
    ),
    Kind.INACTIVE_PERSON_IN_ROOMS: Text(
        "is inactive in ROOMS",
        "set the mode to None, or activate the person in ROOMS (R-105)",
    ),
    Kind.INACTIVE_RESOURCE_IN_ROOMS: Text(
        "ROOMS does not offer it: it is inactive or hidden from us (R-024)",
        "set active to false here, or activate it in ROOMS",
    ),
    Kind.OTHER_ADDRESS_OF_PERSON: Text(
        "has another e-mail address in ROOMS",
        "write the primary address of the mailbox into both (R-030)",
    ),
    Kind.OTHER_ADDRESS_OF_RESOURCE: Text(
        "has another e-mail address in ROOMS (R-020)",
        "write the primary address of the mailbox into both",
    ),
    Kind.LEAD_TIME_IN_ROOMS: Text(
        "has lead time {lead} and follow-up time {follow_up} min in ROOMS, which a synced resource"
        " cannot have (R-410)",
        "set both to 0 in ROOMS, or the policy lead_follow_up to holds (D8)",
    ),
    Kind.LEAD_TIME_BOOKED: Text(
        "is synced; bookings of the next {days} days that have lead or follow-up time in ROOMS:"
        " {number} (R-410)",
        "see in ROOMS whether it is set to be synced, then save these bookings there (R-412)",
    ),
    Kind.ROOMS_LOGIN: Text(
        "does not let us in: {error}",
        "check ROOMSYNC_ROOMS_API_KEY and, where there is one, the login before it",
    ),
    Kind.ROOMS_AVAILABILITY: Text(
        "does not tell us whether a resource is free: {error}",
        "give the API user the right to see the resources' bookings",
    ),
    Kind.ROOMS_RIGHT: Text(
        "has lately refused something because our user lacks the right",
        "give the API user that right; the console's list says which booking it was",
    ),
    Kind.RIGHTS_UNASKED: Text(
        "its API does not tell the rights of our user, and nothing is booked to find out",
        "in ROOMS, look at the user's role, for every location with synced resources: book for"
        " others, book definitively, quick bookings, private bookings, edit and cancel those of"
        " others",
    ),
}
