"""The facts about Exchange and Graph that nobody has verified, each with what it may be."""

from devstack.kit.switches import Switch, Switches


def exchange_switches() -> Switches:
    """Return the switches in their default position."""

    def switch(fact: str, *options: str | int | bool) -> Switch:
        return Switch(options[0], options, f"graph-calendar {fact}")

    def of_ews(fact: str, *options: str | int) -> Switch:
        return Switch(options[0], options, f"ews-and-security {fact}")

    return Switches(
        {
            "transaction_id": switch("4", "existing", "conflict", "ignored"),
            "if_match": switch("5", "enforced", "ignored"),
            "deleted_get": switch("12.5", "404", "200"),
            "notification_answer_s": switch("1.6", 3, 10),
            "subscription_max_minutes": switch("1.2", 4230, 10080),
            "subscription_min_minutes": switch("1.2", 45, 0),
            "exception_occurrences": switch("3.1", True, False),
            "exception_id": switch("3.3", "same", "new"),
            "exception_properties": switch("4", "copied", "own"),
            "deleted_occurrence": switch("9", "404", "400"),
            "last_occurrence_delete": switch("3.3", "allowed", "refused"),
            "updates_per_change": switch("1.5", 2, 1, 3),
            "updated_after_created": switch("1.5", True, False),
            "slow_threshold_s": switch("1.6", 10, 3),
            "slow_delay_s": switch("1.6", 10, 600),
            "slow_after_notifications": switch("1.6", 100, 10, 1),
            "delete_told_as": switch("12.5", "deleted", "updated"),
            "lapse_warning": switch("1.7", True, False),
            "missed_after_drop": switch("1.6", True, False),
            "delta_token_days": switch("2", 30, 7, 1, 0),
            "delta_empty_pages": switch("2", True, False),
            "decline_removes": switch("3.3", True, False),
            "attendee_delete_declines": switch("3.3", False, True),
            "cancel_alone": switch("3.3", "accepted", "refused"),
            "attendee_copy_patch": switch("3.3", "local", "refused"),
            "property_guid": switch("4", "lower", "as_sent"),
            "original_time_zone": switch("10", "windows", "as_sent"),
            "subject_max": switch("3.1", 255, 0),
            "schedule_working_elsewhere": switch("6", 0, 4),
            "configuration_id": switch(
                "3.4 (Graph beta)", "Calendar", "IPM.Configuration.Calendar"
            ),
            "configuration_values": switch("3.4 (Graph beta)", "all", "set"),
            "mime_marks_kept": switch("9 (sendMail)", "headers", "message_id", "both"),
            "sent_lag_s": switch("9 (sendMail)", 0, 30),
            "read_lag_s": switch("12.2", 0, 2, 10),
            "ews_version": of_ews(
                "A2", "Exchange2016", "Exchange2019", "Exchange2013_SP1", "Exchange2010_SP2"
            ),
            "ews_sync_properties": of_ews("A3", "partial", "whole"),
            "ews_sync_state_kb": of_ews("A3", 0, 40, 100),
            "ews_sync_error": of_ews("A9", "whole", "thin"),
            "ews_occurrence_uid": of_ews("A5", "series", "own"),
            "ews_mailbox_elsewhere": of_ews(
                "A8",
                "ErrorNonExistentMailbox",
                "ErrorMailboxMoveInProgress",
                "ErrorMailboxStoreUnavailable",
            ),
        }
    )
