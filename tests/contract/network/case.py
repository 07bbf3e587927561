"""A network under test, and what people do and see there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.model import Ref
from bot.ports.network import Network


class People(Protocol):
    """The members of a network under test."""

    async def write(self, thread: Ref, text: str) -> Ref:
        """Somebody writes in a thread; returns the message."""
        ...

    async def react(self, message: Ref, emoji: str) -> Ref:
        """Somebody reacts; returns the reaction."""
        ...

    async def reactions(self, message: Ref) -> list[str]:
        """The emoji on a message, those of the bot left out."""
        ...

    async def sees(self, message: Ref) -> bool:
        """Whether a message is there to be read."""
        ...

    async def name_of(self, thread: Ref) -> str:
        """What a thread is called."""
        ...

    async def locked(self, thread: Ref) -> bool:
        """Whether a thread is closed to members."""
        ...

    async def can_decide(self, case: Ref) -> bool:
        """Whether there is something to press under a case."""
        ...


@dataclass(frozen=True, kw_only=True)
class Case:
    """A network, a place in it where the bot may post, and where it can: somebody to be told, and what they were."""

    network: Network
    channel: Ref
    account: Ref | None = None
    told: Callable[[], Awaitable[list[str]]] | None = None
    people: People | None = None
