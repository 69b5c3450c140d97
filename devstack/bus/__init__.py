"""A stand-in for Azure Service Bus: an AMQP 1.0 broker for the unchanged `azure-servicebus` client.

Written from the client's side of the protocol (facts/local-broker.md): it proves our use of the
client, not the service's behaviour; see docs/adr/0002-own-service-bus-stand-in.md. Queues only: no
topics, no transactions, no administration API, no TLS, and no token is ever checked.

Reading order: `queues` (what exists), `queueing.backlog` and `queueing.message_queue` (what happens
to a message), `broker`, then `serving` from `connection` inwards; `server` puts them together.
"""
