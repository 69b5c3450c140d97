"""What differs between both sides, and what is to be said of it (pure; docs/differences.md)."""
