"""Who asks in a room is answered there, in a thread on the question or in the thread it was asked in."""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta

import nio

from adapters.matrix.commands.addressing import addressed
from adapters.matrix.commands.answering import Answering
from adapters.matrix.commands.deciding import Deciding
from adapters.matrix.commands.documents import Documents
from adapters.matrix.commands.emoji import DECIDING, bare
from adapters.matrix.commands.insistent import Insistent
from adapters.matrix.commands.questions import Questions
from adapters.matrix.commands.replies import Replies
from adapters.matrix.commands.spot import spot
from adapters.matrix.commands.turns import Turns
from adapters.matrix.commands.visitor import Reception, visitor
from adapters.matrix.directs import Directs
from adapters.matrix.events import content_of, moment, relation
from adapters.matrix.finding import Finding
from adapters.matrix.line import Line
from adapters.matrix.powers import Powers
from adapters.matrix.redacting import Redacting
from adapters.matrix.seeds import Seeds
from adapters.matrix.sending import Sending
from adapters.matrix.spaces import Spaces
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.commands import Commands

STALE_AFTER = timedelta(minutes=5)
MOST_REMEMBERED = 2_000


class Door:
    """Called by `Listening`. Answers are made beside the loop, which never waits for them."""

    def __init__(
        self,
        line: Line,
        sending: Sending,
        redacting: Redacting,
        finding: Finding,
        directs: Directs,
        *,
        powers: Powers,
        spaces: Spaces,
        commands: Commands,
        chat: ChatDesk,
        clock: Clock,
        turns: Turns | None = None,
    ) -> None:
        insistent = Insistent(sending)
        reception = Reception(commands=commands, chat=chat, powers=powers, spaces=spaces)
        seeds, questions = Seeds(line, insistent, redacting, finding), Questions(commands.find)
        documents = Documents(line, insistent, finding)
        replies = Replies(insistent, redacting, directs, documents)
        self._line = line
        self._commands = commands
        self._clock = clock
        self._answering = Answering(commands, reception, replies, documents, seeds, questions)
        self._deciding = Deciding(
            line, insistent, redacting, finding, seeds, commands=commands, reception=reception, replies=replies,
            questions=questions, answering=self._answering,
        )  # fmt: skip
        self._taken: OrderedDict[str, None] = OrderedDict()
        self.turns = turns or Turns()

    def said(self, room: nio.MatrixRoom, event: nio.RoomMessageText) -> bool:
        """Take a message that is a command, or speaks to the bot; False where it is neither, and so is a comment.
        Raises what broke while answers were made."""
        self.turns.raise_broken()
        me, read = self._line.client.user_id, self._commands.addressed
        line = addressed(read, content_of(event), me, room.user_name(me)) if event.sender != me else None
        if line is None:
            return False
        if self._is_new(event.event_id) and not self._is_stale(event):
            hangs, at = relation(event), spot(room.room_id, event)
            who = visitor(room, event.sender, hangs.root or hangs.reply_to)
            self.turns.take(event.sender, lambda: self._answering.line(who, at, line, hangs.reply_to))
        return True

    def reacted(self, room: nio.MatrixRoom, event: nio.ReactionEvent) -> bool:
        """Take a reaction that may decide something; False where it is none of those, and so may be a vote, or where
        that is not known yet. Raises what broke while answers were made."""
        self.turns.raise_broken()
        if bare(event.key) not in DECIDING or event.sender == self._line.client.user_id:
            return False
        asks = self._deciding.asks(room.room_id, event.reacts_to)
        if asks is not False and self._is_new(event.event_id):
            self.turns.take(event.sender, lambda: self._deciding.decide(room, event))
        return asks is True

    async def end(self) -> None:
        """Let answers that are under way be given, for a moment. Raises what broke while they were made."""
        await self.turns.end()

    def _is_new(self, event: str) -> bool:
        """Whether an event was not told of before: every one may come twice."""
        if event in self._taken:
            return False
        self._taken[event] = None
        if len(self._taken) > MOST_REMEMBERED:
            self._taken.popitem(last=False)
        return True

    def _is_stale(self, event: nio.Event) -> bool:
        """Whether nobody waits for an answer any more: it was said while the bot was not there."""
        now = self._clock.now()
        return now - moment(event.server_timestamp, now) > STALE_AFTER
