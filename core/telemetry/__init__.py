"""What the app tells of itself: traces, metrics and events, by a fixed vocabulary.

Never a subject, a person, an address, a token, a clientState or a full cursor (design P9).
`vocabulary` has every name; docs/telemetry.md shows it to people and is checked against it.
"""
