"""What an order is about, as it is stored now."""

from __future__ import annotations

from dataclasses import dataclass

from bot.courier.acts import Showing, Subject
from bot.domain.model import CaseId, ChannelId, PostId
from bot.domain.orders import Lease, Order, OutboxItem, Publish, PublishCase, Refresh, RefreshCase, Rename
from bot.ports.stores import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The first order of a lane, with what it is about; None where the lane is empty."""

    item: OutboxItem | None
    about: Subject | Showing | None = None


async def head_of(tx: Tx, lease: Lease) -> Head:
    """The head of a leased lane."""
    item = await tx.outbox.head(lease)
    return Head(item=item, about=await about_of(tx, item.order) if item is not None else None)


async def about_of(tx: Tx, order: Order) -> Subject | Showing | None:
    """The post or the shown case that an order is about, None where it is about neither or that is gone."""
    match order:
        case Publish(post_id=post_id) | Refresh(post_id=post_id) | Rename(post_id=post_id):
            return await subject_of(tx, post_id)
        case PublishCase(case_id=case_id, channel_id=channel_id) | RefreshCase(case_id=case_id, channel_id=channel_id):
            return await showing_of(tx, case_id, channel_id)
    return None


async def subject_of(tx: Tx, post_id: PostId) -> Subject | None:
    """A post with its article as they are stored now, None where one of them is gone."""
    post = await tx.posts.get(post_id)
    article = await tx.articles.get(post.article_id) if post else None
    if post is None or article is None:
        return None
    totals, comments = await tx.posts.counts(post.discussion_id)
    state = await tx.cases.discussion(post.discussion_id)
    return Subject(
        post=post,
        article=article,
        totals=totals,
        comments=comments,
        subscription=await tx.places.subscription(post.subscription_id) if post.subscription_id else None,
        sensitive=state.sensitive if state is not None else None,
    )


async def showing_of(tx: Tx, case_id: CaseId, channel_id: ChannelId) -> Showing | None:
    """Where a case is shown, or is to be; what it says is read later."""
    posts = [each for each in await tx.case_posts.of_case(case_id) if each.channel_id == channel_id]
    channels = [each for each in await tx.places.channels() if each.id == channel_id]
    if not posts or not channels:
        return None
    return Showing(case_id=case_id, channel=channels[0], marker=posts[0].marker, ref=posts[0].ref)
