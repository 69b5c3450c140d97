"""The pages, one module per subject: read, put into words, hand to a template."""
