"""A channel that the bot may post in again: what goes there goes on, and what was given up is tried."""

from __future__ import annotations

from datetime import datetime

from bot.domain.model import ChannelId, PostState
from bot.ports.stores import Tx


async def reopen(tx: Tx, channel_id: ChannelId, now: datetime) -> int:
    """End a suspension, which is the whole channel's; how many subscriptions go on."""
    count = await tx.places.suspend(channel_id, None)
    for line in await tx.outbox.parked_in(channel_id, now):
        post = await tx.posts.get(line.post_id) if line.post_id is not None else None
        if post is not None and post.state is PostState.LEFT_OUT:
            continue  # it has been named in the channel instead
        if post is not None and post.state is PostState.FAILED:
            await tx.posts.set(post.id, state=PostState.PENDING, now=now)
        await tx.outbox.retry(line.id, now)
    return count
