"""Restores lost links from both systems: reads everything, then writes links and no more."""
