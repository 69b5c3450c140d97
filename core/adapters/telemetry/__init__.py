"""Hands what was noted to OpenTelemetry's exporters (ADR 0041)."""
