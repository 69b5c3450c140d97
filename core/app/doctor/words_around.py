"""Words for what is around the settings: processing, notifications, clocks, ourselves."""

from collections.abc import Mapping

from core.app.doctor.text import Text
from core.domain.finding import ADDRESS
from core.domain.finding_kinds import FindingKind as Kind

SET = f"Set-CalendarProcessing -Identity {ADDRESS}"

UNTOLD = "DeleteSubject,AddOrganizerToSubject,RemovePrivateProperty,DeleteComments"
"""What mailboxes do to the entries themselves; no API of ours tells it."""

_DECIDE = "decide whether that is meant; the command changes it"
_CARE = "subscriptions are cared for every 15 minutes; if it stays so, the log says why"
_REACH = (
    "see that ROOMSYNC_WEBHOOK_BASE_URL is the address of this app up to and without /graph, and"
    " that DNS, certificate and firewall let Exchange and ROOMS in"
)
_SILENT = "can Exchange reach us? `roomsync selftest` tells; docs/triggers.md, «silent»"
_CURL = "curl -i -X POST '{url}'"
_NTP = "w32tm /query /status"
_ROLE = (
    "az role assignment create --assignee-object-id <identity of the app>"
    " --assignee-principal-type ServicePrincipal --role '%s' --scope <id of the %s>"
)
_BUS = _ROLE % ("Azure Service Bus Data Owner", "namespace")

_ROTATE = (
    "make a new one where it belongs (Entra, ROOMS, the tenant), put it into the vault with its new"
    " end, and restart the app: docs/operations.md, «Rotation»"
)
_ENDS = (
    "az keyvault secret list --vault-name <vault>"
    " --query '[].{{name:name, ends:attributes.expires}}' -o table"
)

