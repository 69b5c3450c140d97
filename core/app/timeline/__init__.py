"""One meeting's history, put together from everything that is remembered (docs/history.md)."""
