"""The fields of a calendar item by FieldURI, in the order in which the schema wants them."""

from devstack.exchange.ews import ids
from devstack.exchange.ews.item_parts import (
    BUSY,
    CLASSES,
    RESPONSES,
    TYPES,
    Shown,
    body,
    categories,
    deleted,
    duration,
    edge,
    instant,
    modified,
    organizer,
    people,
    recurrence,
    state,
    text,
    truth,
    uid,
    zone,
)
from devstack.exchange.ews.soap import t
from devstack.exchange.model.values import AttendeeKind

FIELDS: dict[str, Shown] = {
    "item:ParentFolderId": lambda item, view: t(
        "ParentFolderId", Id=ids.folder_id(view.mailbox, item.folder), ChangeKey="AgAAAA=="
    ),
    "item:ItemClass": text("ItemClass", lambda i: CLASSES.get(i.kind, "IPM.Appointment")),
    "item:Subject": text("Subject", lambda i: i.content.subject),
    "item:Sensitivity": text("Sensitivity", lambda i: i.content.sensitivity.value.capitalize()),
    "item:Body": body,
    "item:DateTimeReceived": instant("DateTimeReceived", lambda i: i.created),
    "item:Size": lambda item, _: t("Size", str(2000 + len(item.content.body))),
    "item:Categories": categories,
    "item:Importance": text("Importance", lambda i: i.content.importance.value.capitalize()),
    "item:IsSubmitted": truth("IsSubmitted", lambda _: False),
    "item:IsDraft": truth("IsDraft", lambda _: False),
    "item:IsFromMe": truth("IsFromMe", lambda _: False),
    "item:IsResend": truth("IsResend", lambda _: False),
    "item:IsUnmodified": truth("IsUnmodified", lambda _: False),
    "item:DateTimeSent": instant("DateTimeSent", lambda i: i.created),
    "item:DateTimeCreated": instant("DateTimeCreated", lambda i: i.created),
    "item:ReminderDueBy": instant("ReminderDueBy", lambda i: i.content.start.instant),
    "item:ReminderIsSet": truth("ReminderIsSet", lambda i: i.private.is_reminder_on),
    "item:ReminderMinutesBeforeStart": text(
        "ReminderMinutesBeforeStart", lambda i: str(i.private.reminder_minutes)
    ),
    "item:HasAttachments": truth("HasAttachments", lambda _: False),
    "item:Culture": text("Culture", lambda _: "en-US"),
    "item:LastModifiedTime": instant("LastModifiedTime", lambda i: i.modified),
    "calendar:UID": uid,
    "calendar:RecurrenceId": instant("RecurrenceId", lambda i: i.original_start),
    "calendar:DateTimeStamp": instant("DateTimeStamp", lambda i: i.modified),
    "calendar:Start": instant("Start", lambda i: i.content.start.instant),
    "calendar:End": instant("End", lambda i: i.content.end.instant),
    "calendar:OriginalStart": instant("OriginalStart", lambda i: i.original_start),
    "calendar:IsAllDayEvent": truth("IsAllDayEvent", lambda i: i.content.is_all_day),
    "calendar:LegacyFreeBusyStatus": text(
        "LegacyFreeBusyStatus", lambda i: BUSY[i.private.show_as]
    ),
    "calendar:Location": text(
        "Location", lambda i: "; ".join(place.display_name for place in i.content.locations)
    ),
    "calendar:IsMeeting": truth("IsMeeting", lambda i: bool(i.attendees) or not i.is_organizer),
    "calendar:IsCancelled": truth("IsCancelled", lambda i: i.is_cancelled),
    "calendar:IsRecurring": truth("IsRecurring", lambda i: i.is_part_of_series),
    "calendar:MeetingRequestWasSent": truth(
        "MeetingRequestWasSent", lambda i: i.is_organizer and i.was_sent
    ),
    "calendar:IsResponseRequested": truth(
        "IsResponseRequested", lambda i: i.content.response_requested
    ),
    "calendar:CalendarItemType": text("CalendarItemType", lambda i: TYPES[i.kind]),
    "calendar:MyResponseType": text("MyResponseType", lambda i: RESPONSES[i.answer.kind]),
    "calendar:Organizer": organizer,
    "calendar:RequiredAttendees": people("RequiredAttendees", AttendeeKind.REQUIRED),
    "calendar:OptionalAttendees": people("OptionalAttendees", AttendeeKind.OPTIONAL),
    "calendar:Resources": people("Resources", AttendeeKind.RESOURCE),
    "calendar:Duration": duration,
    "calendar:AppointmentReplyTime": instant("AppointmentReplyTime", lambda i: i.answer.at),
    "calendar:AppointmentSequenceNumber": text(
        "AppointmentSequenceNumber", lambda i: str(max(0, i.time_revision - 1))
    ),
    "calendar:AppointmentState": state,
    "calendar:Recurrence": recurrence,
    "calendar:FirstOccurrence": edge("FirstOccurrence", is_last=False),
    "calendar:LastOccurrence": edge("LastOccurrence", is_last=True),
    "calendar:ModifiedOccurrences": modified,
    "calendar:DeletedOccurrences": deleted,
    "calendar:StartTimeZone": zone("StartTimeZone", lambda i: i.content.start),
    "calendar:EndTimeZone": zone("EndTimeZone", lambda i: i.content.end),
    "calendar:AllowNewTimeProposal": truth(
        "AllowNewTimeProposal", lambda i: i.content.allow_new_time_proposals
    ),
    "calendar:IsOnlineMeeting": truth(
        "IsOnlineMeeting", lambda i: i.content.online_meeting_url is not None
    ),
}
BULKY = frozenset(
    [
        "item:Body",
        "calendar:RequiredAttendees",
        "calendar:OptionalAttendees",
        "calendar:Resources",
        "calendar:Recurrence",
        "calendar:FirstOccurrence",
        "calendar:LastOccurrence",
        "calendar:ModifiedOccurrences",
        "calendar:DeletedOccurrences",
    ]
)
"""Not columns of a folder: FindItem refuses them, a sync answer may lack them."""
DEFAULT = frozenset(
    [
        "item:Subject",
        "item:HasAttachments",
        "calendar:Start",
        "calendar:End",
        "calendar:LegacyFreeBusyStatus",
        "calendar:Location",
        "calendar:Organizer",
        "calendar:CalendarItemType",
        "calendar:IsCancelled",
    ]
)
"""The fields of the shape `Default`."""
# In the schema the extended properties stand between these two.
BEFORE_PROPERTIES = "item:HasAttachments"
