"""Links restored from what both systems show, when the table of links was lost (S05)."""
