"""What Wire holds: channels, messages, threads, reactions, and everything that ever happened, numbered."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any


class Missing(Exception):
    """What a call names is not there."""


class Unwanted(Exception):
    """Somebody does not want messages."""


HERMIT = "hermit"  # who does not


@dataclass(kw_only=True)
class Message:
    """A message in a channel or a thread."""

    id: str
    place: str  # of a channel or a thread
    by: str
    text: str
    marker: str | None
    reply_to: str | None
    at: str
    edits: int = 0
    reactions: dict[str, list[str]] = field(default_factory=dict)  # emoji: who


@dataclass(kw_only=True)
class Thread:
    """A conversation under a message. Nothing keeps a message from having two."""

    id: str
    message: str
    name: str


class Room:
    """The whole state. Every method raises `Missing` where what it names is not there."""

    def __init__(self, channels: list[str]) -> None:
        self.channels = channels
        self.messages: dict[str, Message] = {}
        self.threads: dict[str, Thread] = {}
        self.events: list[dict[str, Any]] = []
        self._made = 0
        self._news = asyncio.Condition()

    async def post(self, place: str, by: str, body: dict[str, Any]) -> str:
        """Put a message into a channel or a thread."""
        if not self._is_place(place):
            raise Missing(place)
        if place == f"@{HERMIT}":
            raise Unwanted(HERMIT)
        message = Message(
            id=self._id("m"),
            place=place,
            by=by,
            text=body.get("text", ""),
            marker=body.get("marker"),
            reply_to=body.get("reply_to"),
            at=_now(),
        )
        self.messages[message.id] = message
        await self._happened("posted", asdict(message))
        return message.id

    async def open_thread(self, message: str, name: str) -> str:
        """Open a thread under a message, whether it has one or not."""
        self._message(message)
        thread = Thread(id=self._id("t"), message=message, name=name)
        self.threads[thread.id] = thread
        await self._happened("opened", asdict(thread))
        return thread.id

    async def rename(self, thread: str, name: str) -> None:
        """Call a thread something else."""
        if thread not in self.threads:
            raise Missing(thread)
        self.threads[thread].name = name
        await self._happened("renamed", {"id": thread, "name": name})

    async def edit(self, message: str, by: str, text: str) -> None:
        """Change what a message says."""
        found = self._message(message)
        found.text, found.edits = text, found.edits + 1
        await self._happened("edited", asdict(found) | {"by": by})

    async def delete(self, name: str) -> None:
        """Remove a message, or a thread with all that is in it."""
        if self.messages.pop(name, None) is None and self.threads.pop(name, None) is None:
            raise Missing(name)
        for each in [each for each in self.messages.values() if each.place == name]:
            del self.messages[each.id]
        await self._happened("deleted", {"id": name})

    async def react(self, message: str, by: str, emoji: str) -> None:
        """Put an emoji on a message; the same twice is once."""
        who = self._message(message).reactions.setdefault(emoji, [])
        if by not in who:
            who.append(by)
            await self._happened("reacted", {"message": message, "by": by, "emoji": emoji})

    async def unreact(self, message: str, by: str, emoji: str) -> None:
        """Take an emoji back."""
        who = self._message(message).reactions.get(emoji, [])
        if by in who:
            who.remove(by)
            await self._happened("unreacted", {"message": message, "by": by, "emoji": emoji})

    def found(self, place: str, by: str | None, marker: str | None, since: str | None) -> list[Message]:
        """Messages of a channel or thread, oldest first."""
        if not self._is_place(place):
            raise Missing(place)
        return [
            each
            for each in self.messages.values()
            if each.place == place
            and (by is None or each.by == by)
            and (marker is None or each.marker == marker)
            and (since is None or each.at >= since)
        ]

    def threads_of(self, message: str) -> list[Thread]:
        """Threads under a message, oldest first."""
        self._message(message)
        return [each for each in self.threads.values() if each.message == message]

    async def after(self, number: int, wait: float) -> list[dict[str, Any]]:
        """What happened after event `number`; waits up to `wait` seconds for something to."""
        async with self._news:
            try:
                async with asyncio.timeout(wait):
                    await self._news.wait_for(lambda: len(self.events) > number)
            except TimeoutError:
                return []
        return self.events[number:]

    def dump(self) -> dict[str, Any]:
        """All of it, for what tests assert."""
        return {
            "messages": [asdict(each) for each in self.messages.values()],
            "threads": [asdict(each) for each in self.threads.values()],
            "events": len(self.events),
        }

    def _is_place(self, name: str) -> bool:
        """Channels, threads, and what is between the bot and one person."""
        return name in self.channels or name in self.threads or name.startswith("@")

    def _message(self, name: str) -> Message:
        if name not in self.messages:
            raise Missing(name)
        return self.messages[name]

    def _id(self, kind: str) -> str:
        self._made += 1
        return f"{kind}{self._made}"

    async def _happened(self, kind: str, what: dict[str, Any]) -> None:
        async with self._news:
            self.events.append({"number": len(self.events) + 1, "kind": kind, "at": _now()} | what)
            self._news.notify_all()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