AROUND: Mapping[Kind, Text] = {
    Kind.NOT_AUTO_ACCEPTING: Text(
        "its mailbox does not answer requests by itself, so meetings stay unanswered there",
        _DECIDE,
        f"{SET} -AutomateProcessing AutoAccept",
    ),
    Kind.CONFLICTS_ALLOWED: Text(
        "its mailbox accepts two meetings at once: only ROOMS refuses the second one",
        _DECIDE,
        f"{SET} -AllowConflicts $false",
    ),
    Kind.NO_SERIES: Text(
        "its mailbox declines all series, those booked in ROOMS, too",
        _DECIDE,
        f"{SET} -AllowRecurringMeetings $true",
    ),
    Kind.ONE_CONFLICT: Text(
        "its mailbox declines a whole series for one date that is taken",
        _DECIDE,
        f"{SET} -ConflictPercentageAllowed 100 -MaximumConflictInstances 100",
    ),
    Kind.SHORT_WINDOW: Text(
        "its mailbox takes bookings for {days} days; ROOMS and the sync for more",
        _DECIDE,
        SET + " -BookingWindowInDays {wanted}",
    ),
    Kind.SHORT_MEETINGS: Text(
        "its mailbox declines what is longer than {minutes} minutes",
        _DECIDE,
        f"{SET} -MaximumDurationInMinutes 1440",
    ),
    Kind.POLICY_UNREAD: Text(
        "how its mailbox processes requests cannot be read ({failure})",
        "its answers decide all the same; look at it yourself",
        f"Get-CalendarProcessing -Identity {ADDRESS} | Format-List",
    ),
    Kind.POLICIES_DENIED: Text(
        "how resource mailboxes process requests may not be read",
        "consent to MailboxConfigItem.Read (on premises: impersonation), or look at it yourself",
        "Get-Mailbox -RecipientTypeDetails RoomMailbox | Get-CalendarProcessing"
        " | Format-List Identity,AutomateProcessing,AllowConflicts,AllowRecurringMeetings,"
        "ConflictPercentageAllowed,MaximumConflictInstances,BookingWindowInDays,"
        "MaximumDurationInMinutes",
    ),
    Kind.PROCESSING_UNASKED: Text(
        "whether resource mailboxes delete subjects or the private flag cannot be asked: the sync"
        " reads both from the organizer's copy alone, panels at the door do not",
        "look at it with the command; False in all four shows entries as they were made",
        "Get-Mailbox -RecipientTypeDetails RoomMailbox,EquipmentMailbox"
        f" | Get-CalendarProcessing | Format-Table Identity,{UNTOLD}",
    ),
    Kind.NEVER_WATCHED: Text(
        "no subscription watches its mailbox: changes are found by asking only", _CARE
    ),
    Kind.WATCH_ENDED: Text(
        "its subscription ended at {at} UTC: changes are found by asking", _CARE
    ),
    Kind.WATCHED_ELSEWHERE: Text(
        "its subscription calls another address than ROOMSYNC_WEBHOOK_BASE_URL says", _CARE
    ),
    Kind.ALL_UNWATCHED: Text(
        "none of its {number} mailboxes is watched: changes are found by asking only",
        "subscriptions are cared for every 15 minutes: see that timers and queue triggers run and"
        " that Exchange reaches our webhook; the log says why a subscription was not granted",
    ),
    Kind.UNREACHED: Text(
        "the subscription is in order, so Exchange has not reached us",
        "`roomsync doctor` asks our address from here; look at what lies between Exchange and it"
        " (firewall, certificate, DNS)",
        "roomsync doctor",
    ),
    Kind.ENVIRONMENT_TELLS_NOTHING: Text(
        "tells nobody of us of changes; it is asked more often until it does", _SILENT
    ),
    Kind.MAILBOX_TELLS_NOTHING: Text(
        "changes in its mailbox are told by nobody; it is asked more often until they are",
        _SILENT,
        f"roomsync selftest {ADDRESS}",
    ),
    Kind.ROOMS_TELLS_NOTHING: Text(
        "its webhook tells nothing any more; ROOMS is asked three times a minute",
        "check what sends it: docs/triggers.md, «silent»",
    ),
    Kind.WEBHOOK_INSECURE: Text(
        "our webhooks are not behind TLS: Exchange Online calls none such", _REACH
    ),
    Kind.WEBHOOK_FOREIGN: Text(
        "our webhook answers {status} in place of the validation token: something else is there,"
        " or between",
        _REACH,
        _CURL,
    ),
    Kind.WEBHOOK_SILENT: Text("our webhook does not answer from here: {error}", _REACH, _CURL),
    Kind.ROOMS_WEBHOOK: Text(
        "the webhook of ROOMS answers an unsigned call with {status} in place of 401",
        _REACH,
        _CURL,
    ),
    Kind.SERVERS_UNASKED: Text(
        "whether the Exchange servers on premises reach us cannot be asked from here",
        "run the command on one of them; `roomsync selftest` proves it for a mailbox",
        "Test-NetConnection {host} -Port {port}",
    ),
    Kind.CLOCK_OFF: Text(
        "the clock of {clock} differs from ours by {seconds} s",
        "set the clock by NTP: see which of them is wrong",
        _NTP,
    ),
    Kind.CLOCK_WRONG: Text(
        "the clock of {clock} differs from ours by {seconds} s: tokens and signatures are refused",
        "set the clock by NTP: see which of them is wrong",
        _NTP,
    ),
    Kind.OUR_CLOCK_OFF: Text(
        "our clock is wrong, probably: all others differ from it ({clocks})",
        "set the clock by NTP",
        _NTP,
    ),
    Kind.OUR_CLOCK_WRONG: Text(
        "our clock is wrong, probably: all others differ from it ({clocks}); tokens and signatures"
        " are refused",
        "set the clock by NTP",
        _NTP,
    ),
    Kind.TABLES: Text(
        "our tables cannot be written to: {error}",
        "give the identity of the app the role on the storage account",
        _ROLE % ("Storage Table Data Contributor", "storage account"),
    ),
    Kind.TABLES_FORGET: Text(
        "what is written to our tables is not read again: another run of the doctor, or worse",
        "run the doctor again, alone",
        "roomsync doctor",
    ),
    Kind.QUEUES: Text(
        "nothing can be queued: {error}",
        "see that the namespace has the queues, and give the identity of the app the role",
        _BUS,
    ),
    Kind.QUEUE_COUNTS: Text(
        "how much lies in the queues cannot be told: {error}",
        "give the identity of the app the role; without it backlogs are not seen",
        _BUS,
    ),
    Kind.QUEUE_MISSING: Text(
        "the queue {queue} is not there",
        "create the queues as docs say: devstack/bus/queues.py has their properties",
        "az servicebus queue show --namespace-name <namespace> -g <group> --name {queue}",
    ),
    Kind.NO_WORKER: Text(
        "nobody works on the queues since {minutes} minutes, so nothing is synced (R-002)",
        "see that the app runs with its timers and queue triggers",
        "az functionapp show --name <app> -g <group> --query state",
    ),
    Kind.ENDS_SOON: Text(
        "the secret or certificate {secret} ends in {days} days, at {at} UTC: from then on whatever"
        " it opens is refused",
        _ROTATE,
        _ENDS,
    ),
    Kind.HAS_ENDED: Text(
        "the secret or certificate {secret} ended at {at} UTC: whatever it opens is refused",
        _ROTATE,
        _ENDS,
    ),
    Kind.ENDS_UNASKED: Text(
        "when secrets of the vault end cannot be told: {error}",
        "give whoever asks (the app; on the command line yourself) the role on the vault, and a way"
        " to it where it is private; without it nobody warns before a secret ends",
        _ROLE % ("Key Vault Secrets User", "vault"),
    ),
    Kind.PARKED: Text(
        "{scope} is parked, as it does not answer: {error}",
        "it is asked again by itself; `roomsync release` lets it go on at once",
        "roomsync release {scope}",
    ),
    Kind.STOPPED: Text(
        "the mailbox was stopped: too much was created, cancelled or lost in it",
        "find out why, then `roomsync release`",
        "roomsync release {scope}",
    ),
}
