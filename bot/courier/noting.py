"""What a delivery came to, noted where others read it: in the post, in the shown case, in a closed channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.courier.acts import Showing, Subject
from bot.domain import delivery
from bot.domain.model import PostProgress, PostState, Ref
from bot.domain.orders import Notice, Step
from bot.ports.stores import Tx

CLOSED = "The network no longer lets the bot post there: the channel is gone, or closed to it."
SUSPENDED = (
    "The bot can no longer post in {channel}. The network answered: {answer}. What was on its way is kept. Once the "
    "bot may post there again, “feed resume” goes on."
)


def posted(subject: Subject, steps: Sequence[Step]) -> PostProgress | None:
    """How far a post has come; None where there is none yet."""
    made = _made(steps)
    if delivery.POST not in made:
        return None
    thread = made.get(delivery.THREAD)
    return PostProgress(
        post_id=subject.post.id,
        state=PostState.POSTED if delivery.THREAD in made else PostState.PENDING,
        ref=made[delivery.POST],
        thread=thread,
        thread_name=subject.thread_name if thread is not None else None,
    )


def failed(subject: Subject, steps: Sequence[Step]) -> PostProgress | None:
    """A post was given up: it failed, unless all that matters was done."""
    if delivery.find_step(steps, delivery.THREAD) is not None:
        return None
    return PostProgress(post_id=subject.post.id, state=PostState.FAILED)


async def note_name(tx: Tx, subject: Subject, now: datetime) -> None:
    """What a thread is called now."""
    post = await tx.posts.get(subject.post.id)
    if post is not None:
        await tx.posts.set(post.id, state=post.state, thread_name=subject.thread_name, now=now)


async def note_case(tx: Tx, showing: Showing, steps: Sequence[Step]) -> None:
    """The message that shows a case, once there is one."""
    ref = _made(steps).get(delivery.SHOW_CASE)
    if ref is not None:
        await tx.case_posts.shown(showing.case_id, showing.channel.id, ref)


async def suspend(tx: Tx, place: Ref, answer: str, now: datetime) -> None:
    """Have the subscriptions of a channel that cannot be posted in take nothing; its admins are told once."""
    found = [each for each in await tx.places.subscriptions() if each.channel.ref == place]
    if all(each.suspended is not None for each in found):
        return
    channel = found[0].channel
    await tx.places.suspend(channel.id, why=CLOSED)
    if not any(each.suspended is not None for each in found):
        values = (("channel", channel.name), ("answer", answer.rstrip(".")))
        await tx.journal.notify([Notice(community_id=channel.community_id, key=SUSPENDED, values=values, at=now)])


def _made(steps: Sequence[Step]) -> dict[str, Ref | None]:
    return {step.name: step.ref for step in steps if step.done}
