"""The buttons under a post: the best comments, an error in the article, following the discussion."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import discord

from adapters.discord import custom_ids, refs
from adapters.discord.interactions.answers import COLOUR, REFUSED, Shown, sentence
from adapters.discord.interactions.forms import form, sent, with_choice, with_text
from adapters.discord.interactions.reply import Interaction, Reply, ask_in, translated
from adapters.discord.interactions.speaking import spoken, tell_outcome
from adapters.discord.interactions.visitor import Reception, visitor
from adapters.discord.markup import escape_line
from adapters.discord.markup.escaping import GAP
from bot.domain.model import CorrectionKind, Ref
from bot.domain.telling import Sentence
from bot.ports.chat import BestComment, ChatDesk

_ESCAPED = re.compile(r"\\(.)")

MOST_BEST = 5
LONGEST_EXCERPT = 1_000
LONGEST_REMARK = 2_000

KINDS = {
    CorrectionKind.TYPO: "A typing or language mistake",
    CorrectionKind.FACT: "Something is not true",
    CorrectionKind.DEAD_LINK: "A link leads nowhere",
    CorrectionKind.WRONG_IMAGE: "The image is the wrong one",
    CorrectionKind.DUPLICATE: "The same article is here twice",
}
"""What each kind of error is called."""

LABELS = ("An error in this article", "What is wrong?", "Where it stands", "In your own words")

_NO_BEST = "Nobody has liked a comment here yet."
_NO_THREAD = "There is no thread here yet. Please try again in a moment."
_FOLLOWING = (
    "You follow this discussion: you find it among your threads. With “/me follow” you follow a word, and are told of "
    "new articles with it."
)
_THANKS = "Thank you: the editors will look at it."


class Posts:
    """What happens when one of them is pressed."""

    def __init__(self, chat: ChatDesk, reception: Reception) -> None:
        self._chat = chat
        self._reception = reception

    async def best(self, interaction: Interaction) -> None:
        """Show the best comments of the discussion."""
        who, message = visitor(interaction), _message(interaction)
        reply = await Reply.thinking(interaction)
        async with spoken(reply, who):
            found = await self._chat.best(refs.message(message.channel.id, message.id), MOST_BEST)
            await reply.show([_best(found, interaction.guild_id or 0) if found else sentence(who.t(_NO_BEST))])

    async def error(self, interaction: Interaction) -> None:
        """Ask what is wrong in the article."""
        t, message = visitor(interaction).t, _message(interaction)
        modal = form(t, LABELS[0], custom_ids.custom_id(custom_ids.ERROR, f"{message.channel.id}:{message.id}"))
        with_choice(modal, t, LABELS[1], "kind", {each.value: said for each, said in KINDS.items()})
        with_text(modal, t, LABELS[2], "excerpt", most=LONGEST_EXCERPT, filled=_text_of(message))
        await ask_in(interaction, with_text(modal, t, LABELS[3], "remark", most=LONGEST_REMARK))

    async def report_error(self, interaction: Interaction, post: Ref) -> None:
        """Hand the error on, and say what became of it."""
        who, filled = visitor(interaction), sent(dict(interaction.data or {}))
        reply = await Reply.thinking(interaction)
        async with spoken(reply, who):
            place = await self._reception.place(who)
            outcome = await self._chat.report_error(
                who.who,
                post,
                CorrectionKind(filled["kind"]),
                excerpt=filled["excerpt"].strip(),
                remark=filled["remark"].strip(),
            )
            await tell_outcome(reply, who, place, outcome, Sentence(key=_THANKS))

    async def follow(self, interaction: Interaction) -> None:
        """Put the discussion among the person's threads; a thread has the number of the message it was opened from."""
        who, message = visitor(interaction), _message(interaction)
        reply = await Reply.thinking(interaction)
        async with spoken(reply, who):
            with translated():
                there = await _added(interaction, message.id)
            await reply.show([sentence(who.t(_FOLLOWING)) if there else sentence(who.t(_NO_THREAD), REFUSED)])


async def _added(interaction: Interaction, thread: int) -> bool:
    """Put who pressed into a thread; False where there is none."""
    try:
        await interaction.client.http.add_user_to_thread(thread, interaction.user.id)
    except discord.NotFound:
        return False
    return True


def _message(interaction: Interaction) -> discord.Message:
    assert interaction.message is not None, "a button stands under a message"
    return interaction.message


def _text_of(message: discord.Message) -> str:
    """What a post shows of its article, without the signs that keep it plain."""
    shown = next((each.description for each in message.embeds if each.description), "")
    return _ESCAPED.sub(r"\1", shown.replace(GAP, ""))


def _best(found: Sequence[BestComment], server: int) -> Shown:
    return Shown(embeds=(discord.Embed(description="\n".join(_lines(found, server)), colour=COLOUR),))


def _lines(found: Sequence[BestComment], server: int) -> Iterator[str]:
    for each in found:
        at = refs.message_id(each.message)
        yield f"**{escape_line(each.author)}** ▲{each.totals.up} ▼{each.totals.down}: {escape_line(each.excerpt)}"
        yield f"https://discord.com/channels/{server}/{at.channel}/{at.message}"
