"""Rooms that invite the bot, that it comes into, that move, and that it is put out of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping, Sequence

import nio
import structlog

from adapters.matrix import refs
from adapters.matrix.following import Following
from adapters.matrix.inspecting import name_of
from adapters.matrix.joining import Joins
from adapters.matrix.leaving import Leaving
from adapters.matrix.line import Line
from adapters.matrix.markers import MARKER
from adapters.matrix.people import clean_name, who_is
from adapters.matrix.sending import Sending
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.spaces import Spaces
from adapters.matrix.state import joined_rooms, state_event
from bot.domain.events import Joined, Left, Outcome, Who
from bot.errors import NetworkError, NetworkRefused
from bot.locale import LANGUAGES, translator
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.network import Emit

log = structlog.get_logger()

NOTE = "matrix rooms"

t = translator(LANGUAGES[0])  # whom the bot does not know yet is spoken to in the first of its languages

_DECLINED_AT_ONCE = 4

REMOVED = "The bot was removed from the room."
BANNED = "The bot was banned from the room."
WENT = "The bot has left the room."
GONE = "The bot is not in the room any more."
_NOT_INVITED = (
    "The operator of this Tribune has not allowed you to invite the bot. They can: “invited_by” in its settings."
)
_NO_SUCCESSOR = "This room does not say that it replaces the one that the bot came from."


class Guests:
    """Called by `Listening`; each returns when what it tells of is stored. All raise NetworkError where the homeserver
    is away, and are called again then."""

    def __init__(
        self,
        line: Line,
        sending: Sending,
        leaving: Leaving,
        spaces: Spaces,
        settings: MatrixSettings,
        *,
        chat: ChatDesk,
        clock: Clock,
    ) -> None:
        self._line = line
        self._sending = sending
        self._leaving = leaving
        self._spaces = spaces
        self._settings = settings
        self._chat = chat
        self._clock = clock
        self._joins = Joins(line, chat, clock)
        self._following = Following(line, clock)
        self._told: dict[str, str] | None = None  # rooms that were told of, ever, and what each is in
        self._declining: dict[str, asyncio.Task[None]] = {}
        self._few = asyncio.Semaphore(_DECLINED_AT_ONCE)
        self._gone_out: set[str] = set()  # rooms that the bot has left, whatever a sync from before says
        self._said: dict[str, tuple[str, str]] = {}  # since the last start, also what that is called

    # --- called by `Listening` ---

    async def begin(self, emit: Emit) -> None:
        """Tell of all rooms that the bot is in, and of those that it was in when this was told last."""
        self._said.clear()
        self._gone_out.clear()
        there = await joined_rooms(self._line.client)
        for room in [each for each in await self._known() if each not in there]:
            await self.left(emit, room, ())
        spaces = [each for each in there if await self._spaces.is_space(each)]
        for room in (*spaces, *(each for each in there if each not in spaces)):
            await self._tell(emit, room)

    async def invited(self, emit: Emit, room: str, state: Sequence[nio.InviteEvent]) -> None:
        """Join where the inviter is allowed to ask, or where the room is known; else decline with a reason."""
        self._gone_out.discard(room)
        by = _inviter(state, self._me)
        if by is None:
            return
        wanted = await self._joins.of(room)
        if (wanted is not None and wanted.follows is not None) or await self._is_welcome(room, by):
            await self._joins.want(room, _homeserver(by), by=by)
            return
        log.info("an invitation was declined: the inviter is not in invited_by", room=room, inviter=by)
        self._gone_out.add(room)
        self._decline(room)

    def _decline(self, room: str) -> None:
        """Beside the loop: homeservers ask the inviter's one first, which may not answer for minutes."""
        if room not in self._declining:
            self._declining[room] = asyncio.create_task(self._declined(room), name=f"declining {room}")

    async def _declined(self, room: str) -> None:
        async with self._few:
            try:
                await self._leaving.leave_room(room, t(_NOT_INVITED))
            except NetworkError as error:
                log.info("an invitation could not be declined yet", room=room, reason=str(error))

    async def joined(self, emit: Emit, room: str) -> None:
        """The bot is in a room, and that was not told yet."""
        if room in self._gone_out or room in await self._known():
            return
        self._spaces.forget(room)
        await self._tell(emit, room)
        if await self._spaces.is_space(room):
            await self._tell_again(emit, await self._spaces.rooms_of(room))

    async def changed(self, emit: Emit, room: str) -> None:
        """What a room is called, or which space it is in, may be another one now."""
        if room in await self._known():
            await self._tell(emit, room)

    async def left(self, emit: Emit, room: str, events: Sequence[nio.Event]) -> None:
        """The bot is not in a room any more."""
        self._spaces.forget(room)
        self._gone_out.discard(room)
        wanted = await self._joins.of(room)
        if wanted is not None and wanted.follows is None:
            await self._joins.done(room)
        known = await self._known()
        if room not in known:
            return
        # Rooms that the bot is in still are servers of their own without their space.
        await self._tell_again(emit, [each for each, inside in known.items() if inside == room and each != room])
        why, now = _why(events, self._me), self._clock.now()
        for place in (refs.server(room), refs.channel(room)):
            await emit(Left(place=place, why=why, at=now))
        known.pop(room, None)
        self._said.pop(room, None)
        await self._note()

    async def moved(self, emit: Emit, room: str, content: Mapping[str, object]) -> None:
        """A room was replaced by another one: follow, with all that goes there. What `content` says is looked up: the
        room's state alone counts."""
        await self._follow(emit, room)

    async def is_channel(self, room: str) -> bool:
        """Whether articles are posted in a room."""
        return await self._chat.place(None, refs.channel(room)) is not None

    async def go_on(self) -> None:
        """Join what is to be joined by now. Raises what broke in what was begun before."""
        for room in [room for room, task in self._declining.items() if task.done()]:
            self._declining.pop(room).result()
        await self._joins.go_on()

    async def settle(self) -> None:
        """Wait for what was begun."""
        await self._joins.settle()
        if self._declining:
            await asyncio.wait(self._declining.values())

    async def end(self) -> None:
        """Leave off what is under way."""
        await self._joins.end()
        tasks, self._declining = list(self._declining.values()), {}
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- ---

    @property
    def _me(self) -> str:
        return self._line.client.user_id

    async def _is_welcome(self, room: str, by: str | None) -> bool:
        """Whether the bot may be in a room that somebody invited it to."""
        if by is not None and {by, _homeserver(by)} & {*self._settings.invited_by}:
            return True
        channel = refs.channel(room)
        known = await self._chat.place(None, channel) or await self._chat.place(refs.server(room), channel)
        return known is not None

    async def _tell(self, emit: Emit, room: str) -> None:
        wanted = await self._joins.of(room)
        if await self._is_own(room) or await self._follow(emit, room):
            await self._was_told(room, room)
            return
        before = await self._following.predecessor(room)
        if before is not None:
            await self._tell_moved(emit, before, room)
        elif wanted is not None and wanted.follows is not None and not await self._is_welcome(room, wanted.by):
            await self._joins.done(room)
            await self._go_out(room, self._leaving.leave_room(room, t(_NO_SUCCESSOR)))
            return
        await self._tell_joined(emit, room, wanted.by if wanted is not None else None)

    async def _tell_joined(self, emit: Emit, room: str, by: str | None) -> None:
        inside = await self._spaces.space_of(room) or room
        name = await self._name(inside)
        if self._said.get(room) == (inside, name):
            return
        outcome = await emit(
            Joined(
                server=refs.server(inside),
                name=name,
                at=self._clock.now(),
                by=self._who(room, by) if by is not None else None,
                channel=refs.channel(room) if (await self._known()).get(room) != inside else None,
            )
        )
        if outcome.refused is not None:
            await self._say_why(room, outcome)
            await self._go_out(room, self._leaving.leave(refs.server(inside)))
            await self._joins.done(room)
            return
        self._said[room] = inside, name
        await self._was_told(room, inside)

    async def _tell_again(self, emit: Emit, rooms: Sequence[str]) -> None:
        for room in rooms:
            await self.changed(emit, room)

    async def _follow(self, emit: Emit, room: str) -> bool:
        """Go where a room has gone; True where the bot is there already, and all that goes there."""
        successor = await self._following.successor(room)
        if successor is None:
            return False
        if await self._following.has_moved(room, successor):
            await self._tell_moved(emit, room, successor.room)
            return True
        if successor.room not in await self._known():
            await self._joins.want(successor.room, _homeserver(successor.by), follows=room)
        return False

    async def _tell_moved(self, emit: Emit, before: str, after: str) -> None:
        self._spaces.replace(before, after)
        await self._following.tell(emit, before, after)

    async def _is_own(self, room: str) -> bool:
        """Whether the bot has made a room by itself, to speak to one person."""
        create = await self._following.creation(room)
        return create is not None and create.get("sender") == self._me

    async def _go_out(self, room: str, leaving: Awaitable[None]) -> None:
        """What the homeserver refuses is tried again after the next start."""
        try:
            await leaving
        except NetworkRefused as error:
            log.warning("a room could not be left", room=room, reason=str(error))
        self._gone_out.add(room)

    async def _say_why(self, room: str, outcome: Outcome) -> None:
        text = t(outcome.refused or "", **dict(outcome.values))
        content = {"msgtype": "m.notice", "body": text, "m.mentions": {}, MARKER: "refused"}
        try:
            member = await state_event(self._line.client, room, "m.room.member", self._me) or {}
            await self._sending.send(room, "m.room.message", content, f"refused {member.get('event_id')}")
        except NetworkRefused as error:
            log.info("why the bot leaves could not be said", room=room, reason=str(error))

    async def _name(self, room: str) -> str:
        known = self._line.client.rooms.get(room)
        if known is not None and (name := clean_name(known.name or known.canonical_alias or "")):
            return name
        try:
            return await name_of(self._line.client, room)
        except NetworkRefused:
            return room

    def _who(self, room: str, user: str) -> Who:
        known = self._line.client.rooms.get(room)
        return who_is(known, user) if known is not None else Who(ref=refs.account(user), name=clean_name(user))

    async def _was_told(self, room: str, inside: str) -> None:
        await self._joins.done(room)
        known = await self._known()
        if known.get(room) != inside:
            known[room] = inside
            await self._note()

    async def _known(self) -> dict[str, str]:
        if self._told is None:
            self._told = dict(json.loads(await self._chat.recall(NOTE) or "{}"))
        return self._told

    async def _note(self) -> None:
        await self._chat.note(NOTE, json.dumps(await self._known()))


def _inviter(state: Sequence[nio.InviteEvent], me: str) -> str | None:
    """Who invites the bot; None where nobody says."""
    found = (each for each in state if isinstance(each, nio.InviteMemberEvent))
    return next((each.sender for each in found if (each.state_key, each.membership) == (me, "invite")), None)


def _why(events: Sequence[nio.Event], me: str) -> str:
    """Why the bot is not in a room any more."""
    mine = [each for each in events if isinstance(each, nio.RoomMemberEvent) and each.state_key == me]
    if not mine:
        return GONE
    if mine[-1].membership == "ban":
        return BANNED
    return WENT if mine[-1].sender == me else REMOVED


def _homeserver(user: str) -> str:
    return user.partition(":")[2]
