"""The loop: what the homeserver tells is filled up, handed over, and only then counted as heard."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import nio
import structlog

from adapters.matrix import refs
from adapters.matrix.asking import ask, path
from adapters.matrix.client import FILTER, Client
from adapters.matrix.events import redacted
from adapters.matrix.failures import TokenRefused, checked, translated
from adapters.matrix.news import Listener, News, RoomNews
from adapters.matrix.patience import Patience
from adapters.matrix.position import Position
from adapters.matrix.sealed import Sealed
from adapters.matrix.timeline import Timelines, Told, readable
from adapters.matrix.upkeep import Upkeep
from bot.domain.events import Back, Missed
from bot.errors import AnswerLost, NetworkUnavailable
from bot.ports.clock import Clock
from bot.ports.network import Emit

log = structlog.get_logger()

GRACE = 10.0
"""Seconds that a sync may take beyond those that it waits for news."""

AT_ONCE, WHOLE = 30.0, 180.0
"""Seconds for a sync that waits for nothing, and for one that tells of all rooms with all that are in them."""

HANDED_OVER = 12
"""How often the same news is handed over, while the homeserver answers otherwise."""

LOOKS_EVERY = 5.0
"""Seconds at least between two looks whether the homeserver is there, which others' failures ask for."""


class Syncing:
    """Listens on one client. `ready` is called once, when the client knows its rooms, and `secured` once, when the
    keys of its device are on the homeserver; `is_channel` says whether articles are posted in a room."""

    def __init__(
        self,
        client: Client,
        listener: Listener,
        emit: Emit,
        position: Position,
        patience: Patience,
        *,
        ready: Callable[[], None],
        secured: Callable[[], Awaitable[None]],
        is_channel: Callable[[str], Awaitable[bool]],
        clock: Clock,
        sync_for: float,
    ) -> None:
        self._client = client
        self._listener = listener
        self._emit = emit
        self._position = position
        self._patience = patience
        self._ready = ready
        self._secured: Callable[[], Awaitable[None]] | None = secured
        self._is_channel = is_channel
        self._clock = clock
        self._sync_for = sync_for
        self._timelines = Timelines(client, patience, self._is_there)
        self._sealed = Sealed(client)
        self._upkeep = Upkeep(client, self._sealed)
        self._since: str | None = None
        self._knows_rooms = False
        self._looked_at = -LOOKS_EVERY

    async def run(self) -> None:
        """Listen until cancelled. Raises `TokenRefused`, `NetworkRefused`, and what `emit` raises."""
        self._since = await self._position.recall()
        wait = 0.0
        while True:
            answer = await self._patience.insist(partial(self._sync, wait))
            if answer is not None:
                await self._take(answer)
            wait = self._sync_for if answer is not None else 0.0

    async def _sync(self, wait: float) -> nio.SyncResponse | None:
        """None where it has to be asked at once: somebody else's call has failed meanwhile, or the position is not
        known any more."""
        if wait and not self._patience.failed:
            asking = asyncio.create_task(self._ask(wait))
            if not await self._outlasts_trouble(asking):
                return None
            return await asking
        self._looked_at = asyncio.get_running_loop().time()
        self._client.trouble.clear()
        return await self._ask(0.0)

    async def _outlasts_trouble(self, asking: asyncio.Task[nio.SyncResponse | None]) -> bool:
        troubled = asyncio.create_task(self._troubled())
        try:
            await asyncio.wait((asking, troubled), return_when=asyncio.FIRST_COMPLETED)
        finally:
            troubled.cancel()
            asking.cancel()  # what is done stays as it is
            await asyncio.wait((asking, troubled))
            if not asking.cancelled():
                asking.exception()  # who asked is told of it, or does not listen any more
        return not asking.cancelled()

    async def _troubled(self) -> None:
        """Returns when a call has failed, whoever made it; not too often."""
        await asyncio.sleep(self._looked_at + LOOKS_EVERY - asyncio.get_running_loop().time())
        await self._client.trouble.wait()

    async def _ask(self, wait: float) -> nio.SyncResponse | None:
        whole = not self._knows_rooms
        limit = WHOLE if whole else wait + GRACE if wait else AT_ONCE
        self._client.next_batch = ""  # nio would leave out an answer that it takes for one that it knows
        with translated():
            async with asyncio.timeout(limit):
                answer = await self._client.sync(
                    int(wait * 1000), dict(FILTER), since=self._since, full_state=whole or None
                )
        if self._since is not None and _is_unknown(answer):
            self._lose_position()
            return None
        return checked(answer, nio.SyncResponse)

    def _lose_position(self) -> None:
        log.warning("Matrix: the homeserver does not know any more what it told last: everything is counted anew")
        self._since, self._knows_rooms = None, False

    async def _take(self, answer: nio.SyncResponse) -> None:
        """Hand over what a sync told, and count it as heard."""
        since = self._since
        if not self._knows_rooms:
            self._knows_rooms = True
            self._ready()
        if self._patience.returned():
            await self._emit(Back(network=refs.NETWORK, at=self._clock.now()))
        news, whole = await self._news(answer, since)
        await self._keep_keys()
        await self._hand_over(news)
        if not whole:
            await self._emit(Missed(network=refs.NETWORK, at=self._clock.now()))
        await self._position.note(answer.next_batch, told=bool(news.joined or news.invited or news.left or not whole))
        self._since = answer.next_batch

    async def _news(self, answer: nio.SyncResponse, since: str | None) -> tuple[News, bool]:
        """What was told, and whether that is all that happened."""
        rooms = answer.rooms
        told = {room: await self._tell(room, info.timeline, since) for room, info in rooms.join.items()}
        if since is not None:
            self._keep_sealed([*told.values()])
        left = {room: readable([*info.state, *info.timeline.events]) for room, info in rooms.leave.items()}
        for room in left:
            self._client.rooms.pop(room, None)
            self._client.invited_rooms.pop(room, None)
        joined = [*self._sealed.opened(), *(each for room in told.values() for each in room.news)]
        invited = {room: info.invite_state for room, info in rooms.invite.items()}
        missed = [not each.whole or await self._is_back(room, each) for room, each in told.items()]
        return News(joined=joined, invited=invited, left=left), since is not None and not any(missed)

    async def _is_back(self, room: str, told: Told) -> bool:
        """Whether the bot came into a room that articles were posted in before: it may have been put out of it."""
        return told.came and await self._is_channel(room)

    async def _tell(self, room: str, timeline: nio.Timeline, since: str | None) -> Told:
        if since is None:
            return Told(news=(RoomNews(room_id=room, events=readable(timeline.events), history=True),))
        return await self._timelines.tell(room, timeline, since)

    def _keep_sealed(self, told: list[Told]) -> None:
        for news in (news for each in told for news in each.news if not news.history):
            for event in news.events:
                if isinstance(event, nio.MegolmEvent):
                    self._sealed.keep(news.room_id, event)
                elif event.source.get("type") == "m.room.redaction":
                    self._forget_sealed(news.room_id, event)

    def _forget_sealed(self, room: str, event: nio.Event) -> None:
        """What is taken away before it could be read is not told of when its key comes."""
        there = self._client.rooms.get(room)
        gone = redacted(there, event) if there is not None else None
        if gone is not None:
            self._sealed.forget(room, gone)

    async def _keep_keys(self) -> None:
        if await self._upkeep.keep() and self._secured is not None:
            secured, self._secured = self._secured, None
            await secured()

    async def _hand_over(self, news: News) -> None:
        """The listener asks the homeserver, too: it is told again when that is there again. Where it is, and what is
        asked for fails all the same, the others do not wait for ever: what happened is counted anew."""
        for _ in range(HANDED_OVER):
            try:
                await self._listener.take(news)
            except TokenRefused:
                raise
            except (NetworkUnavailable, AnswerLost) as error:
                reason = str(error)
                await self._patience.after(error)
                await self._patience.insist(self._is_there, settles=False)
            else:
                self._patience.well()
                return
        log.error("Matrix: what happened in the rooms cannot be taken in: it is counted anew", reason=reason)
        await self._emit(Missed(network=refs.NETWORK, at=self._clock.now()))

    async def _is_there(self) -> None:
        await ask(self._client, "GET", path("account", "whoami"))


def _is_unknown(answer: object) -> bool:
    """Whether the homeserver does not take the position: with 400, in words of its own."""
    if not isinstance(answer, nio.SyncError):
        return False
    status = getattr(answer.transport_response, "status", None)
    return status == 400 or answer.status_code == "M_UNKNOWN_POS"
