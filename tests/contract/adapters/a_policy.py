"""A room's booking policy as it is set in Exchange, and as the port tells it."""

from core.domain.room_policy import AutomateProcessing, RoomPolicy

SET = {
    "AutomateProcessing": "AutoAccept",
    "AllowConflicts": True,
    "BookingWindowInDays": 30,
    "MaximumDurationInMinutes": 120,
    "AllowRecurringMeetings": False,
    "EnforceSchedulingHorizon": False,
    "MaximumConflictInstances": 3,
    "ConflictPercentageAllowed": 20,
}
READ = RoomPolicy(
    automate_processing=AutomateProcessing.AUTO_ACCEPT,
    allow_recurring_meetings=False,
    allow_conflicts=True,
    booking_window_days=30,
    enforce_scheduling_horizon=False,
    maximum_duration_minutes=120,
    maximum_conflict_instances=3,
    conflict_percentage_allowed=20,
)
