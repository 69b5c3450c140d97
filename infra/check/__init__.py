"""Checks of `infra/bicep` without a compiler: what would be deployed is worked out and asserted.

`make infra-check` runs them (docs/infra.md says what they see and what only the compiler does).
"""
