"""Triggers, one blueprint per purpose: parse, one use case, translate the result."""
