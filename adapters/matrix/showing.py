"""Cases as moderators see them in a room, with reactions that decide."""

from __future__ import annotations

from uuid import uuid4

from adapters.matrix import refs
from adapters.matrix.cards import edit_content
from adapters.matrix.case_cards import actions, case_content
from adapters.matrix.line import Line
from adapters.matrix.seeds import Seeds
from adapters.matrix.sending import Sending
from bot.domain.model import Ref
from bot.ports.network import CaseCard

MESSAGE = "m.room.message"


class Showing:
    """See `bot.ports.network.CanShowCases`."""

    def __init__(self, line: Line, sending: Sending, seeds: Seeds) -> None:
        self._line = line
        self._sending = sending
        self._seeds = seeds

    async def show_case(self, channel: Ref, case: CaseCard, key: str) -> Ref:
        """What was shown when its reactions could not be put there is asked for again with the same key."""
        room = refs.room_id(channel)
        event = await self._sending.send(room, MESSAGE, case_content(case, self._home), key)
        if not case.decided:
            await self._seeds.put(room, event, actions(case.kind))
        return refs.message(room, event)

    async def edit_case(self, message: Ref, case: CaseCard) -> None:
        """A case can be claimed, given back and claimed again: each time the message says so anew."""
        at = refs.message_id(message)
        content = edit_content(at.event, case_content(case, self._home))
        await self._sending.send(at.room, MESSAGE, content, uuid4().hex)
        if case.decided:
            await self._seeds.take_off(at.room, at.event)

    @property
    def _home(self) -> str:
        return self._line.client.user_id.partition(":")[2]
