"""What stands in a discussion on Matrix, listed again after a gap."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import nio
from nio.client.async_client import AsyncClient

from adapters.matrix import refs
from adapters.matrix.asking import ask, path
from adapters.matrix.commands.addressing import addressed
from adapters.matrix.events import ANNOTATION, REPLACE, THREAD, content_of, edited, listed, moment, reacted
from adapters.matrix.finding import read
from adapters.matrix.line import Line
from adapters.matrix.related import Page, Raw, bundled_edit, is_redacted, related
from adapters.matrix.replies import Replies
from bot.domain.events import Reacted
from bot.domain.model import Ref
from bot.errors import NetworkRefused, NetworkUnavailable
from bot.ports.clock import Clock
from bot.ports.commands import Commands
from bot.ports.network import Listed, Recount


class Recounting:
    """See `bot.ports.network.CanRecount`."""

    def __init__(self, line: Line, commands: Commands, clock: Clock) -> None:
        self._line = line
        self._commands = commands
        self._clock = clock
        self._replies = Replies(line)

    async def recount(self, post: Ref, thread: Ref, since: datetime, messages: Sequence[Ref]) -> Recount:
        """In as many calls as the thread and the reactions in it have pages; two more for each message outside of it,
        and one for each that is gone."""
        root = refs.thread_id(thread)
        room = await self._room(root.room)
        count = _Count(self._line.client, room, root.event, since, self._clock.now(), self._asks)
        known = {each.event for each in map(refs.message_id, messages) if each.room == root.room}
        try:
            await count.thread(known)
        except NetworkRefused as error:
            if not error.gone:
                raise
            return Recount(since=since, gone=True)
        beside = await self._replies.to(root.room, count.there | known, since)
        await count.singles([*(known - count.there), *(each for each in beside.replies if each not in known)])
        await count.reactions_on_all(beside.now)
        return count.made(refs.message(root.room, each) for each in known - count.there)

    async def _room(self, room: str) -> nio.MatrixRoom:
        """Raises `NetworkRefused` where the bot is not in the room: what cannot be seen from there is not gone."""
        client = self._line.client
        if (found := client.rooms.get(room)) is not None:
            return found
        joined = await ask(client, "GET", path("joined_rooms"))
        if room in joined.get("joined_rooms", ()):
            raise NetworkUnavailable("it is not known yet who is in the room")
        raise NetworkRefused("the bot is not in the room")

    def _asks(self, room: nio.MatrixRoom, event: nio.Event) -> bool:
        """Whether a message is a command, and so no comment."""
        if not isinstance(event, nio.RoomMessageText):
            return False
        me = self._line.client.user_id
        return addressed(self._commands.addressed, content_of(event), me, room.user_name(me)) is not None


@dataclass(slots=True)
class _Count:
    """What was found so far in a room. `there`: the post, and the messages that are not gone. Raises NetworkError."""

    client: AsyncClient
    place: nio.MatrixRoom
    root: str
    since: datetime
    now: datetime
    asks: Callable[[nio.MatrixRoom, nio.Event], bool]
    there: set[str] = field(default_factory=set)
    outside: list[str] = field(default_factory=list)
    listed: dict[str, Listed] = field(default_factory=dict)
    reactions: dict[Ref, Reacted] = field(default_factory=dict)

    @property
    def room(self) -> str:
        """Its ID."""
        return self.place.room_id

    def made(self, missing: Iterator[Ref]) -> Recount:
        """All that was found."""
        return Recount(
            since=self.since,
            messages=tuple(self.listed.values()),
            counted=frozenset(refs.message(self.room, each) for each in self.there),
            reactions=tuple(self.reactions.values()),
            missing=frozenset(missing),
        )

    async def thread(self, known: Collection[str]) -> None:
        """List the thread, back to `since` and to what is known of old."""
        async for page in self._related(self.root, THREAD):
            lately = [await self._take(each) for each in page.events]
            if not any(lately) and self.there.issuperset(known):
                break
        self.there.add(self.root)

    async def singles(self, events: Sequence[str]) -> None:
        """List messages that may stand outside of the thread, or be gone."""
        for each in events:
            event = await self.event(each)
            if event is not None and not is_redacted(event):
                await self._take(event)
                self.outside.append(each)

    async def reactions_on_all(self, now: str) -> None:
        """List the reactions on what is there: those in the thread together, where the homeserver knows how."""
        deep = False
        async for page in self._related(self.root, ANNOTATION, deep_from=now):
            deep = page.deep
            self._take_reactions(page.events)
        for each in self.outside if deep else self.there - {self.root}:
            async for page in self._related(each, ANNOTATION):
                self._take_reactions(page.events)

    async def _take(self, event: Raw) -> bool:
        """Whether it is from `since` or later."""
        lately = moment(event["origin_server_ts"], self.now) >= self.since
        if event["sender"] != self.client.user_id:
            self.there.add(event["event_id"])
            written = await self._written(event) if lately else None
            if written is not None and written.html:
                self.listed[event["event_id"]] = written
        return lately

    async def _written(self, event: Raw) -> Listed | None:
        """What a member wrote, with its last edit; None where it cannot be read, or is none of a member's words."""
        found = read(self.client, self.room, event)
        if found is None or self.asks(self.place, found):
            return None
        return listed(self.place, found, self.now, await self._edit(event))

    async def _edit(self, event: Raw) -> nio.Event | None:
        """The newest edit that is one."""
        bundled = bundled_edit(event)
        if bundled is None:
            return None
        if (edit := self._valid(event, bundled)) is not None:
            return edit
        found = [each async for page in self._related(event["event_id"], REPLACE) for each in page.events]
        newest = sorted(found, key=lambda each: (each["origin_server_ts"], each["event_id"]), reverse=True)
        return next((edit for each in newest if (edit := self._valid(event, each)) is not None), None)

    def _valid(self, event: Raw, edit: Raw) -> nio.Event | None:
        """An edit that says something else: by the same author, and encrypted as what it replaces."""
        if edit["sender"] != event["sender"] or edit["type"] != event["type"] or is_redacted(edit):
            return None
        found = read(self.client, self.room, edit)
        return found if found is not None and edited(self.place, found, self.now) is not None else None

    def _related(self, event: str, relation: str, *, deep_from: str | None = None) -> AsyncIterator[Page]:
        return related(self.client, self.room, event, relation, deep_from=deep_from)

    async def event(self, event: str) -> Raw | None:
        """One event; None where it is not there."""
        try:
            return await ask(self.client, "GET", path("rooms", self.room, "event", event))
        except NetworkRefused as error:
            if not error.gone:
                raise
            return None

    def _take_reactions(self, events: Sequence[Raw]) -> None:
        for each in events:
            found = read(self.client, self.room, each)
            told = reacted(self.place, found, self.now) if found is not None else None
            if told is not None and refs.message_id(told.message).event in self.there:
                self.reactions[told.reaction] = told
