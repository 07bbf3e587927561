"""Matrix as a network: each method is carried out by the part that knows how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from adapters.matrix import refs
from adapters.matrix.commands import Door
from adapters.matrix.directs import Directs
from adapters.matrix.finding import Finding
from adapters.matrix.gateway import Gateway
from adapters.matrix.guests import Guests
from adapters.matrix.inspecting import Inspecting
from adapters.matrix.leaving import Leaving
from adapters.matrix.line import Line
from adapters.matrix.listening import Listening
from adapters.matrix.posting import Posting
from adapters.matrix.powers import Powers
from adapters.matrix.recounting import Recounting
from adapters.matrix.redacting import Redacting
from adapters.matrix.seeds import Seeds
from adapters.matrix.sending import Sending
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.showing import Showing
from adapters.matrix.spaces import Spaces
from adapters.matrix.uploads import Uploads
from bot.domain.model import Ref
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.commands import Commands
from bot.ports.network import Card, CaseCard, Emit, Inspected, Recount, Say
from bot.ports.pictures import Pictures


class MatrixNetwork:
    """Network, CanFind, CanSeed, CanInvite, CanDirectMessage, CanHide, CanTakeOff, CanShowCases, CanRecount, CanLeave
    and CanInspect over nio. `line` holds the client that calls are made on: `run` puts it there."""

    name = refs.NETWORK
    reads_store = False
    settles_after = timedelta(seconds=10)
    hiding_deletes = True

    def __init__(
        self, settings: MatrixSettings, *, commands: Commands, chat: ChatDesk, clock: Clock, pictures: Pictures
    ) -> None:
        self.line = line = Line(clock)
        powers = Powers(line)
        spaces = Spaces(line, powers)
        sending, finding = Sending(line), Finding(line)
        redacting = Redacting(line, finding, chat)
        self._posting = Posting(sending, Uploads(line, chat, pictures))
        self._finding = finding
        self._directs = Directs(line, sending, finding)
        self._redacting = redacting
        self._recounting = Recounting(line, commands, clock)
        self._leaving = Leaving(line, spaces)
        self._inspecting = Inspecting(line, powers, spaces)
        self._showing = Showing(line, sending, Seeds(line, sending, redacting, finding))
        door = Door(
            line, sending, redacting, finding, self._directs, powers=powers, spaces=spaces, commands=commands,
            chat=chat, clock=clock,
        )  # fmt: skip
        guests = Guests(line, sending, self._leaving, spaces, settings, chat=chat, clock=clock)
        self._gateway = Gateway(
            line,
            settings,
            lambda emit: Listening(line, emit, door, guests, powers, spaces, clock=clock),
            chat=chat,
            clock=clock,
        )

    @property
    def keys_last(self) -> timedelta:
        return self.line.keys_last

    async def run(self, emit: Emit) -> None:
        await self._gateway.run(emit)

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        return await self._posting.post(channel, card, key)

    async def open_thread(self, post: Ref, name: str, key: str) -> Ref:
        """Every message has room for one, and it has no name: nothing is sent."""
        at = refs.message_id(post)
        return refs.thread(at.room, at.event)

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        return await self._posting.say(place, message, key)

    async def tell(self, account: Ref, message: Say, key: str) -> Ref:
        return await self._directs.tell(account, message, key)

    async def edit(self, post: Ref, card: Card) -> None:
        await self._posting.edit(post, card)

    async def delete(self, message: Ref) -> None:
        await self._redacting.delete(message)

    async def find(self, place: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        if refs.is_account(place):
            return await self._directs.find(place, marker, since)
        return await self._finding.find(place, marker, since)

    async def find_threads(self, post: Ref) -> Sequence[Ref]:
        return [await self.open_thread(post, "", "")]

    async def seed(self, message: Ref, emoji: str) -> None:
        await self._posting.seed(message, emoji)

    def invitation(self, language: str) -> str:
        return self._posting.invitation(language)

    async def hide(self, message: Ref, *, hidden: bool) -> None:
        if hidden:
            await self._redacting.hide(message)

    async def take_off(self, reaction: Ref) -> None:
        await self._redacting.take_off(reaction)

    async def show_case(self, channel: Ref, case: CaseCard, key: str) -> Ref:
        return await self._showing.show_case(channel, case, key)

    async def edit_case(self, message: Ref, case: CaseCard) -> None:
        await self._showing.edit_case(message, case)

    async def recount(self, post: Ref, thread: Ref, since: datetime, messages: Sequence[Ref]) -> Recount:
        return await self._recounting.recount(post, thread, since, messages)

    async def leave(self, server: Ref) -> None:
        await self._leaving.leave(server)

    async def inspect(self, channel: Ref) -> Inspected:
        return await self._inspecting.inspect(channel)
