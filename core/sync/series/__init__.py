"""Series: each date is decided on as a single meeting, many are written at once."""
