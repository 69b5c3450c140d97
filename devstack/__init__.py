"""What stands in for the outside world on one machine: simulators, broker, host.

Never imported by `core`, `functions` or `roomsync`, and imports nothing from them.
"""
