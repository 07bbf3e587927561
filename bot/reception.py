"""Where events of the networks come in: each goes to the part that it concerns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.discussion import CatchingUp, Discussion
from bot.domain.events import Back, Event, Joined, Left, Missed, Moved, Outcome
from bot.governing import ServerDesk


@dataclass(frozen=True, kw_only=True, slots=True)
class Reception:
    """What the networks hand their events to."""

    discussion: Discussion
    servers: ServerDesk
    catching_up: CatchingUp
    hurry: Callable[[str], Awaitable[None]]  # a network's orders that were put off after a failure

    async def take(self, event: Event) -> Outcome:
        """Store an event and what follows from it. Raises StorageError."""
        match event:
            case Joined():
                return await self.servers.joined(event)
            case Left():
                return await self.servers.left(event)
            case Moved():
                return await self.servers.moved(event)
            case Back():
                await self.hurry(event.network)
                return Outcome()
            case Missed():
                if event.servers is not None:
                    await self.servers.present(event.network, event.servers)
                self.catching_up.missed(event.network)
                return Outcome()
        return await self.discussion.take(event)
