"""The ROOMS REST API."""
