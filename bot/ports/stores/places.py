"""Communities, channels, subscriptions and posts in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.model import (
    ArticleId,
    Channel,
    ChannelId,
    ChannelSettings,
    Community,
    CommunityId,
    DiscussionId,
    FeedId,
    Post,
    PostId,
    PostState,
    Ref,
    Rules,
    Subscription,
    SubscriptionId,
    Totals,
    Visibility,
)


class Places(Protocol):
    """Communities, channels, subscriptions."""

    async def put_community(self, slug: str, name: str, *, default: bool) -> CommunityId:
        """Store a community; one that is there is left as it is. There is one default: the first one stays it."""
        ...

    async def set_community(self, community_id: CommunityId, name: str, *, default: bool) -> None:
        """Rename a community; as the default one it takes the place of the one before."""
        ...

    async def communities(self) -> Sequence[Community]: ...

    async def put_channel(
        self, community_id: CommunityId, ref: Ref, name: str, *, language: str, zone: str, visibility: Visibility
    ) -> ChannelId:
        """Store a channel; one that is there is left as it is."""
        ...

    async def channels(self) -> Sequence[Channel]: ...

    async def set_channel(self, channel: Channel) -> None:
        """Store what is set in a channel; its community and its reference stay."""
        ...

    async def own_emoji(self) -> Mapping[ChannelId, ChannelSettings]:
        """What is set in the channels that have emoji of their own."""
        ...

    async def subscribe(
        self, feed_id: FeedId, channel_id: ChannelId, *, backlog: int, sensitive: str | None = None
    ) -> SubscriptionId:
        """Store a subscription; one that is there is left as it is."""
        ...

    async def subscriptions(self, feed_id: FeedId | None = None) -> Sequence[Subscription]:
        """All of them, or those of a feed."""
        ...

    async def set_rules(self, subscription_id: SubscriptionId, rules: Rules, *, digest_due: datetime | None) -> None:
        """Store a subscription's rules, all of them, and when its next digest is due."""
        ...

    async def primed(self, subscriptions: Sequence[SubscriptionId]) -> None:
        """Their first poll is behind them."""
        ...


class Posts(Protocol):
    """Articles in channels. A discussion begins with an article's first post in a community."""

    async def order(
        self, article_id: ArticleId, subscription: Subscription, *, state: PostState = PostState.PENDING, now: datetime
    ) -> PostId | None:
        """Make a post; None where the article has one in that channel already."""
        ...

    async def held(self, feed_id: FeedId, community_id: CommunityId) -> Sequence[PostId]:
        """The held posts of a feed's articles in a community's channels, oldest article first."""
        ...

    async def get(self, post_id: PostId) -> Post | None: ...

    async def of_article(self, article_id: ArticleId) -> Sequence[Post]: ...

    async def of_discussion(self, discussion_id: DiscussionId) -> Sequence[Post]: ...

    async def set(
        self,
        post_id: PostId,
        *,
        state: PostState,
        ref: Ref | None = None,
        thread: Ref | None = None,
        now: datetime,
    ) -> None:
        """Note how far it has come; None leaves a reference as it was."""
        ...

    async def counts(self, discussion_id: DiscussionId) -> tuple[Totals, int]:
        """Votes on the article and the number of live comments."""
        ...

    async def find(self, ref: Ref) -> Post | None:
        """The post with this message or thread."""
        ...

    async def by_marker(self, channel: Ref, marker: str) -> Post | None:
        """The post in a channel whose article has this marker."""
        ...
