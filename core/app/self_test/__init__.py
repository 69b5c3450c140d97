"""The self-test of a mailbox: the real round trip with a temporary entry (docs/self-test.md)."""
