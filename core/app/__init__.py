"""Use cases: they read, ask the planner, write and record; every trigger ends in one of them."""
