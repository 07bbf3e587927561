"""News in a room as a bot brings it that is nio and nothing else. `python -m bench.matrix_peer ERRAND`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import nio
import uvloop
from nio.client.async_client import AsyncClient

from bench.matrix_errand import Errand, given, ready, wait_for_the_end
from bot.garbage import settle

_WAIT = 30_000  # milliseconds that one sync waits for news


async def run(errand: Errand) -> None:
    """Log in, listen, and send everything, one event after the other, as what is posted in one channel is."""
    client = AsyncClient(errand.homeserver, errand.user)
    try:
        await client.login(errand.password)
        await client.join(errand.room)
        await client.sync()
        listening = asyncio.create_task(client.sync_forever(_WAIT))
        settle()
        await asyncio.to_thread(ready)
        for each in errand.news:
            await _bring(client, errand.room, each)
        await asyncio.to_thread(wait_for_the_end)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    finally:
        await client.close()  # type: ignore[no-untyped-call]


async def _bring(client: AsyncClient, room: str, news: Mapping[str, Any]) -> None:
    post = await _send(client, room, "m.room.message", news["post"])
    for kind, content in news["others"]:
        relation = _hung_on(post, content["m.relates_to"])
        await _send(client, room, kind, {**content, "m.relates_to": relation})


def _hung_on(post: str, relation: Mapping[str, Any]) -> dict[str, Any]:
    reply = {"m.in_reply_to": {"event_id": post}} if "m.in_reply_to" in relation else {}
    return {**relation, "event_id": post, **reply}


async def _send(client: AsyncClient, room: str, kind: str, content: Mapping[str, Any]) -> str:
    answer = await client.room_send(room, kind, dict(content))
    if not isinstance(answer, nio.RoomSendResponse):
        raise RuntimeError(f"the homeserver does not take an event: {answer}")
    return answer.event_id


if __name__ == "__main__":
    uvloop.run(run(given()))
