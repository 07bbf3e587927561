"""Reports to the moderators, from the menu of a message."""

from __future__ import annotations

from adapters.discord import custom_ids
from adapters.discord.interactions.definitions import ACTIONS
from adapters.discord.interactions.forms import form, sent, with_choice, with_text
from adapters.discord.interactions.reply import Interaction, Reply, ask_in
from adapters.discord.interactions.speaking import spoken, tell_outcome
from adapters.discord.interactions.visitor import Reception, visitor
from bot.domain.events import Flagged, Who
from bot.domain.model import FlagReason, Ref
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.locale.reasons import REASONS
from bot.ports.clock import Clock
from bot.ports.network import Emit

LONGEST = 2_000
"""Characters of a report."""

_THANKS = "Thank you: the moderators will look at it."
_WORDS = "Please say in a few words what is wrong."
LABELS = ("What is wrong?", "In your own words")


class Reporting:
    """The form and what comes of it."""

    def __init__(self, reception: Reception, clock: Clock) -> None:
        self._reception = reception
        self._clock = clock

    async def ask(self, interaction: Interaction, message: int) -> None:
        """Ask what is wrong with a message of the channel."""
        t = visitor(interaction).t
        modal = form(t, ACTIONS["report"], custom_ids.custom_id("report", f"{interaction.channel_id}:{message}"))
        with_choice(modal, t, LABELS[0], "reason", {each.value: said for each, said in REASONS.items()})
        await ask_in(interaction, with_text(modal, t, LABELS[1], "text", most=LONGEST))

    async def take(self, interaction: Interaction, message: Ref, emit: Emit) -> None:
        """Hand the report on, and say what became of it."""
        who, filled = visitor(interaction), sent(dict(interaction.data or {}))
        reply = await Reply.thinking(interaction)
        async with spoken(reply, who):
            place = await self._reception.place(who)
            reason, text = FlagReason(filled["reason"]), filled["text"].strip()
            if reason is FlagReason.OTHER and not text:
                raise RequestError(_WORDS)
            outcome = await emit(self._flagged(who.who, message, reason, text))
            await tell_outcome(reply, who, place, outcome, Sentence(key=_THANKS))

    def _flagged(self, who: Who, message: Ref, reason: FlagReason, text: str) -> Flagged:
        return Flagged(message=message, who=who, reason=reason, text=text, at=self._clock.now())
