"""What the bot writes on Discord: posts, threads, words, cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

import discord
from discord.http import handle_message_parameters

from adapters.discord import refs
from adapters.discord.cards import Rows, post_buttons, post_embed, said_embed
from adapters.discord.case_cards import case_buttons, case_embed
from adapters.discord.failures import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, translated
from adapters.discord.finding import Finding
from adapters.discord.line import Line
from adapters.discord.places import Places
from adapters.discord.reacting import Reacting
from adapters.discord.sending import NOBODY, Letter, Sending, with_buttons
from adapters.discord.threads import Threads
from bot.domain.html import escape, plain_text
from bot.domain.model import Ref
from bot.locale import translator
from bot.ports.network import Card, CaseCard, Say

_MOST_CONVERSATIONS = 10_000  # direct ones whose numbers are remembered
_GONE = {UNKNOWN_CHANNEL, UNKNOWN_MESSAGE}


class Posting:
    """See `bot.ports.network`: the abilities that write, and those that look for what was written."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._places = Places(line)
        self._threads = Threads(line, self._places)
        self._sending = Sending(line, self._places, self._threads)
        self._finding = Finding(line, self._places)
        self._reacting = Reacting(line, self._threads)
        self._conversations: dict[int, int] = {}

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        """A message in a text channel, a post in a forum."""
        number = refs.channel_id(channel)
        with translated():
            called = await self._places.called(number, card.mention) if card.mention else None
        letter = Letter(
            embed=post_embed(card),
            buttons=post_buttons(card),
            called=called,
            name=card.title,
            tags=(*card.tags, *card.categories),
        )
        return await self._sending.to_channel(number, letter, key)

    async def open_thread(self, post: Ref, name: str, key: str) -> Ref:
        return await self._threads.open(post, name)

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        """A message; in a forum a post that is named by its first words."""
        letter = _said(message)
        if refs.is_thread(place):
            return await self._sending.to_conversation(refs.thread_id(place), letter, key)
        named = replace(letter, name=plain_text(message.html))
        return await self._sending.to_channel(refs.channel_id(place), named, key)

    async def tell(self, account: Ref, message: Say, key: str) -> Ref:
        """A direct message."""
        conversation = await self._conversation(refs.account_id(account))
        return await self._sending.to_conversation(conversation, _said(message), key)

    async def edit(self, post: Ref, card: Card) -> None:
        """Its tags, its name and whom it calls stay as they are."""
        await self._edit(post, post_embed(card), post_buttons(card))

    async def delete(self, message: Ref) -> None:
        """A message, or a thread with all that is in it; a forum's post is a thread."""
        if refs.is_thread(message):
            await self._remove(refs.thread_id(message), None)
            return
        where = refs.message_id(message)
        await self._remove(where.channel, where.message if where.message != where.channel else None)

    async def find(self, place: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        """In a channel, a forum, a thread, or in the conversation with an account."""
        if refs.is_account(place):
            conversation = await self._conversation(refs.account_id(place))
            return await self._finding.in_conversation(conversation, marker, since)
        if refs.is_thread(place):
            return await self._finding.in_conversation(refs.thread_id(place), marker, since)
        return await self._finding.in_channel(refs.channel_id(place), marker, since)

    async def find_threads(self, post: Ref) -> Sequence[Ref]:
        return await self._threads.find(post)

    async def seed(self, message: Ref, emoji: str) -> None:
        await self._reacting.seed(message, emoji)

    def invitation(self, language: str) -> str:
        return _invitation(language)

    async def hide(self, message: Ref, *, hidden: bool) -> None:
        """Discord knows no hidden messages, and nobody can write as somebody else: what is to be out of sight is
        deleted there, while the store keeps its text. What is to be seen again can therefore not come back as it was:
        where it is gone nothing is done here, and who wants its text back in the thread says it there with `say`."""
        where = refs.message_id(message)
        if hidden:
            await self._remove(where.channel, where.message)

    async def lock(self, thread: Ref, *, locked: bool) -> None:
        await self._threads.lock(thread, locked=locked)

    async def take_off(self, reaction: Ref) -> None:
        await self._reacting.take_off(reaction)

    async def rename(self, thread: Ref, name: str) -> None:
        await self._threads.rename(thread, name)

    async def show_case(self, channel: Ref, case: CaseCard, key: str) -> Ref:
        number = refs.channel_id(channel)
        embed = case_embed(case, await self._address(case, number))
        letter = Letter(embed=embed, buttons=case_buttons(case), name=case.title)
        return await self._sending.to_channel(number, letter, key)

    async def edit_case(self, message: Ref, case: CaseCard) -> None:
        where = refs.message_id(message)
        await self._edit(message, case_embed(case, await self._address(case, where.channel)), case_buttons(case))

    async def _edit(self, message: Ref, embed: discord.Embed, buttons: Rows) -> None:
        where, http = refs.message_id(message), self._line.client.http

        async def edit() -> None:
            with with_buttons(handle_message_parameters(embed=embed, allowed_mentions=NOBODY), buttons) as params:
                await http.edit_message(where.channel, where.message, params=params)

        with translated():
            await self._threads.opened(where.channel, edit)

    async def _remove(self, channel: int, message: int | None) -> None:
        """A message, or (None) the whole channel or thread; what is gone is removed."""
        http = self._line.client.http
        with translated():
            try:
                await (http.delete_channel(channel) if message is None else http.delete_message(channel, message))
            except discord.HTTPException as error:
                if error.code not in _GONE:
                    raise

    async def _conversation(self, account: int) -> int:
        """The number of the direct conversation with somebody, which never changes."""
        if account not in self._conversations:
            with translated():
                opened = await self._line.client.http.start_private_message(account)
            if len(self._conversations) >= _MOST_CONVERSATIONS:
                self._conversations.clear()
            self._conversations[account] = int(opened["id"])
        return self._conversations[account]

    async def _address(self, case: CaseCard, moderators: int) -> str | None:
        """The address of what was reported, where it is on Discord; in the moderators' server where none is known."""
        if case.message is None or not refs.is_message(case.message):
            return None
        where = refs.message_id(case.message)
        there = self._line.client.get_channel(where.channel)
        guild = there.guild.id if isinstance(there, discord.abc.GuildChannel | discord.Thread) else None
        if guild is None:
            with translated():
                guild = (await self._places.of(moderators)).guild
        return f"https://discord.com/channels/{guild}/{where.channel}/{where.message}" if guild is not None else None


def _said(message: Say) -> Letter:
    return Letter(embed=said_embed(message))


@lru_cache
def _invitation(language: str) -> str:
    """What a thread is for, as sanitised HTML."""
    t = translator(language)
    lines = (
        t("What do you think of this article? Write it here."),
        t("Votes are reactions, on the article and on what others write: the best comments are shown first."),
        t("Is something not right? Report it to the moderators with a flag, or from the menu of the message."),
    )
    return "".join(f"<p>{escape(line)}</p>" for line in lines)
