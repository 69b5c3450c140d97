"""Exchange Resource Sync for ROOMS: the product, without its triggers (see `functions/`)."""
