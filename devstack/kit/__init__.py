"""What every part of the local stack shares: time, faults, the request log, the world file."""
