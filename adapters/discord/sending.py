"""Making messages: in a channel, in a thread, and where the channel is a forum as a post with its first message."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import discord
from discord.http import MultipartParameters, handle_message_parameters
from discord.utils import MISSING

from adapters.discord import refs
from adapters.discord.cards import Rows, thread_name
from adapters.discord.failures import TAG_REQUIRED, TOO_MANY_THREADS, UNKNOWN_TAG, translated
from adapters.discord.line import Line
from adapters.discord.places import Called, Places, any_tag, chosen_tags
from adapters.discord.threads import ARCHIVED_AFTER, Threads
from bot.domain.model import Ref

_TAGS = "applied_tags"  # what a refusal of the whole names where one of them is gone
NOBODY = discord.AllowedMentions.none()


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A message to be; `name` and `tags` are for where it becomes a post in a forum."""

    embed: discord.Embed
    buttons: Rows = field(default_factory=list)
    called: Called | None = None
    name: str = ""
    tags: tuple[str, ...] = field(default=())

    def parameters(self, **more: Any) -> MultipartParameters:
        """The letter as a call sends it: with the role's name, as a mention, where it calls one."""
        content = f"<@&{self.called.role}>" if self.called is not None else MISSING
        params = handle_message_parameters(content, embed=self.embed, allowed_mentions=self.mentions, **more)
        return with_buttons(params, self.buttons)

    @property
    def mentions(self) -> discord.AllowedMentions:
        """That role alone, and only where it rings."""
        if self.called is None or not self.called.rings:
            return NOBODY
        return discord.AllowedMentions(
            everyone=False, users=False, roles=[discord.Object(self.called.role)], replied_user=False
        )


class Sending:
    """Puts letters where they belong."""

    def __init__(self, line: Line, places: Places, threads: Threads) -> None:
        self._line = line
        self._places = places
        self._threads = threads

    async def to_channel(self, channel: int, letter: Letter, key: str) -> Ref:
        """Send a letter to a channel, or post it in a forum; returns the message."""
        with translated():
            forum = (await self._places.of(channel)).forum
        return await (self.to_forum(channel, letter) if forum else self.to_conversation(channel, letter, key))

    async def to_conversation(self, channel: int, letter: Letter, key: str) -> Ref:
        """Send a letter to a text channel, a thread or a direct conversation; returns the message."""
        http = self._line.client.http

        async def send() -> int:
            with letter.parameters(nonce=nonce(key)) as params:
                return int((await http.send_message(channel, params=params))["id"])

        with translated(creates=True):
            sent = await self._threads.opened(channel, send, close=False)
        return refs.message(channel, sent)

    async def to_forum(self, forum: int, letter: Letter) -> Ref:
        """Post a letter in a forum; returns its first message. Discord knows no key for it."""
        with translated(creates=True):
            place = await self._places.of(forum)
            tags = chosen_tags(place.tags, letter.tags)
            try:
                thread = await self._start(forum, letter, tags)
            except discord.HTTPException as error:
                tags = await self._remedy(forum, letter, tags, error)
                thread = await self._start(forum, letter, tags)
        return refs.message(thread, thread)

    async def _remedy(self, forum: int, letter: Letter, tags: list[int], error: discord.HTTPException) -> list[int]:
        """Take away what a post was refused for; the tags for another try. Raises `error` where it cannot be."""
        if error.code == TOO_MANY_THREADS and await self._threads.make_room(forum):
            return tags
        if error.code not in {TAG_REQUIRED, UNKNOWN_TAG} and _TAGS not in error.text:
            raise error
        self._places.forget(forum)
        there = (await self._places.of(forum)).tags
        return chosen_tags(there, letter.tags) or any_tag(there)

    async def _start(self, forum: int, letter: Letter, tags: list[int]) -> int:
        channel: dict[str, Any] = {"name": thread_name(letter.name), "auto_archive_duration": ARCHIVED_AFTER}
        if tags:
            channel[_TAGS] = [str(each) for each in tags]
        with letter.parameters(channel_payload=channel) as params:
            made = await self._line.client.http.start_thread_in_forum(forum, params=params)
        return int(made["id"])


def with_buttons(params: MultipartParameters, buttons: Rows) -> MultipartParameters:
    """A message's parameters with what stands under it."""
    if params.payload is not None:
        message = params.payload.get("message", params.payload)  # of a forum's post
        message["components"] = buttons
    return params


def nonce(key: str) -> str:
    """What Discord remembers a message by for some minutes: at most 25 characters."""
    return blake2b(key.encode(), digest_size=12).hexdigest()
