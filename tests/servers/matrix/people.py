"""People on Matrix, each with a client of nio's: plain, or one that encrypts, with its keys in a temporary folder.

async with crowd(synapse) as people:
    anna = await people.comes("anna", encrypts=True)
    room = await anna.room("News", encrypted=True, invite=[bot.user])
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import quote, urlencode

import nio
from nio.client.async_client import AsyncClient, AsyncClientConfig

from tests.servers.matrix.rooms import Raw, Written, written
from tests.servers.matrix.synapse import Registered, Synapse

WITHIN: Final = 60.0  # seconds; a loaded machine is slow
_GLANCE: Final = 0.3  # seconds that one sync waits for news, where something else may be waited for, too


class Refused(Exception):
    """The homeserver does not do it; `code` is Matrix's."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class Person:
    """Somebody who is logged in. Everything that is asked for is there when a call returns."""

    def __init__(self, name: str, account: Registered, client: AsyncClient) -> None:
        self.name = name
        self.account = account
        self.user = account.user
        self.client = client

    # --- listening ---

    async def sync(self, wait: float = 0.0) -> nio.SyncResponse:
        """Hear what is new, waiting so many seconds for it, and look after the keys."""
        answer = await self.client.sync(timeout=int(wait * 1000), full_state=False)
        assert isinstance(answer, nio.SyncResponse), answer
        if self.client.config.encryption_enabled:
            await self._keep_keys()
        return answer

    async def _keep_keys(self) -> None:
        await self.client.send_to_device_messages()
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.keys_query()
        if self.client.should_claim_keys:
            await self.client.keys_claim(self.client.get_users_for_key_claiming())

    async def until(self, what: str, holds: Callable[[], Awaitable[bool]], within: float = WITHIN) -> None:
        """Listen until something holds."""
        deadline = time.monotonic() + within
        while not await holds():
            assert time.monotonic() < deadline, f"{what}: not within {within:.0f} s"
            await self.sync(_GLANCE)

    # --- rooms ---

    async def room(
        self,
        name: str,
        *,
        version: str = "12",
        encrypted: bool = False,
        invite: Sequence[str] = (),
        space: bool = False,
        public: bool = False,
        extra: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """Make a room, or a space, and return its ID. `invite` are users, `extra` more of its first state events."""
        state = [*extra, *([_state("m.room.encryption", algorithm="m.megolm.v1.aes-sha2")] if encrypted else [])]
        asked: dict[str, Any] = {
            "name": name,
            "room_version": version,
            "invite": list(invite),
            "preset": "public_chat" if public else "private_chat",
            "initial_state": state,
            "creation_content": {"type": "m.space"} if space else {},
        }
        made = str((await self.ask("POST", "createRoom", body=asked))["room_id"])
        await self.until(f"{name} is there", lambda: self._has(made))
        return made

    async def _has(self, room: str) -> bool:
        return room in self.client.rooms

    async def invite(self, room: str, user: str) -> None:
        """Ask somebody in."""
        await self.ask("POST", "rooms", room, "invite", body={"user_id": user})

    async def join(self, room: str) -> None:
        """Come into a room, which is known to the client afterwards."""
        await self.ask("POST", "join", room, body={})
        await self.until(f"{self.name} is in {room}", lambda: self._has(room))

    async def leave(self, room: str) -> None:
        await self.ask("POST", "rooms", room, "leave", body={})

    async def kick(self, room: str, user: str, reason: str = "") -> None:
        await self.ask("POST", "rooms", room, "kick", body={"user_id": user, "reason": reason})

    async def ban(self, room: str, user: str, reason: str = "") -> None:
        await self.ask("POST", "rooms", room, "ban", body={"user_id": user, "reason": reason})

    async def unban(self, room: str, user: str) -> None:
        await self.ask("POST", "rooms", room, "unban", body={"user_id": user})

    async def upgrade(self, room: str, version: str) -> str:
        """Replace a room by one of this version; returns the new one."""
        made = await self.ask("POST", "rooms", room, "upgrade", body={"new_version": version})
        return str(made["replacement_room"])

    async def state(self, room: str, kind: str, key: str = "") -> dict[str, Any]:
        """The content of a state event. Raises `Refused` where there is none."""
        return await self.ask("GET", "rooms", room, "state", kind, key)

    async def set_state(self, room: str, kind: str, content: Mapping[str, Any], key: str = "") -> str:
        """Returns the event."""
        return str((await self.ask("PUT", "rooms", room, "state", kind, key, body=content))["event_id"])

    async def grant(self, room: str, user: str, level: int) -> None:
        """Give somebody a power level."""
        levels = await self.state(room, "m.room.power_levels")
        changed = {**levels, "users": {**levels.get("users", {}), user: level}}
        await self.set_state(room, "m.room.power_levels", changed)

    async def hold(self, space: str, *rooms: str) -> None:
        """Put rooms into a space."""
        for room in rooms:
            await self.set_state(space, "m.space.child", {"via": [self.user.partition(":")[2]]}, room)

    async def members(self, room: str, membership: str = "join") -> set[str]:
        """Who is in a room, or is invited ("invite"), or whatever else."""
        found = await self.ask("GET", "rooms", room, "members", query={"membership": membership})
        return {each["state_key"] for each in found["chunk"]}

    async def invitations(self) -> list[str]:
        """The rooms that this one is invited to."""
        await self.sync()
        return list(self.client.invited_rooms)

    async def rooms_with(self, user: str) -> list[str]:
        """The rooms of two, this one and somebody, that this one is in."""
        joined = (await self.ask("GET", "joined_rooms"))["joined_rooms"]
        found = []
        for room in joined:
            there = await self.members(room) | await self.members(room, "invite")
            found += [room] if there == {self.user, user} else []
        return found

    # --- writing ---

    async def write(
        self,
        room: str,
        text: str,
        *,
        thread: str | None = None,
        reply_to: str | None = None,
        html: str | None = None,
        kind: str = "m.text",
        mentions: Sequence[str] = (),
    ) -> str:
        """Write a message; returns its event. `thread`: the message that it hangs on. `reply_to`: in the thread, or a
        reply outside of threads where there is none."""
        content: dict[str, Any] = {"msgtype": kind, "body": text}
        if html is not None:
            content |= {"format": "org.matrix.custom.html", "formatted_body": html}
        if mentions:
            content["m.mentions"] = {"user_ids": list(mentions)}
        if relation := _relation(thread, reply_to):
            content["m.relates_to"] = relation
        return await self.send(room, "m.room.message", content)

    async def edit(self, room: str, event: str, text: str, *, html: str | None = None) -> str:
        """Make a message say something else; returns the edit's own event."""
        new: dict[str, Any] = {"msgtype": "m.text", "body": text}
        if html is not None:
            new |= {"format": "org.matrix.custom.html", "formatted_body": html}
        relation = {"rel_type": "m.replace", "event_id": event}
        content = {**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": relation}
        return await self.send(room, "m.room.message", content)

    async def react(self, room: str, event: str, emoji: str) -> str:
        """Put an emoji on a message; returns the reaction's own event, which is what is redacted to take it back."""
        relation = {"rel_type": "m.annotation", "event_id": event, "key": emoji}
        return await self.send(room, "m.reaction", {"m.relates_to": relation})

    async def redact(self, room: str, event: str, reason: str | None = None) -> str:
        """Returns the redaction's own event."""
        answer = await self.client.room_redact(room, event, reason)
        assert isinstance(answer, nio.RoomRedactResponse), answer
        return str(answer.event_id)

    async def send(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        """Send any event, encrypted where the room is; returns it. Raises `Refused`."""
        await self.sync()  # who else is there, and with which devices
        answer = await self.client.room_send(room, kind, dict(content), ignore_unverified_devices=True)
        if isinstance(answer, nio.RoomSendError):
            raise Refused(answer.status_code or "", answer.message)
        return str(answer.event_id)

    # --- reading ---

    async def read(self, room: str) -> list[Written]:
        """What stands in a room, threads included, the oldest first, decrypted where this one can."""
        return written(await self.timeline(room))

    async def thread(self, room: str, root: str) -> list[Written]:
        """What stands in a thread, without the message that it hangs on."""
        return [each for each in await self.read(room) if each.thread == root]

    async def message(self, room: str, event: str) -> Written:
        """One message, which is there."""
        (found,) = [each for each in await self.read(room) if each.event == event]
        return found

    async def timeline(self, room: str) -> list[Raw]:
        """All events of a room that this one may see, the oldest first, decrypted where that can be done."""
        if self.client.config.encryption_enabled:
            await self.sync()  # the keys
        found, start = [], ""
        while True:
            asked: dict[str, str | int] = {"dir": "b", "limit": 1000, **({"from": start} if start else {})}
            page = await self.ask("GET", "rooms", room, "messages", query=asked)
            found += page["chunk"]
            if not page.get("end"):
                break
            start = page["end"]
        return [self._decrypted(room, each) for each in reversed(found)]

    def _decrypted(self, room: str, event: dict[str, Any]) -> Raw:
        if event["type"] != "m.room.encrypted" or not event["content"] or not self.client.config.encryption_enabled:
            return event
        parsed = nio.Event.parse_encrypted_event(event)
        if not isinstance(parsed, nio.MegolmEvent):
            return event
        parsed.room_id = room
        try:
            plain = self.client.decrypt_event(parsed)
        except nio.EncryptionError:
            return event
        return {**event, "type": plain.source["type"], "content": plain.source["content"]}

    async def ask(
        self,
        method: str,
        *parts: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> dict[str, Any]:
        """A call below /_matrix/client/v3. Raises `Refused`."""
        where = "/_matrix/client/v3/" + "/".join(quote(each, safe="") for each in parts)
        headers = {"Authorization": f"Bearer {self.client.access_token}", "Content-Type": "application/json"}
        data = json.dumps(body) if body is not None else None
        address = f"{where}?{urlencode(query)}" if query else where
        async with await self.client.send(method, address, data, headers) as response:
            answer: dict[str, Any] = await response.json()
        if response.status >= 400:
            raise Refused(str(answer.get("errcode")), str(answer.get("error")))
        return answer


class Crowd:
    """People who come to a homeserver and are seen off at the end."""

    def __init__(self, synapse: Synapse, folder: str) -> None:
        self._synapse = synapse
        self._folder = folder
        self._there: list[Person] = []

    async def comes(self, name: str, *, encrypts: bool = False) -> Person:
        """Somebody new, logged in."""
        return await self.logs_in(name, self._synapse.register(name), encrypts=encrypts)

    async def logs_in(self, name: str, account: Registered, *, encrypts: bool = False) -> Person:
        """Somebody who has an account, with another device."""
        store = tempfile.mkdtemp(dir=self._folder) if encrypts else None
        config = AsyncClientConfig(encryption_enabled=encrypts, pickle_key="a person's", store_sync_tokens=False)
        client = AsyncClient(self._synapse.address, account.user, store_path=store, config=config)
        person = Person(name, account, client)
        self._there.append(person)
        answer = await client.login(account.password, device_name="a person's")
        assert isinstance(answer, nio.LoginResponse), answer
        await person.sync()
        return person

    async def goes(self) -> None:
        """All of them are gone."""
        for person in self._there:
            await person.client.close()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def crowd(synapse: Synapse) -> AsyncIterator[Crowd]:
    """People for the length of the body."""
    with tempfile.TemporaryDirectory(prefix="tribune-people-", ignore_cleanup_errors=True) as folder:
        people = Crowd(synapse, folder)
        try:
            yield people
        finally:
            await people.goes()


def _state(kind: str, **content: Any) -> dict[str, Any]:
    return {"type": kind, "state_key": "", "content": content}


def _relation(thread: str | None, reply_to: str | None) -> dict[str, Any]:
    if thread is None:
        return {"m.in_reply_to": {"event_id": reply_to}} if reply_to is not None else {}
    relation = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": reply_to is None}
    return {**relation, "m.in_reply_to": {"event_id": reply_to or thread}}
