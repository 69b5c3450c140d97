"""Carries the requests of one environment: threads of its own, what is open, tokens.

The library blocks, so each request takes a thread until its answer has come or is given up.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from core.adapters.credential import Credential
from core.adapters.ews.login import EwsLogin
from core.adapters.ews.open_accounts import OpenAccounts
from core.adapters.ews.operations import Reply, ask
from core.adapters.ews.tokens import Tokens
from core.adapters.ews.xml import Element
from core.domain.ids import EnvironmentId
from core.errors import NotPermittedError


class Carrier:
    """At most `parallel` requests at once; `adapter` carries them in place of the network.

    An answer takes `longest_s` seconds at most. `credential` gives the tokens of an application,
    `no_token` is told when there are none for it.
    """

    def __init__(
        self,
        environment: EnvironmentId,
        parallel: int,
        adapter: Any,  # noqa: ANN401 - a class of requests' adapters
        *,
        longest_s: float,
        credential: Credential | None,
        no_token: Callable[[NotPermittedError], None],
    ) -> None:
        self._tokens = Tokens(credential, no_token) if credential else None
        self._accounts = OpenAccounts(parallel, adapter, longest_s=longest_s)
        self._threads = ThreadPoolExecutor(parallel, thread_name_prefix=f"ews-{environment}")

    async def carry(
        self,
        login: EwsLogin,
        address: str,
        operation: str,
        payload: Element,
        *,
        impersonates: bool,
    ) -> list[Reply]:
        """Return what one request is answered; what fails as a whole is raised as a Refusal."""
        loop = asyncio.get_running_loop()
        deed = partial(
            self._in_thread, login, address, operation, payload, impersonates=impersonates
        )

        async def sent(token: str) -> list[Reply]:
            return await loop.run_in_executor(self._threads, partial(deed, token=token))

        if self._tokens is None:
            return await sent("")
        return await self._tokens.carry(login.token_scope, sent)

    async def aclose(self) -> None:
        """Let go of the threads; what is under way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._accounts.close()
        if self._tokens is not None:
            await self._tokens.close()

    def _in_thread(
        self,
        login: EwsLogin,
        address: str,
        operation: str,
        payload: Element,
        *,
        impersonates: bool,
        token: str,
    ) -> list[Reply]:
        account = self._accounts.of(login, address, impersonates=impersonates)
        return ask(account, operation, payload, token)
