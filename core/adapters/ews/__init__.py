"""Exchange on premises through EWS; loaded only where an `ews` environment exists (ADR 0022)."""
