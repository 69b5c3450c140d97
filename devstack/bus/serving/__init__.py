"""Clients' connections: what they ask over AMQP becomes calls of the queues, and back."""
