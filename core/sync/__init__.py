"""What to do, decided by pure functions; the decision table is in docs/architecture.md."""
