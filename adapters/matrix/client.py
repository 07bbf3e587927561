"""The client of nio: it tries nothing again by itself, and notices by what it is answered that something is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import nio
from nio.client.async_client import AsyncClient

from adapters.matrix.careful import CarefulOlm
from adapters.matrix.clients import encrypting, opened
from adapters.matrix.sessions import Session
from adapters.matrix.settings import MatrixSettings

ANSWERED_WITHIN = 30.0  # seconds, for all calls but those that say otherwise

_SYNC, _MEDIA = "/_matrix/client/v3/sync", "/media/"


def make_client(settings: MatrixSettings, session: Session, limited: Callable[[], None]) -> Client:
    """A client that is logged in, with the store of its device open. `limited` is called whenever the homeserver says
    that the bot asks too often. Raises `NetworkRefused` where the store does not open with the key."""
    return opened(Client(settings, limited), settings, session)


class Client(AsyncClient):
    """`trouble` is set where the homeserver was not there for a call, whoever made it."""

    def __init__(self, settings: MatrixSettings, limited: Callable[[], None]) -> None:
        config = encrypting(settings, answered_within=ANSWERED_WITHIN)
        super().__init__(settings.homeserver.rstrip("/"), settings.user, store_path=str(settings.store), config=config)
        self.trouble = asyncio.Event()
        self._limited = limited

    def load_store(self) -> None:
        """As nio does, with more care about what is decrypted."""
        super().load_store()  # type: ignore[no-untyped-call]
        if self.store is not None and not isinstance(self.olm, CarefulOlm):
            self.olm = CarefulOlm(self.user_id, self.device_id or "", self.store)

    async def send(
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: dict[str, str] | None = None,
        trace_context: Any = None,
        timeout: float | None = None,
    ) -> aiohttp.ClientResponse:
        """As nio does; what was answered is read here, so that each failure is seen in one place."""
        try:
            response: aiohttp.ClientResponse = await super().send(method, path, data, headers, trace_context, timeout)
            if _MEDIA not in path:
                await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._noticed(path)
            raise
        if response.status == 429:
            self._limited()
        elif response.status == 401 or response.status >= 500 or (_MEDIA not in path and await _is_garbage(response)):
            self._noticed(path)
        return response

    def _noticed(self, path: str) -> None:
        """Who listens sees for himself."""
        if not path.startswith(_SYNC):
            self.trouble.set()

    async def parse_body(self, transport_response: aiohttp.ClientResponse) -> dict[Any, Any]:
        """What cannot be read is taken for an empty answer, and that for an error."""
        try:
            found: object = await super().parse_body(transport_response)
        except UnicodeDecodeError:
            return {}
        return _sifted(found) if isinstance(found, dict) else {}

    async def receive_response(self, response: nio.Response) -> None:
        """As nio does, but that it would forget its token after some errors, and raise what is no error of the
        network's from then on."""
        if not isinstance(response, nio.ErrorResponse):
            await super().receive_response(response)

    async def close(self) -> None:
        """End the connections, and give the store back."""
        await super().close()  # type: ignore[no-untyped-call]
        if self.store is not None:
            self.store.database.close()


def _sifted(answer: dict[Any, Any]) -> dict[Any, Any]:
    """Without what other homeservers say beside the state of rooms that they invite to: it may have any shape, and nio
    takes one for granted."""
    rooms = answer.get("rooms")
    for room in (rooms.get("invite") or {}).values() if isinstance(rooms, dict) else ():
        for event in room.get("invite_state", {}).get("events", ()):
            if isinstance(event, dict):
                event.pop("unsigned", None)
    return answer


async def _is_garbage(response: aiohttp.ClientResponse) -> bool:
    """Whether it says to be well and is no JSON, as far as one sees without reading all of it."""
    body = (await response.read()).strip()
    return response.status == 200 and not (body.startswith((b"{", b"[")) and body.endswith((b"}", b"]")))


FILTER: Mapping[str, Any] = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {
        "state": {"lazy_load_members": False},  # who is in an encrypted room has to be known before anything is said
        "timeline": {"limit": 100},
        "ephemeral": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
    },
}
"""What a sync tells of."""
