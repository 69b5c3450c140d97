"""Settings from files: read row by row, checked, compared with what is stored, applied."""
