"""Who asks, where, in which language, and what the room itself lets them do."""

from __future__ import annotations

from dataclasses import dataclass

import nio

from adapters.matrix import refs
from adapters.matrix.people import who_is
from adapters.matrix.powers import Powers
from adapters.matrix.spaces import Spaces
from bot.domain.events import Who
from bot.domain.model import Ref
from bot.ports.chat import ChatDesk, Place
from bot.ports.commands import Caller, Commands


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """`root` is the message on which the thread hangs that they are in, or that they answered; None: neither."""

    who: Who
    user: str
    room: str
    root: str | None

    @property
    def thread(self) -> Ref | None:
        """The thread that they are in."""
        return refs.thread(self.room, self.root) if self.root is not None else None


def visitor(room: nio.MatrixRoom, user: str, root: str | None) -> Visitor:
    """Somebody in a room, as it calls them; nothing is asked for."""
    return Visitor(who=who_is(room, user), user=user, room=room.room_id, root=root)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reception:
    """Finds out who somebody is to the community at home where they are."""

    commands: Commands
    chat: ChatDesk
    powers: Powers
    spaces: Spaces

    async def place(self, who: Visitor) -> Place | None:
        """Whose words are spoken there; None where the bot has no business. Raises NetworkError."""
        server = await self.spaces.server_of(who.room)
        thread = (who.thread,) if who.thread is not None else ()
        return await self.chat.place(server, *thread, refs.channel(who.room))

    async def server(self, who: Visitor) -> str:
        """The space or room where somebody is, as the operator's commands name it. Raises NetworkError."""
        return (await self.spaces.server_of(who.room)).replace(":server/", ":", 1)

    async def caller(self, who: Visitor, place: Place) -> Caller:
        """Who asks. Raises NetworkError, and `RequestError` where they cannot be known."""
        role = await self.powers.role(who.room, who.user)
        actor = await self.commands.actor(place.community_id, who.who, role)
        channel = place.channel.ref if place.channel is not None else refs.channel(who.room)
        return Caller(actor=actor, channel=channel, thread=who.thread, language=place.language, zone=place.zone)
