"""What Exchange takes, whichever way it comes."""

LONGEST_SUBJECT = 255
"""Characters that Exchange takes (graph-calendar 3.1); a longer title is cut, not refused."""
