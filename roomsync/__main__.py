"""`python -m roomsync`."""

from roomsync.cli import main

main()
