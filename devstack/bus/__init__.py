"""A Service Bus stand-in: an AMQP 1.0 broker for the real client."""
