"""What the tests with the real client share: receiving exactly so many, making messages."""

from azure.servicebus import ServiceBusMessage, ServiceBusReceivedMessage
from azure.servicebus.aio import ServiceBusReceiver

SOON_S = 2.0  # only ever waited in full when something is wrong


async def receive(receiver: ServiceBusReceiver, count: int) -> list[ServiceBusReceivedMessage]:
    """Receive exactly `count` messages, however many calls that takes."""
    got: list[ServiceBusReceivedMessage] = []
    while len(got) < count:
        more = await receiver.receive_messages(count - len(got), max_wait_time=SOON_S)
        assert more, f"only {len(got)} of {count} messages came"
        got += more
    return got


def bodies(messages: list[ServiceBusReceivedMessage]) -> list[str]:
    return [str(message) for message in messages]


def sessioned(session_id: str, *texts: str) -> list[ServiceBusMessage]:
    return [ServiceBusMessage(text, session_id=session_id) for text in texts]
