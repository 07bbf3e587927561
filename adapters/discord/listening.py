"""What discord.py calls when something happens: read at once, handed on in the order in which it came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import discord
import structlog

from adapters.discord import refs
from adapters.discord.bursts import Bursts
from adapters.discord.events import edited, emoji_text, said, unnamed, who_is
from adapters.discord.interactions import Interactions
from adapters.discord.locks import Locks
from adapters.discord.ordering import InOrder
from bot.domain.events import Cleared, Deleted, Event, Left, Locked, Reacted, Unreacted
from bot.errors import NetworkError
from bot.ports.clock import Clock
from bot.ports.network import Emit

log = structlog.get_logger()

CHANNEL_DELETED = "The channel was deleted."

PATIENCE = 3.0
"""Seconds that answers which are under way have when the bot is stopped."""

Handler = Callable[..., Coroutine[Any, Any, None]]


class Listening:
    """The handlers of one client; each returns when its event is stored, and raises what `emit` raises."""

    def __init__(
        self, client: discord.Client, emit: Emit, order: InOrder, *, interactions: Interactions, clock: Clock
    ) -> None:
        self._client = client
        self._emit = emit
        self._order = order
        self._interactions = interactions
        self._clock = clock
        self._bursts = Bursts()
        self._locks = Locks()
        self._answering: set[asyncio.Task[Any]] = set()

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """To be registered with the client by their names."""
        return (
            self.on_shard_connect,
            self.on_message,
            self.on_raw_message_edit,
            self.on_raw_message_delete,
            self.on_raw_bulk_message_delete,
            self.on_raw_reaction_add,
            self.on_raw_reaction_remove,
            self.on_raw_reaction_clear,
            self.on_raw_reaction_clear_emoji,
            self.on_thread_update,
            self.on_raw_thread_update,
            self.on_raw_thread_delete,
            self.on_guild_channel_delete,
            self.on_interaction,
        )

    async def on_shard_connect(self, shard: int) -> None:
        """Another session: what was remembered of what stands may not stand any more."""
        self._bursts.forget()
        self._locks.forget()

    # --- messages ---

    async def on_message(self, message: discord.Message) -> None:
        event = said(message, self._me)
        if event is not None:
            await self._tell(event)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        event = edited(payload.message, self._me) if "content" in payload.data else None
        if event is not None:
            await self._tell(event)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        if payload.guild_id is not None:
            await self._deleted(payload.channel_id, payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        if payload.guild_id is not None:
            await self._deleted(payload.channel_id, *sorted(payload.message_ids))

    async def _deleted(self, channel: int, *messages: int) -> None:
        now = self._clock.now()
        for each in messages:
            self._bursts.clear(each)
        await self._tell(*(Deleted(message=refs.message(channel, each), at=now) for each in messages))

    # --- reactions ---

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        if payload.guild_id is None or payload.user_id == self._me:
            return
        emoji = emoji_text(payload.emoji)
        self._bursts.put((payload.message_id, payload.user_id, emoji), burst=payload.burst)
        event = Reacted(
            reaction=refs.reaction(payload.channel_id, payload.message_id, payload.user_id, emoji),
            message=refs.message(payload.channel_id, payload.message_id),
            who=who_is(payload.member) if payload.member is not None else unnamed(payload.user_id),
            emoji=emoji,
            at=self._clock.now(),
        )
        await self._order.beside(lambda: self._emit(event))

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        if payload.guild_id is None or payload.user_id == self._me:
            return
        emoji = emoji_text(payload.emoji)
        if not self._bursts.take((payload.message_id, payload.user_id, emoji), burst=payload.burst):
            return
        reaction = refs.reaction(payload.channel_id, payload.message_id, payload.user_id, emoji)
        event = Unreacted(reaction=reaction, at=self._clock.now())
        await self._order.beside(lambda: self._emit(event))

    async def on_raw_reaction_clear(self, payload: discord.RawReactionClearEvent) -> None:
        if payload.guild_id is not None:
            await self._cleared(payload.channel_id, payload.message_id, None)

    async def on_raw_reaction_clear_emoji(self, payload: discord.RawReactionClearEmojiEvent) -> None:
        if payload.guild_id is not None:
            await self._cleared(payload.channel_id, payload.message_id, emoji_text(payload.emoji))

    async def _cleared(self, channel: int, message: int, emoji: str | None) -> None:
        self._bursts.clear(message, emoji)
        await self._tell(Cleared(message=refs.message(channel, message), at=self._clock.now(), emoji=emoji))

    # --- threads and channels ---

    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        if self._locks.seen(after.id, locked=after.locked, before=before.locked):
            await self._locked(after.id, locked=after.locked)

    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """Of a thread that was archived nothing is known but what was seen of it: the other handler hears nothing."""
        if payload.thread is not None:
            return
        locked = bool(payload.data["thread_metadata"].get("locked", False))
        if self._locks.seen(payload.thread_id, locked=locked):
            await self._locked(payload.thread_id, locked=locked)

    async def _locked(self, thread: int, *, locked: bool) -> None:
        await self._tell(Locked(thread=refs.thread(thread), locked=locked, at=self._clock.now()))

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        now = self._clock.now()
        gone = [refs.thread(payload.thread_id)]
        if self._is_forum(payload):
            gone.append(refs.message(payload.thread_id, payload.thread_id))
        self._locks.drop(payload.thread_id)
        await self._tell(*(Deleted(message=each, at=now) for each in gone))

    def _is_forum(self, payload: discord.RawThreadDeleteEvent) -> bool:
        """Whether the thread was a forum's post; of a channel that is not known it may have been one."""
        parent = self._client.get_channel(payload.parent_id)
        return parent is None or isinstance(parent, discord.ForumChannel)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        if not isinstance(channel, discord.CategoryChannel):
            await self._tell(Left(place=refs.channel(channel.id), why=CHANNEL_DELETED, at=self._clock.now()))

    # --- interactions ---

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answered at once and out of turn: who waits is given three seconds."""
        task = asyncio.current_task()
        assert task is not None, "a handler runs in a task"
        self._answering.add(task)
        try:
            await self._interactions.take(interaction, self._emit)
        except NetworkError as error:
            log.warning("somebody was not answered on Discord", kind=interaction.type.name, reason=str(error))
        finally:
            self._answering.discard(task)

    async def end(self) -> None:
        """Let answers that are under way be given, for a moment."""
        if self._answering:
            _, late = await asyncio.wait(self._answering, timeout=PATIENCE)
            for each in late:
                each.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # ---

    @property
    def _me(self) -> int:
        assert self._client.user is not None, "who listens has logged in"
        return self._client.user.id

    async def _tell(self, *events: Event) -> None:
        async def emit() -> None:
            for each in events:
                await self._emit(each)

        await self._order.alone(emit)
