"""Reactions that decide: looked for on the bot's own messages that ask something, and done with the rights of who
reacts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nio

from adapters.matrix.cards import edit_content
from adapters.matrix.commands.answering import Answering
from adapters.matrix.commands.emoji import bare
from adapters.matrix.commands.questions import Ask, Choice, Forgotten, Question, Questions
from adapters.matrix.commands.replies import Replies
from adapters.matrix.commands.spot import HTML, Spot, spot
from adapters.matrix.commands.visitor import Reception, Visitor, visitor
from adapters.matrix.commands.words import said
from adapters.matrix.finding import Finding, content_of
from adapters.matrix.line import Line
from adapters.matrix.markers import ASKS, CASE, MARKER
from adapters.matrix.redacting import Redacting
from adapters.matrix.seeds import Seeds
from adapters.matrix.sending import Sending
from bot.errors import NetworkRefused
from bot.locale import LANGUAGES, Translator, translator
from bot.ports.commands import Commands

MOST_REMEMBERED = 2_000
CLAIM = "mod claim"

_FORGOTTEN = "I no longer know what was asked for here. Please ask again: {line}"
_DONE = "{name}: yes, do it"
_LEFT = "{name}: leave it"
_CHOSEN = "{name} has chosen {choice}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """A message of the bot's that asks something."""

    message: nio.Event
    question: Question

    @property
    def content(self) -> Mapping[str, Any]:
        """As it was asked."""
        return content_of(self.message)

    @property
    def case(self) -> bool:
        """Whether it shows a case: it is asked until the case is decided, which its own edit tells."""
        return CASE in self.content


class Deciding:
    """What becomes of them. Raises what `Answering` raises."""

    def __init__(
        self,
        line: Line,
        sending: Sending,
        redacting: Redacting,
        finding: Finding,
        seeds: Seeds,
        *,
        commands: Commands,
        reception: Reception,
        replies: Replies,
        questions: Questions,
        answering: Answering,
    ) -> None:
        self._line = line
        self._sending = sending
        self._redacting = redacting
        self._finding = finding
        self._seeds = seeds
        self._commands = commands
        self._reception = reception
        self._replies = replies
        self._questions = questions
        self._answering = answering
        self._known: OrderedDict[tuple[str, str], Asking | None] = OrderedDict()

    def asks(self, room: str, event: str) -> bool | None:
        """Whether a message asks something; None where that is not known yet."""
        known = (room, event)
        return self._known[known] is not None if known in self._known else None

    async def decide(self, room: nio.MatrixRoom, reaction: nio.ReactionEvent) -> None:
        """Do what a reaction stands for on the message that it is on."""
        asking = await self._asking(room.room_id, reaction.reacts_to)
        choice = asking.question.does.get(bare(reaction.key)) if asking is not None else None
        if asking is None or choice is None or asking.question.of not in (None, reaction.sender):
            return
        at = spot(room.room_id, asking.message, key=reaction.event_id)
        who = visitor(room, reaction.sender, at.root)
        if asking.case:
            await self._on_case(who, at, choice, reaction)
        else:
            await self._answered(who, at, asking, choice, reaction.key)

    async def _on_case(self, who: Visitor, at: Spot, choice: Choice, reaction: nio.ReactionEvent) -> None:
        """The case's own message tells what was decided. What can be done again is a reaction that can be put again."""
        if not isinstance(choice, Ask):
            return
        done = await self._answering.chosen(who, at, choice, quietly=True)
        if not done or choice.command == CLAIM:
            await self._take_off(at.room, reaction.event_id)

    async def _answered(self, who: Visitor, at: Spot, asking: Asking, choice: Choice, emoji: str) -> None:
        """Closed first: what is asked once is done once, whatever becomes of the rest."""
        place = await self._reception.place(who)
        t = translator(place.language if place is not None else LANGUAGES[0])
        await self._close(at.room, asking, _decision(t, who.who.name, choice, emoji))
        self._remember(at.room, asking.message.event_id, None)
        if isinstance(choice, Ask):
            await self._answering.chosen(who, at, choice)
        elif isinstance(choice, Forgotten):
            words = t(_FORGOTTEN, line=f"{self._commands.prefix} {choice.command}")
            await self._replies.say(at, [said(words)])
        await self._seeds.take_off(at.room, asking.message.event_id)

    async def _close(self, room: str, asking: Asking, decision: str) -> None:
        content, event = asking.content, asking.message.event_id
        closed = {
            "msgtype": "m.notice",
            "body": f"{content['body']}\n{decision}",
            "format": HTML,
            "formatted_body": f"{content['formatted_body']}{said(decision).html}",
            "m.mentions": {},
            MARKER: content[MARKER],
        }
        await self._sending.send(room, "m.room.message", edit_content(event, closed), f"closed:{event}")

    async def _take_off(self, room: str, reaction: str) -> None:
        try:
            await self._redacting.redact(room, reaction)
        except NetworkRefused:
            return  # the bot may not there: it stays, and does nothing

    # --- which messages ask something ---

    async def _asking(self, room: str, event: str) -> Asking | None:
        known = (room, event)
        if known not in self._known:
            self._remember(room, event, await self._fetched(room, event))
        return self._known[known]

    async def _fetched(self, room: str, event: str) -> Asking | None:
        found = await self._finding.event(room, event)
        if found is None or found.sender != self._line.client.user_id:
            return None
        content = content_of(found)
        question = self._questions.read(content.get(ASKS))
        if question is None or (CASE not in content and _is_edited(found)):
            return None
        return Asking(message=found, question=question)

    def _remember(self, room: str, event: str, asking: Asking | None) -> None:
        self._known[room, event] = asking
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)


def _is_edited(event: nio.Event) -> bool:
    """A question is edited once, when it is answered."""
    unsigned = event.source.get("unsigned")
    relations = unsigned.get("m.relations") if isinstance(unsigned, Mapping) else None
    return isinstance(relations, Mapping) and "m.replace" in relations


def _decision(t: Translator, name: str, choice: Choice, emoji: str) -> str:
    if not isinstance(choice, Ask):
        return t(_LEFT, name=name)
    if choice.confirmed:
        return t(_DONE, name=name)
    return t(_CHOSEN, name=name, choice=emoji)
