"""The use case of a series: the same as of a single meeting, for all its dates at once."""
