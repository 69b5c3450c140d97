"""The push that this project defines, because ROOMS documents none (design 8): not part of ROOMS.

Every change of a stored booking is announced as a signed Standard Webhook and delivered again, with
growing pauses and the same `webhook-id`, until somebody answers with 2xx.
"""

import json
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from devstack.kit.agenda import Agenda
from devstack.kit.control import Delivery
from devstack.kit.journal import iso
from devstack.kit.shelf import Shelf

log = logging.getLogger(__name__)

KIND = "notifications"
PAUSES_S = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 18000, 36000)
TIMEOUT_S = 15
SHUFFLE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where webhooks go and the secret they are signed with (base64, `whsec_` allowed)."""

    url: str
    secret: str

    def __post_init__(self) -> None:
        """Check the secret now, not at the first delivery; a bad one is a ValueError."""
        try:
            Webhook(self.secret)
        except (EmptyWebhookSecretError, RuntimeError, ValueError) as error:
            raise ValueError(
                f"the secret must be base64, `whsec_` before it or not: {error}"
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One delivery under way; copies of a message share its `webhook_id`."""

    number: int
    webhook_id: str
    body: str
    due: datetime
    attempts: int = 0


class WebhookEndpoint(Protocol):
    """Takes webhooks at their URL."""

    async def take(self, url: str, body: str, headers: dict[str, str]) -> int:
        """Hand one over; return the status, 0 for no answer."""


class HttpEndpoint:
    """Takes them over HTTP; the client is made for the first one."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None) -> None:
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def take(self, url: str, body: str, headers: dict[str, str]) -> int:
        try:
            answer = await self._http().post(url, content=body, headers=headers)
        except httpx.HTTPError as error:
            log.info("webhook %s: %s", headers["webhook-id"], type(error).__name__)
            return 0
        return answer.status_code

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=self._transport, timeout=TIMEOUT_S, trust_env=False
            )
        return self._client


class WebhookSender:
    """Announces changed bookings; what is not delivered yet survives a kill on the shelf."""

    def __init__(
        self,
        *,
        agenda: Agenda,
        shelf: Shelf,
        delivery: Callable[[], Delivery],
        target: Target | None,
        endpoint: WebhookEndpoint,
        seed: int,
    ) -> None:
        self._agenda, self._shelf, self._delivery = agenda, shelf, delivery
        self._default, self._endpoint = target, endpoint
        self._random = random.Random(seed)  # noqa: S311 - repeatable faults, not secrets
        kept = dict(shelf.load("webhook-target"))
        self.target: Target | None = kept.get("target", target)
        self.delivered = 0
        self._last: int = dict(shelf.load("webhook-last")).get("last", 0)
        self._messages: dict[int, Message] = {}
        for _, message in shelf.load("webhook"):
            self._schedule(message)

    def announce(self, mandator: str, booking_id: int, modified_on: datetime) -> None:
        """Put one change on its way, as lossy and late as the control API wants it."""
        knobs = self._delivery()
        if self.target is None or knobs.silent or self._random.random() < knobs.drop:
            return
        now = self._agenda.clock.now()
        event = {
            "type": "booking.changed",
            "timestamp": iso(now),
            "data": {
                "mandator": mandator,
                "bookingId": booking_id,
                "modifiedOn": iso(modified_on),
            },
        }
        webhook_id = f"msg_{self._next_number():08d}"
        body = json.dumps(event, separators=(",", ":"))
        for _ in range(1 + self._extra_copies(knobs.duplicate)):
            self._schedule(
                Message(
                    number=self._next_number(),
                    webhook_id=webhook_id,
                    body=body,
                    due=now + timedelta(seconds=self._delay_s(knobs)),
                )
            )

    def aim(self, target: Target) -> None:
        """Send to another address from now on."""
        self.target = target
        self._shelf.put("webhook-target", "target", target)

    def aim_default(self) -> None:
        """Send to the address given at the start again."""
        self.target = self._default
        self._shelf.remove("webhook-target", "target")

    def reset(self) -> None:
        """Forget what is under way and where it went; the agenda is cleared by the simulator."""
        self._messages.clear()
        self.target = self._default

    def _schedule(self, message: Message) -> None:
        self._messages[message.number] = message
        self._shelf.put("webhook", f"{message.number:012d}", message)
        self._agenda.at(message.due, KIND, lambda: self._deliver(message.number))

    async def _deliver(self, number: int) -> None:
        message = self._messages.get(number)
        if message is None:
            return
        if self._delivery().silent or self.target is None or await self._sent(message, self.target):
            self._forget(number)
        elif number in self._messages:
            self._try_later(message)
        self._shelf.flush()

    def _try_later(self, message: Message) -> None:
        if message.attempts >= len(PAUSES_S):
            log.warning("webhook %s was given up", message.webhook_id)
            self._forget(message.number)
            return
        due = self._agenda.clock.now() + timedelta(seconds=PAUSES_S[message.attempts])
        self._schedule(replace(message, due=due, attempts=message.attempts + 1))

    def _forget(self, number: int) -> None:
        self._messages.pop(number, None)
        self._shelf.remove("webhook", f"{number:012d}")

    async def _sent(self, message: Message, target: Target) -> bool:
        now = self._agenda.clock.now()
        headers = {
            "content-type": "application/json",
            "webhook-id": message.webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(target.secret).sign(message.webhook_id, now, message.body),
        }
        status = await self._endpoint.take(target.url, message.body, headers)
        is_taken = status // 100 == 2
        self.delivered += is_taken
        return is_taken

    def _next_number(self) -> int:
        self._last += 1
        self._shelf.put("webhook-last", "last", self._last)
        return self._last

    def _extra_copies(self, mean: float) -> int:
        return int(mean) + (self._random.random() < mean % 1)

    def _delay_s(self, knobs: Delivery) -> float:
        delay = self._random.uniform(*knobs.delay_s) if knobs.delay_s else 0.0
        return delay + (self._random.uniform(0, SHUFFLE_S) if knobs.reorder else 0.0)

    def as_json(self) -> dict[str, Any]:
        """Return where webhooks go, without the secret."""
        return {"url": None if self.target is None else self.target.url}
