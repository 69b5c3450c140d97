"""The ROOMS simulator: a model of ROOMS, its REST face and the control API around it."""
