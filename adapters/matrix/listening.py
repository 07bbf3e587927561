"""What happens in the rooms becomes events of the house, in the order in which it happened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import nio

from adapters.matrix import refs
from adapters.matrix.commands import Door
from adapters.matrix.events import (
    content_of,
    echoed,
    edited,
    is_message,
    is_state,
    posted,
    reacted,
    redacted,
    relation,
)
from adapters.matrix.guests import Guests
from adapters.matrix.line import Line
from adapters.matrix.news import News, RoomNews
from adapters.matrix.powers import Powers
from adapters.matrix.roots import Roots
from adapters.matrix.spaces import CHILD, PARENT, Spaces
from bot.domain.events import Deleted, Event, Reacted, Unreacted
from bot.ports.clock import Clock
from bot.ports.network import Emit

_POWERS = frozenset({"m.room.power_levels", "m.room.create", "m.room.encryption"})
_NAMES = frozenset({"m.room.name", "m.room.canonical_alias"})
_AT_ONCE = 200  # reactions
_TOMBSTONE = "m.room.tombstone"


class Listening:
    """See `adapters.matrix.news.Listener`."""

    def __init__(
        self, line: Line, emit: Emit, door: Door, guests: Guests, powers: Powers, spaces: Spaces, *, clock: Clock
    ) -> None:
        self._line = line
        self._emit = emit
        self._door = door
        self._guests = guests
        self._powers = powers
        self._spaces = spaces
        self._clock = clock
        self._roots = Roots(line)
        self._together: list[Event] = []
        self._begun = False
        self._by_kind: dict[str, Callable[[nio.MatrixRoom, nio.Event], Awaitable[None]]] = {
            "m.room.message": self._message,
            "m.sticker": self._message,
            "m.reaction": self._reaction,
            "m.room.redaction": self._redaction,
        }

    async def take(self, news: News) -> None:
        self._together = []  # what a take that failed has left is told by this one again
        if not self._begun:
            await self._guests.begin(self._emit)
            self._begun = True
        for each in news.joined:
            await self._take(each)
        for room, events in news.left.items():
            self._powers.forget(room)
            await self._guests.left(self._emit, room, events)
        for room, state in news.invited.items():
            await self._guests.invited(self._emit, room, state)
        await self._guests.go_on()

    async def end(self) -> None:
        await self._door.end()
        await self._guests.end()

    async def _take(self, news: RoomNews) -> None:
        room = self._line.client.rooms.get(news.room_id)
        if room is None:
            return  # the bot was put out of it in the same sync
        await self._guests.joined(self._emit, news.room_id)
        for event in news.events:
            kind = str(event.source.get("type"))
            if "state_key" in event.source:
                await self._state(news.room_id, kind, event)
            elif kind in self._by_kind and not news.history:
                await self._by_kind[kind](room, event)
            elif is_message(event):
                self._roots.seen(event)
        await self._told_so_far()

    # --- what rooms are ---

    async def _state(self, room: str, kind: str, event: nio.Event) -> None:
        if kind in _POWERS:
            self._powers.forget(room)
            self._spaces.forget(room)
        elif kind == _TOMBSTONE and is_state(event):
            await self._guests.moved(self._emit, room, content_of(event))
        elif kind in _NAMES:
            await self._guests.changed(self._emit, room)
        elif kind in {CHILD, PARENT}:
            self._spaces.forget(room)
            await self._guests.changed(self._emit, str(event.source["state_key"]) if kind == CHILD else room)

    # --- what is said ---

    async def _message(self, room: nio.MatrixRoom, event: nio.Event) -> None:
        if not isinstance(event, nio.RedactedEvent):
            self._roots.seen(event)
        if event.sender == room.own_user_id:
            await self._tell(echoed(room, event, self._clock.now()))
        elif relation(event).replaces is not None:
            await self._tell(edited(room, event, self._clock.now()))
        elif is_message(event) and not self._is_command(room, event):
            await self._posted(room, event)

    async def _posted(self, room: nio.MatrixRoom, event: nio.Event) -> None:
        """What hangs on no other message is nothing to the house."""
        root = await self._roots.of(room.room_id, event, self._guests.is_channel)
        if root is not None:
            await self._tell(posted(room, event, root, self._clock.now()))

    async def _reaction(self, room: nio.MatrixRoom, event: nio.Event) -> None:
        told = reacted(room, event, self._clock.now())
        if told is not None and not self._is_decision(room, event):
            self._roots.reacted(event.event_id)
            await self._tell(told)

    async def _redaction(self, room: nio.MatrixRoom, event: nio.Event) -> None:
        """A redaction does not say what it takes away: both is told where that is not known."""
        gone, now = redacted(room, event), self._clock.now()
        if gone is None:
            return
        reaction = self._roots.is_reaction(gone)
        if reaction is not True:
            await self._tell(Deleted(message=refs.message(room.room_id, gone), at=now))
        if reaction is not False:
            await self._tell(Unreacted(reaction=refs.reaction(room.room_id, gone), at=now))

    # --- what is asked of the bot ---

    def _is_command(self, room: nio.MatrixRoom, event: nio.Event) -> bool:
        return isinstance(event, nio.RoomMessageText) and self._door.said(room, event)

    def _is_decision(self, room: nio.MatrixRoom, event: nio.Event) -> bool:
        return isinstance(event, nio.ReactionEvent) and self._door.reacted(room, event)

    # --- in order ---

    async def _tell(self, event: Event | None) -> None:
        """Reactions that follow one another are told together, since they are stored together; all else in turn."""
        if isinstance(event, Reacted | Unreacted):
            self._together.append(event)
        elif event is not None:
            await self._told_so_far()
            await self._emit(event)

    async def _told_so_far(self) -> None:
        while self._together:
            part, self._together = self._together[:_AT_ONCE], self._together[_AT_ONCE:]
            outcomes = await asyncio.gather(*map(self._emit, part), return_exceptions=True)
            for each in outcomes:
                if isinstance(each, BaseException):
                    raise each
