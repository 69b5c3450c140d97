"""What the use cases need of the outside world, by role.

All calls raise the errors of `core.errors`; which ones matter to the caller is said per method.
Ids, versions and cursors are opaque strings of the adapter that made them.
"""
