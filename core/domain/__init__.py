"""Plain values of the field: no I/O, no clock, no SDK. See docs/glossary.md for the words."""
