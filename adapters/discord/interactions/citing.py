"""Answers that quote: from the menu of a message to a message that the bot posts for somebody."""

from __future__ import annotations

import discord

from adapters.discord import custom_ids
from adapters.discord.interactions.answers import REFUSED, sentence
from adapters.discord.interactions.definitions import ACTIONS
from adapters.discord.interactions.forms import form, sent, with_text
from adapters.discord.interactions.quoting import (
    LONGEST_MESSAGE,
    Quoted,
    as_quote,
    excerpt,
    parted,
    read_back,
    written,
)
from adapters.discord.interactions.reply import Interaction, Reply, ask_in, at_once
from adapters.discord.interactions.speaking import spoken
from adapters.discord.interactions.visitor import Reception, visitor
from adapters.discord.markup import to_html, to_markdown
from bot.domain.model import Ref
from bot.errors import RequestError

LONGEST = 1_800
"""Characters of the form: the name and the link take the rest of a message."""

LABELS = ("Your reply, below what you quote",)

_ONLY_IN_THREADS = "You can quote in the thread under an article only."
_NO_WORDS = "Please write something below what you quote."
_TOO_LONG = "This is too long for one message. Please quote or write less."


class Citing:
    """The form and what comes of it."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def ask(self, interaction: Interaction, message: int, content: str) -> None:
        """Ask for the words below the quote."""
        t = visitor(interaction).t
        if not isinstance(interaction.channel, discord.Thread):
            await at_once(interaction, sentence(t(_ONLY_IN_THREADS), REFUSED))
            return
        modal = form(t, ACTIONS["quote"], custom_ids.custom_id("quote", f"{interaction.channel_id}:{message}"))
        quote = as_quote(excerpt(_own_words(content)))
        await ask_in(interaction, with_text(modal, t, LABELS[0], "text", most=LONGEST, filled=quote, required=True))

    async def take(self, interaction: Interaction, message: Ref) -> None:
        """Post the quote and the words for who wrote them."""
        who, typed = visitor(interaction), sent(dict(interaction.data or {}))["text"]
        reply = await Reply.thinking(interaction)
        async with spoken(reply, who):
            await self._reception.place(who)
            quote, words = parted(typed)
            if not words:
                raise RequestError(_NO_WORDS)
            quoted = Quoted(quote=_safe(quote), words=_safe(words), message=message)
            content = written(quoted, name=who.who.name, server=interaction.guild_id or 0)
            if len(content) > LONGEST_MESSAGE:
                raise RequestError(_TOO_LONG)
            await reply.post(content)


def _own_words(content: str) -> str:
    """Of a message that itself quotes, what was said below the quote."""
    posted = read_back(content)
    return posted.words if posted is not None else content


def _safe(typed: str) -> str:
    """What somebody typed, without what the bot would not say: calls, and links that hide where they lead."""
    return to_markdown(to_html(typed), LONGEST_MESSAGE).strip()
