"""What encryption asks for between two syncs: keys that are put on the homeserver, asked for and handed out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import nio
import structlog

from adapters.matrix.client import Client
from adapters.matrix.device_keys import publish
from adapters.matrix.failures import TokenRefused, network_error, translated
from adapters.matrix.keys import ask_for_devices, claim
from adapters.matrix.sealed import Sealed
from bot.errors import NetworkError, NetworkRefused

log = structlog.get_logger()

RARELY = 60.0
"""Seconds before the same question is asked again."""

_FIRST, _LONGEST = 2.0, 60.0  # seconds before anything is tried again after a failure


class Upkeep:
    """Keeps the keys; a failure is no reason not to listen."""

    def __init__(self, client: Client, sealed: Sealed) -> None:
        self._client = client
        self._sealed = sealed
        self._asked: dict[str, tuple[object, float]] = {}
        self._failures = 0
        self._rests_until = 0.0
        self._said: str | None = None
        self._is_lost = False

    async def keep(self) -> bool:
        """Do what is to be done now; returns whether nothing failed. Raises `TokenRefused`."""
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            return False
        try:
            for step in (self._send, self._upload, self._query, self._claim, self._sealed.ask):
                with translated():
                    await step()
        except TokenRefused:
            raise
        except NetworkError as error:
            self._failed(error, now)
            return False
        self._failures, self._said = 0, None
        return not self._is_lost

    def _failed(self, error: NetworkError, now: float) -> None:
        self._failures += 1
        self._rests_until = now + min(_FIRST * 2 ** min(self._failures - 1, 10), _LONGEST)
        if str(error) != self._said:
            self._said = str(error)
            log.warning("Matrix: keys cannot be exchanged just now", reason=str(error))

    async def _send(self) -> None:
        if self._client.outgoing_to_device_messages:
            _all_well(await self._client.send_to_device_messages())

    async def _upload(self) -> None:
        if self._is_lost:
            return
        try:
            await publish(self._client)
        except NetworkRefused as error:
            self._is_lost = True
            log.error("Matrix: what is said in encrypted rooms cannot be read", reason=str(error))

    async def _query(self) -> None:
        users = frozenset(self._client.users_for_key_query)
        if users and self._is_time("query", users):
            await ask_for_devices(self._client, users)

    async def _claim(self) -> None:
        if not self._client.should_claim_keys:
            return
        wanted = self._client.get_users_for_key_claiming()
        if self._is_time("claim", {user: sorted(devices) for user, devices in wanted.items()}):
            await claim(self._client, wanted)

    def _is_time(self, question: str, what: object) -> bool:
        """Whom nobody answers for is asked for now and then, and not after each sync."""
        now = asyncio.get_running_loop().time()
        before = self._asked.get(question)
        if before is not None and before[0] == what and now - before[1] < RARELY:
            return False
        self._asked[question] = what, now
        return True


def _all_well(answers: Sequence[object]) -> None:
    for each in answers:
        if isinstance(each, nio.ErrorResponse):
            raise network_error(each)
