"""Taking an article to another channel: whether it may go there, and how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.model import (
    Channel,
    ChannelId,
    DiscussionId,
    Post,
    PostId,
    PostState,
    Ref,
    Role,
    Visibility,
    network_of,
)
from bot.domain.orders import Publish
from bot.domain.participation import barred
from bot.errors import RequestError
from bot.office import Act, need
from bot.ports.moderation import Actor
from bot.ports.newsdesk import Shared

WIDTHS = (Visibility.PRIVATE, Visibility.COMMUNITY, Visibility.PUBLIC)

TEXTS = {
    PostState.POSTED: "This article stands in the channel {channel} already.",
    PostState.PENDING: "This article stands in the channel {channel} already.",
    PostState.GATHERED: "This article waits for the next digest in the channel {channel}.",
    PostState.DIGESTED: "A digest has told of this article in the channel {channel} already.",
    PostState.HELD: "This article is held back from the channel {channel}; an admin can release it.",
    PostState.SKIPPED: "This article was not let into the channel {channel}.",
    PostState.LEFT_OUT: "This article was not let into the channel {channel}.",
    PostState.FAILED: "This article could not be posted in the channel {channel}.",
    PostState.DELETED: "This article was taken out of the channel {channel}.",
}
"""Why it is not shared where it has a post, by how far that has come."""

_NOT_HERE = "This is not here any more."
_PRIVATE = "This article stands in private channels only: it cannot be shared outside of them."
_TOO_WIDE = "This article is for members only, and the channel {channel} is public: it cannot be shared there."
_NOT_YOURS = "You cannot write in the channel {channel}: it is private."
_LOCKED = "This discussion is locked: only moderators can share it."


async def share(
    act: Act,
    by: Actor,
    here: Ref | None,
    discussion_id: DiscussionId,
    channel_id: ChannelId,
    *,
    expires_after: timedelta,
) -> Shared:
    """Post an article in another channel, once. Raises `RequestError`."""
    await _may_take_part(act, by, discussion_id)
    target = await _channel(act, by, channel_id)
    posts = await act.tx.posts.of_discussion(discussion_id)
    _not_there(posts, target)
    await _may_write(act, by, target, here)
    closed = await act.tx.shares.members_only(discussion_id)
    width = _width(posts, closed)
    _may_go(width, target)
    members_only = width is Visibility.COMMUNITY and bool(closed)
    post_id = await act.tx.shares.add(discussion_id, target, by.account_id, members_only=members_only, now=act.now)
    if post_id is None:
        raise RequestError(TEXTS[PostState.PENDING], channel=target.name)
    act.aftermath.order(Publish(post_id=post_id), lane=target.ref, expires_at=act.now + expires_after)
    act.aftermath.touch(by.community_id, discussion_id)
    subject = f"article:{discussion_id}"
    await act.log(by.community_id, by.account_id, "article.share", subject, after=f"channel:{target.id}")
    return await _shared(act, discussion_id, posts)


async def _may_take_part(act: Act, by: Actor, discussion_id: DiscussionId) -> None:
    """Raise `RequestError` for who may not take part, or where there is no such discussion."""
    need(by, Role.MEMBER)
    if by.member_id is not None:
        outcome = barred(await act.tx.standings.get(by.community_id, by.member_id), act.now)
        if outcome is not None and outcome.refused is not None:
            raise RequestError(outcome.refused, **dict(outcome.values))
    state = await act.tx.cases.discussion(discussion_id)
    if state is None or state.hidden_at is not None:
        raise RequestError(_NOT_HERE)
    if state.locked(act.now) and not by.role.allows(Role.MODERATOR):
        raise RequestError(_LOCKED)


async def _channel(act: Act, by: Actor, channel_id: ChannelId) -> Channel:
    channels = {each.id: each for each in await act.tx.places.channels() if each.community_id == by.community_id}
    if channel_id not in channels:
        raise RequestError(_NOT_HERE)
    return channels[channel_id]


def _not_there(posts: Sequence[Post], target: Channel) -> None:
    if not posts or posts[0].channel.community_id != target.community_id:
        raise RequestError(_NOT_HERE)
    there = next((each.state for each in posts if each.channel.id == target.id), None)
    if there is not None:
        raise RequestError(TEXTS[there], channel=target.name)


async def _may_write(act: Act, by: Actor, target: Channel, here: Ref | None) -> None:
    """A private channel is for those who are in it: who asks there, has a role there, or keeps order everywhere."""
    section = network_of(target.ref) == "web"
    if section or target.visibility is not Visibility.PRIVATE or target.ref == here:
        return
    if by.role.allows(Role.MODERATOR):
        return
    roles = await act.tx.standings.channel_roles(by.community_id, by.member_id) if by.member_id is not None else {}
    if not roles.get(target.id, Role.READER).allows(Role.MEMBER):
        raise RequestError(_NOT_YOURS, channel=target.name)


def _width(posts: Sequence[Post], closed: Sequence[PostId]) -> Visibility:
    """By how many an article may be seen where it stands now."""
    standing = [each for each in posts if each.state is PostState.POSTED]
    if not standing:
        raise RequestError(_NOT_HERE)
    widths = [
        min(WIDTHS.index(each.channel.visibility), WIDTHS.index(Visibility.COMMUNITY) if each.id in closed else 9)
        for each in standing
    ]
    return WIDTHS[max(widths)]


def _may_go(width: Visibility, target: Channel) -> None:
    if width is Visibility.PRIVATE:
        raise RequestError(_PRIVATE)
    if WIDTHS.index(target.visibility) > WIDTHS.index(width):
        raise RequestError(_TOO_WIDE, channel=target.name)


async def _shared(act: Act, discussion_id: DiscussionId, posts: Sequence[Post]) -> Shared:
    article = await act.tx.articles.get(posts[0].article_id)
    return Shared(
        title="" if article is None else article.content.title, shares=await act.tx.shares.count(discussion_id)
    )
