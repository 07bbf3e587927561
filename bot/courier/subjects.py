"""What an order is about, as it is stored now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.courier.acts import Showing, Subject
from bot.domain.model import CaseId, ChannelId, PostId
from bot.domain.orders import Lease, Order, OutboxItem, Publish, PublishCase, Refresh, RefreshCase, Rename, Step
from bot.ports.stores import Tx
from bot.ports.stores.places import PostInFull


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The first order of a lane, with what it is about; None where the lane is empty.

    `marked`: its first step was marked with the end of the order before it, and has not been called.
    """

    item: OutboxItem | None = None
    about: Subject | Showing | None = None
    marked: bool = False

    def begun(self, steps: tuple[Step, ...]) -> Head:
        """It, with its first step marked."""
        return replace(self, item=replace(self.item, steps=steps) if self.item is not None else None, marked=True)


async def heads_of(tx: Tx, leases: Sequence[Lease]) -> dict[str, Head]:
    """The heads of leased lanes, by lane."""
    items = await tx.outbox.heads(leases)
    posts = await _subjects_of(tx, [post for item in items.values() if (post := _post_of(item.order)) is not None])
    heads = {lease.lane: Head() for lease in leases}
    for lane, item in items.items():
        post = _post_of(item.order)
        about = posts.get(post) if post is not None else await about_of(tx, item.order)
        heads[lane] = Head(item=item, about=about)
    return heads


def _post_of(order: Order) -> PostId | None:
    match order:
        case Publish(post_id=post_id) | Refresh(post_id=post_id) | Rename(post_id=post_id):
            return post_id
    return None


async def about_of(tx: Tx, order: Order) -> Subject | Showing | None:
    """The post or the shown case that an order is about, None where it is about neither or that is gone."""
    if (post := _post_of(order)) is not None:
        return (await _subjects_of(tx, [post])).get(post)
    if isinstance(order, PublishCase | RefreshCase):
        return await showing_of(tx, order.case_id, order.channel_id)
    return None


async def _subjects_of(tx: Tx, posts: Sequence[PostId]) -> Mapping[PostId, Subject]:
    """Posts with their articles as they are stored now."""
    return {post_id: subject_from(found) for post_id, found in (await tx.posts.in_full(posts)).items()}


def subject_from(found: PostInFull) -> Subject:
    """What a post shows, as the courier has it."""
    return Subject(
        post=found.post,
        article=found.article,
        totals=found.totals,
        comments=found.comments,
        subscription=found.subscription,
        sensitive=found.sensitive,
    )


async def showing_of(tx: Tx, case_id: CaseId, channel_id: ChannelId) -> Showing | None:
    """Where a case is shown, or is to be; what it says is read later."""
    posts = [each for each in await tx.case_posts.of_case(case_id) if each.channel_id == channel_id]
    channels = [each for each in await tx.places.channels() if each.id == channel_id]
    if not posts or not channels:
        return None
    return Showing(case_id=case_id, channel=channels[0], marker=posts[0].marker, ref=posts[0].ref)
