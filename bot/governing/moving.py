"""Channels that were replaced by others, and channels that the bot is in again."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.events import Joined, Moved
from bot.domain.model import Channel, Ref, Server, ServerStanding
from bot.domain.orders import Notice
from bot.domain.telling import Sentence
from bot.office import Act
from bot.ports.stores import Tx
from bot.reopening import reopen

MOVED = "The channel “{channel}” was replaced by another one on its network: what went there goes to the new one."
OPEN = "The bot can post in the channel “{channel}” again. Subscriptions that go on: {count}."


async def move(act: Act, event: Moved) -> None:
    """What belongs to a server or a channel belongs to the one that took its place. To be told twice, or after the new
    one has come by itself, changes nothing more."""
    await _move_server(act, event)
    channel = await channel_at(act.tx, event.place)
    if channel is not None and await act.tx.places.move_channel(channel.id, event.to):
        await reopen(act.tx, channel.id, act.now)
        await _tell(act, channel, "channel.move", Sentence(key=MOVED, values={"channel": channel.name}))


async def _move_server(act: Act, event: Moved) -> None:
    """The new one takes over where the old one stood, unless the operator has said of it what is to be."""
    before, there = await act.tx.places.server(event.place), await act.tx.places.server(event.to)
    await act.tx.places.move_server(event.place, event.to)
    if before is None:
        return
    after = _taken_over(before, event.to, there)
    await act.tx.places.put_server(after)
    if after.community_id is not None:
        subject = f"server:{event.to.rpartition('/')[2]}"
        await act.log(after.community_id, None, "server.move", subject, before=before.name, after=after.name)
        act.aftermath.changed(after.community_id)


def _taken_over(before: Server, to: Ref, there: Server | None) -> Server:
    name = there.name if there is not None and there.name else before.name
    refused = there is not None and there.standing is ServerStanding.REFUSED
    # The bot was put out of the old one because it was replaced: it is in the new one.
    left = before.standing is ServerStanding.LEFT and there is not None and there.standing is ServerStanding.ADMITTED
    standing = ServerStanding.REFUSED if refused else ServerStanding.ADMITTED if left else before.standing
    return replace(before, ref=to, name=name, standing=standing)


async def settle(act: Act, event: Joined) -> None:
    """A channel is in the server that the bot works in, and what was suspended there goes on."""
    server = await act.tx.places.server(event.server)
    channel = await channel_at(act.tx, event.channel) if event.channel is not None else None
    if channel is None or server is None or server.standing is not ServerStanding.ADMITTED:
        return
    if channel.community_id != server.community_id:
        return
    if channel.server != server.ref:
        await act.tx.places.place_in(channel.id, server.ref)
    here = [each for each in await act.tx.places.subscriptions() if each.channel.id == channel.id]
    suspended = [each for each in here if each.suspended is not None]
    if suspended:
        await reopen(act.tx, channel.id, act.now)
        told = Sentence(key=OPEN, values={"channel": channel.name, "count": str(len(suspended))})
        await _tell(act, channel, "channel.return", told)


async def channel_at(tx: Tx, ref: Ref) -> Channel | None:
    """The channel with this reference."""
    return next((each for each in await tx.places.channels() if each.ref == ref), None)


async def _tell(act: Act, channel: Channel, action: str, told: Sentence) -> None:
    await act.log(channel.community_id, None, action, f"channel:{channel.id}", before=channel.name)
    values = tuple((name, str(value)) for name, value in told.values.items())
    notice = Notice(community_id=channel.community_id, key=told.key, values=values, at=act.now)
    await act.tx.journal.notify([notice])
    act.aftermath.changed(channel.community_id)
