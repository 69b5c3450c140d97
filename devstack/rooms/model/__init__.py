"""ROOMS without its protocol: what is booked, by whom, and what the rules allow."""
