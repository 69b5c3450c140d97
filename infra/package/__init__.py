"""The deployment package: what the function app runs, and nothing else (ADR 0037)."""
