"""The gateway websocket: sessions, what they are told, RESUME, and what goes wrong with them."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.servers.discord import payloads
from tests.servers.discord.changes import Changes
from tests.servers.discord.model import Json, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 8, 9, 10, 11
GUILDS, GUILD_MESSAGES, GUILD_REACTIONS, DIRECT_MESSAGES, DIRECT_REACTIONS = 1, 1 << 9, 1 << 10, 1 << 12, 1 << 13
MESSAGE_CONTENT = 1 << 15
_GUILD_EVENTS = ("GUILD_", "CHANNEL_", "THREAD_")
_CONTENT: tuple[tuple[str, object], ...] = (("content", ""), ("embeds", []), ("attachments", []), ("components", []))


@dataclass
class Session:
    """One session: all that it was told, and the connection it has now."""

    id: str
    intents: int
    shard: tuple[int, int] = (0, 1)
    told: list[str] = field(default_factory=list)
    connection: Connection | None = None

    def concerns(self, guild: int | None) -> bool:
        """Whether what happens in a guild, or in a direct conversation, is told to its shard."""
        number, count = self.shard
        return number == (0 if guild is None else (guild >> 22) % count)


class Connection:
    """One websocket; what is sent goes out in order."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._socket = socket
        self._request = request
        self._out: asyncio.Queue[str | int | None] = asyncio.Queue()

    def send(self, op: int, data: object = None) -> None:
        """Send a payload that is no event."""
        self.send_text(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def send_text(self, text: str) -> None:
        """Send anything."""
        self._out.put_nowait(text)

    def close(self, code: int) -> None:
        """Close with a code once all is sent."""
        self._out.put_nowait(code)

    def cut(self) -> None:
        """End it as a broken line does."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def write(self) -> None:
        """Send what there is, until it is closed."""
        while True:
            match await self._out.get():
                case str(text):
                    await self._socket.send_str(text)
                case code:
                    await self._socket.close(code=code or 1000)
                    return


class Gateway:
    """All sessions of the bot. `address` is its own websocket address."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self.address = ""
        self.changes = Changes()
        self.identified = 0
        self.resumed = 0
        self.starts = world.settings.session_starts
        world.emit = self.emit

    # --- telling ---

    def emit(self, event: str, data: Json, guild: int | None, channel: int | None) -> None:
        """Tell every session that wants to know, connected or not."""
        self.changes.add()
        there = self._world.channels.get(channel) if channel is not None else None
        if there is not None and not event.startswith("CHANNEL_") and not payloads.sees(self._world, there):
            return
        for session in self._sessions.values():
            if session.concerns(guild) and _wanted(event, session.intents, direct=guild is None):
                self._tell(session, event, self._seen(session, event, data, direct=guild is None))

    def _tell(self, session: Session, event: str, data: object) -> None:
        text = json.dumps({"op": DISPATCH, "t": event, "s": len(session.told) + 1, "d": data})
        session.told.append(text)
        if session.connection is not None:
            session.connection.send_text(text)

    def _seen(self, session: Session, event: str, data: Json, *, direct: bool) -> Json:
        """Without the intent, content is empty but for own messages, direct ones and those that mention the bot."""
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or session.intents & MESSAGE_CONTENT or direct:
            return data
        me = str(self._world.bot.id)
        if data["author"]["id"] == me or any(each["id"] == me for each in data["mentions"]):
            return data
        bare = data | dict(_CONTENT)
        referenced = data.get("referenced_message")
        if referenced and referenced["author"]["id"] != me:
            bare["referenced_message"] = referenced | dict(_CONTENT)
        return bare

    # --- listening ---

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, from HELLO to its end."""
        if self._world.settings.gateway_away:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self._connections.add(connection)
        connection.send(HELLO, {"heartbeat_interval": int(self._world.settings.heartbeat * 1000)})
        writing = asyncio.create_task(connection.write())
        try:
            await self._listen(socket, connection)
        finally:
            self._left(connection)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
        return socket

    async def _listen(self, socket: web.WebSocketResponse, connection: Connection) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                asked = json.loads(message.data)
                self._hear(connection, asked["op"], asked.get("d"))

    def _left(self, connection: Connection) -> None:
        self._connections.discard(connection)
        for session in self._sessions.values():
            if session.connection is connection:
                session.connection = None

    def _hear(self, connection: Connection, op: int, data: Json) -> None:
        if op == HEARTBEAT and self._world.settings.acknowledges:
            connection.send(ACK)
        elif op == IDENTIFY:
            self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        elif op == MEMBERS:
            self._send_members(connection, data)

    def _identify(self, connection: Connection, data: Json) -> None:
        settings = self._world.settings
        self.identified += 1
        self.starts -= 1
        if self.starts < 0:  # too many: Discord takes the token back
            settings.tokens.clear()
        if data["token"].removeprefix("Bot ") not in settings.tokens:
            connection.close(4004)
        elif data["intents"] & settings.refused_intents:
            connection.close(4014)
        else:
            number, count = data.get("shard") or (0, 1)
            self._begin(connection, Session(secrets.token_hex(16), data["intents"], (number, count)))

    def _begin(self, connection: Connection, session: Session) -> None:
        session.connection = connection
        self._sessions[session.id] = session
        mine = [each for each in self._world.guilds.values() if self._world.bot.id in each.members]
        guilds = [each for each in mine if session.concerns(each.id)]
        ready = {
            "v": 10,
            "user": payloads.user(self._world.bot) | {"verified": True, "mfa_enabled": False, "locale": "en-US"},
            "guilds": [{"id": str(each.id), "unavailable": True} for each in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.address,
            "application": {"id": str(self._world.bot.id), "flags": 1 << 18 | 1 << 15},
            "private_channels": [],
            "shard": session.shard,
        }
        self.changes.add()
        self._tell(session, "READY", ready)
        for each in guilds:
            if each.available and session.intents & GUILDS:
                self._tell(session, "GUILD_CREATE", payloads.guild_created(self._world, each))

    def _resume(self, connection: Connection, data: Json) -> None:
        session = self._sessions.get(data["session_id"])
        if session is None or data["token"] not in self._world.settings.tokens or data["seq"] > len(session.told):
            connection.send(INVALID, False)
            return
        self.resumed += 1
        self.changes.add()
        for text in session.told[data["seq"] :]:
            connection.send_text(text)
        session.connection = connection
        self._tell(session, "RESUMED", {})

    def _send_members(self, connection: Connection, data: Json) -> None:
        session = next(each for each in self._sessions.values() if each.connection is connection)
        guild = self._world.guilds[int(data["guild_id"])]
        members = [payloads.member(self._world, each) for each in guild.members.values()]
        about: Json = {"guild_id": str(guild.id), "members": members, "chunk_index": 0, "chunk_count": 1}
        if data.get("nonce"):
            about["nonce"] = data["nonce"]
        self._tell(session, "GUILD_MEMBERS_CHUNK", about)

    # --- what goes wrong ---

    def drop(self, code: int | None = None) -> None:
        """End every connection: with a close code, or as a broken line does. Sessions can be resumed."""
        for connection in list(self._connections):
            if code is None:
                connection.cut()
            else:
                connection.close(code)
            self._left(connection)

    def end(self, *, tell: bool = True) -> None:
        """Forget every session: Invalid Session now, or (not `tell`) when it is to be resumed."""
        for session in self._sessions.values():
            if tell and session.connection is not None:
                session.connection.send(INVALID, False)
        self._sessions.clear()

    def ask_to_reconnect(self) -> None:
        """Ask the bot to reconnect (op 7)."""
        for connection in self._connections:
            connection.send(RECONNECT)

    def send_raw(self, text: str) -> None:
        """Send anything to every connection."""
        for connection in self._connections:
            connection.send_text(text)

    def tell_all(self, event: str, data: object) -> None:
        """Tell every session any event, whatever is in it."""
        for session in self._sessions.values():
            self._tell(session, event, data)

    def dump(self) -> Json:
        """How often it was identified and resumed, and which sessions there are."""
        connected = sum(each.connection is not None for each in self._sessions.values())
        sessions = [
            {"id": each.id, "intents": each.intents, "shard": each.shard, "told": len(each.told)}
            for each in self._sessions.values()
        ]
        counts = {"identified": self.identified, "resumed": self.resumed, "starts_left": self.starts}
        return counts | {"connected": connected, "sessions": sessions}


def _wanted(event: str, intents: int, *, direct: bool) -> bool:
    if event.startswith("MESSAGE_REACTION"):
        return bool(intents & (DIRECT_REACTIONS if direct else GUILD_REACTIONS))
    if event.startswith("MESSAGE_"):
        return bool(intents & (DIRECT_MESSAGES if direct else GUILD_MESSAGES))
    if event.startswith(_GUILD_EVENTS):
        return bool(intents & GUILDS)
    return True
