"""How a resource mailbox treats meeting requests: the parameters of Set-CalendarProcessing.

Names and defaults as in graph-calendar 3.4; a world file may set every one of them.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal


class ProcessingPolicy(BaseModel):
    """The settings of one resource mailbox; unknown names are refused.

    Accepted without effect, because what they act on is not modelled: attachments, the messages
    in the mailbox's inbox, the release of rooms that nobody checks into.
    """

    model_config = ConfigDict(
        alias_generator=to_pascal, extra="forbid", frozen=True, validate_by_name=False
    )

    automate_processing: Literal["None", "AutoUpdate", "AutoAccept"] = "AutoAccept"
    allow_conflicts: bool = False
    conflict_percentage_allowed: Annotated[int, Field(ge=0, le=100)] = 0
    maximum_conflict_instances: Annotated[int, Field(ge=0)] = 0
    booking_window_in_days: Annotated[int, Field(ge=0, le=1080)] = 180
    maximum_duration_in_minutes: Annotated[int, Field(ge=0)] = 1440
    allow_recurring_meetings: bool = True
    enforce_scheduling_horizon: bool = True
    process_external_meeting_messages: bool = False
    add_organizer_to_subject: bool = True
    delete_subject: bool = True
    delete_comments: bool = True
    delete_attachments: bool = True
    remove_private_property: bool = True
    remove_old_meeting_messages: bool = True
    remove_forwarded_meeting_notifications: bool = False
    booking_type: Literal["Standard", "Reserved"] = "Standard"
    enforce_capacity: bool = False
    enable_auto_release: bool = False
    visible_meeting_update_properties: str = "Location,AllProperties:15"
