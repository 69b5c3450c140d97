"""AMQP 1.0 on the wire: values, frames, performatives and errors; knows nothing of queues."""
