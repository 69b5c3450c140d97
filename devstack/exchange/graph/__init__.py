"""The Graph REST face: translates between `/v1.0` requests and the model."""
