"""The REST face of ROOMS: how the model looks over HTTP (rooms-api 1-6)."""
