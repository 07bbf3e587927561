"""Cases as moderators see them in a room, with reactions that decide."""

from __future__ import annotations

from uuid import uuid4

import structlog

from adapters.matrix import refs
from adapters.matrix.cards import edit_content
from adapters.matrix.case_cards import actions, case_content
from adapters.matrix.line import Line
from adapters.matrix.seeds import Seeds
from adapters.matrix.sending import Sending
from bot.domain.model import Ref
from bot.errors import AnswerLost, NetworkRefused, NetworkUnavailable
from bot.ports.network import CaseCard

log = structlog.get_logger()

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
            await self._seed(room, event, case)
        return refs.message(room, event)

    async def _seed(self, room: str, event: str, case: CaseCard) -> None:
        """The message is there, whatever becomes of its reactions: without them, typed commands decide."""
        try:
            await self._seeds.put(room, event, actions(case.kind))
        except NetworkRefused as refused:
            log.warning("a case's reactions could not be put there", room=room, answer=str(refused))
        except NetworkUnavailable as error:
            raise AnswerLost(f"the case is shown, and not all its reactions: {error}") from error

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
