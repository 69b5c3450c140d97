"""Adapters: the only modules that know a service's protocol or SDK."""
