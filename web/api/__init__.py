"""The JSON API, one module per subject: read, call the use case, shape the answer."""
