"""A chat network with servers that is not there: it knows the channels that it is given, and notes what it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.model import Ref
from bot.errors import NetworkError, NetworkRefused
from bot.ports.network import Card, CaseCard, Emit, Inspected, Say


class Chat:
    """Network, CanInspect, CanLeave and CanShowCases, as far as channels and servers go."""

    name = "chat"
    keys_last = timedelta(0)
    reads_store = False

    def __init__(self) -> None:
        self.channels: dict[Ref, Inspected] = {}
        self.asked: list[Ref] = []
        self.left: list[Ref] = []
        self.silent: NetworkError | None = None

    def put(self, channel: str, server: str | None, name: str, lacks: Sequence[str] = ()) -> Ref:
        """Have a channel; its reference."""
        where = Ref(f"chat:server/{server}") if server is not None else None
        self.channels[Ref(f"chat:{channel}")] = Inspected(server=where, name=name, lacks=tuple(lacks))
        return Ref(f"chat:{channel}")

    async def inspect(self, channel: Ref) -> Inspected:
        self.asked.append(channel)
        if self.silent is not None:
            raise self.silent
        if channel not in self.channels:
            raise NetworkRefused(f"{channel} is not there")
        return self.channels[channel]

    async def leave(self, server: Ref) -> None:
        self.left.append(server)

    async def show_case(self, channel: Ref, case: CaseCard, key: str) -> Ref:
        raise NotImplementedError

    async def edit_case(self, message: Ref, case: CaseCard) -> None:
        raise NotImplementedError

    async def run(self, emit: Emit) -> None:
        raise NotImplementedError

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        raise NotImplementedError

    async def open_thread(self, post: Ref, name: str, key: str) -> Ref:
        raise NotImplementedError

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        raise NotImplementedError

    async def edit(self, post: Ref, card: Card) -> None:
        raise NotImplementedError

    async def delete(self, message: Ref) -> None:
        raise NotImplementedError
