"""Rooms that the bot is on its way into. To come into one that is large and far away takes a homeserver minutes, and
may fail for as long as the other one is away: nothing else waits for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from adapters.matrix.asking import ask, path
from adapters.matrix.line import Line
from adapters.matrix.state import word
from bot.errors import AnswerLost, NetworkRefused, NetworkUnavailable
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock

log = structlog.get_logger()

NOTE = "matrix joins"
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(hours=1)
_GIVEN_UP_AFTER = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A room to be joined: `by` is who invited the bot, `follows` the room that it takes the place of, `via` a
    homeserver that knows it. Without a `due` it waits for an invitation."""

    room: str
    via: str
    since: datetime
    by: str | None = None
    follows: str | None = None
    failures: int = 0
    due: datetime | None = None


class Joins:
    """Joins rooms beside the loop; what is wanted outlives a restart."""

    def __init__(self, line: Line, chat: ChatDesk, clock: Clock) -> None:
        self._line = line
        self._chat = chat
        self._clock = clock
        self._wanted: dict[str, Wanted] | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def of(self, room: str) -> Wanted | None:
        """What is known of a room that the bot wants into."""
        return (await self._known()).get(room)

    async def want(self, room: str, via: str, *, by: str | None = None, follows: str | None = None) -> None:
        """Join a room, soon. Who invites the bot into one that it waits for opens it."""
        before = (await self._known()).get(room)
        if before is not None and by is None:
            return
        now = self._clock.now()
        follows = follows or (before.follows if before is not None else None)
        await self._put(Wanted(room=room, via=via, since=now, by=by, follows=follows, due=now))

    async def done(self, room: str) -> None:
        """The bot is in, or does not want to be any more."""
        if (await self._known()).pop(room, None) is not None:
            await self._note()

    async def go_on(self) -> None:
        """Begin what is due. Raises what broke in what was begun before, and StorageError."""
        for room in [room for room, task in self._tasks.items() if task.done()]:
            self._tasks.pop(room).result()
        now = self._clock.now()
        for wanted in list((await self._known()).values()):
            if wanted.room not in self._tasks and wanted.due is not None and wanted.due <= now:
                self._tasks[wanted.room] = asyncio.create_task(self._join(wanted), name=f"joining {wanted.room}")

    async def settle(self) -> None:
        """Wait for what was begun."""
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    async def end(self) -> None:
        """Leave off; it is gone on with after the next start."""
        tasks, self._tasks = list(self._tasks.values()), {}
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _join(self, wanted: Wanted) -> None:
        try:
            where = path("join", wanted.room, via=wanted.via, server_name=wanted.via)
            await ask(self._line.client, "POST", where, {})
        except NetworkRefused as error:
            await self._refused(wanted, str(error))
        except (NetworkUnavailable, AnswerLost) as error:
            await self._failed(wanted, str(error))
        else:
            # The next sync tells of it. Where it does not, the bot has been put out again.
            await self._put(replace(wanted, due=None))

    async def _refused(self, wanted: Wanted, reason: str) -> None:
        if wanted.follows is not None:
            log.warning("the room that replaces another waits for an invitation", room=wanted.room, reason=reason)
            await self._put(replace(wanted, due=None))
            return
        log.warning("a room that the bot was invited to could not be joined", room=wanted.room, reason=reason)
        await self.done(wanted.room)

    async def _failed(self, wanted: Wanted, reason: str) -> None:
        now = self._clock.now()
        if now - wanted.since > _GIVEN_UP_AFTER:
            await self._refused(wanted, reason)
            return
        if not wanted.failures:
            log.warning("a room cannot be joined yet: it is tried again", room=wanted.room, reason=reason)
        wait = min(_FIRST * 2 ** min(wanted.failures, 20), _LONGEST)
        await self._put(replace(wanted, failures=wanted.failures + 1, due=now + wait))

    async def _put(self, wanted: Wanted) -> None:
        (await self._known())[wanted.room] = wanted
        await self._note()

    async def _known(self) -> dict[str, Wanted]:
        if self._wanted is None:
            noted = _read(await self._chat.recall(NOTE), self._clock.now())
            self._wanted = {each.room: each for each in noted}
        return self._wanted

    async def _note(self) -> None:
        known = (await self._known()).values()
        await self._chat.note(NOTE, json.dumps([_written(each) for each in known]))


def _written(wanted: Wanted) -> Mapping[str, Any]:
    since = int(wanted.since.timestamp())
    told = {"room": wanted.room, "via": wanted.via, "since": since, "by": wanted.by, "follows": wanted.follows}
    return {**told, "waits": wanted.due is None}


def _read(note: str | None, now: datetime) -> list[Wanted]:
    """What is due after a restart is due at once."""
    return [
        Wanted(
            room=each["room"],
            via=each["via"],
            since=datetime.fromtimestamp(each["since"], UTC),
            by=word(each, "by"),
            follows=word(each, "follows"),
            due=None if each["waits"] else now,
        )
        for each in json.loads(note or "[]")
    ]
