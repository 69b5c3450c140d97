"""Sync differences: scans, what they found, and what is done about it (docs/differences.md)."""
