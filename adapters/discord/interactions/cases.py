"""The buttons under a case: each asks for one of the registry's commands, with the same rights as if it were typed."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.discord.custom_ids import CaseAction, for_case
from adapters.discord.interactions.asking import Asking
from adapters.discord.interactions.forms import form, sent, with_text
from adapters.discord.interactions.presses import Ask
from adapters.discord.interactions.reply import Interaction, Reply, ask_in
from adapters.discord.interactions.speaking import spoken
from adapters.discord.interactions.visitor import visitor
from bot.domain.model import CaseId

COMMANDS: Mapping[CaseAction, tuple[str, Mapping[str, str]]] = {
    CaseAction.HIDE: ("mod agree", {"measure": "hide"}),
    CaseAction.DELETE: ("mod agree", {"measure": "delete"}),
    CaseAction.WARN: ("mod agree", {"sanction": "warn"}),
    CaseAction.MUTE: ("mod agree", {"sanction": "mute"}),
    CaseAction.KEEP: ("mod disagree", {}),
    CaseAction.IGNORE: ("mod ignore", {}),
    CaseAction.TAKE: ("mod claim", {}),
    CaseAction.GIVE_BACK: ("mod claim", {"release": "yes"}),
}
"""What each action comes to: a command, and its values beside the case."""

LABELS = {CaseAction.WARN: "Warn the author", CaseAction.MUTE: "Mute the author"}
"""What is asked more about, and what the form is called."""

WORDS = 1_000
FIELDS = {"words": "Words to the author", "for": "How long, like 12h or 3d"}


class Cases:
    """What happens when one of them is pressed."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def press(self, interaction: Interaction, action: CaseAction, case: CaseId) -> None:
        """Do it, or ask first in which words and for how long."""
        if action in LABELS:
            await self._ask(interaction, action, case)
        else:
            await self._do(interaction, action, case, {})

    async def sent(self, interaction: Interaction, action: CaseAction, case: CaseId) -> None:
        """The form was sent."""
        filled = sent(dict(interaction.data or {}))
        await self._do(interaction, action, case, {name: text for name, text in filled.items() if text.strip()})

    async def _ask(self, interaction: Interaction, action: CaseAction, case: CaseId) -> None:
        t = visitor(interaction).t
        modal = form(t, LABELS[action], for_case(action, case))
        with_text(modal, t, FIELDS["words"], "words", most=WORDS)
        if action is CaseAction.MUTE:
            with_text(modal, t, FIELDS["for"], "for", most=20, short=True)
        await ask_in(interaction, modal)

    async def _do(self, interaction: Interaction, action: CaseAction, case: CaseId, more: Mapping[str, str]) -> None:
        who, (command, values) = visitor(interaction), COMMANDS[action]
        reply = await Reply.thinking(interaction)
        async with spoken(reply, who):
            await self._asking.answer(
                reply, who, Ask(command=command, values=tuple({"case": str(case), **values, **more}.items()))
            )
