"""The ROOMS simulator: resources, bookings, drafts and rights behind ROOMS' REST contract."""
