"""Queues in memory and on the shelf: no sockets, no tasks, two clocks that tests can hold."""
