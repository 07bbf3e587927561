"""Communities, channels, subscriptions and posts in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.model import (
    AccountId,
    Article,
    ArticleId,
    Channel,
    ChannelId,
    ChannelSettings,
    Community,
    CommunityId,
    DiscussionId,
    FeedId,
    Gathered,
    Post,
    PostId,
    PostProgress,
    PostState,
    Ref,
    Rules,
    Server,
    Subscription,
    SubscriptionId,
    Totals,
    Verdict,
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

    async def place_in(self, channel_id: ChannelId, server: Ref | None) -> None:
        """Note which server a channel is in."""
        ...

    async def move_channel(self, channel_id: ChannelId, ref: Ref) -> bool:
        """Give a channel another reference; False, and nothing written, where there is a channel with it."""
        ...

    async def suspend(self, channel_id: ChannelId, why: str | None) -> int:
        """Have a channel's subscriptions take nothing, and why (a message), or (None) what comes again; how many."""
        ...

    async def servers(self, network: str | None = None) -> Sequence[Server]:
        """All that are known, or those of a network, the longest known first."""
        ...

    async def server(self, ref: Ref) -> Server | None: ...

    async def put_server(self, server: Server) -> None:
        """Store a server as it is now."""
        ...

    async def move_server(self, ref: Ref, to: Ref) -> None:
        """Give a server another reference, also where its channels name it; the one that has it is replaced."""
        ...

    async def own_emoji(self) -> Mapping[ChannelId, ChannelSettings]:
        """What is set in the channels that have emoji of their own."""
        ...

    async def subscribe(
        self,
        feed_id: FeedId,
        channel_id: ChannelId,
        *,
        backlog: int,
        since: datetime | None = None,
        sensitive: str | None = None,
    ) -> SubscriptionId:
        """Store a subscription; one that is there is left as it is."""
        ...

    async def subscriptions(self, feed_id: FeedId | None = None) -> Sequence[Subscription]:
        """All of them, or those of a feed."""
        ...

    async def subscription(self, subscription_id: SubscriptionId) -> Subscription | None: ...

    async def digests_due(self, now: datetime) -> Sequence[Subscription]:
        """The subscriptions whose next digest is due, but for paused and suspended ones."""
        ...

    async def digest_made(self, subscription: Subscription, *, due: datetime | None) -> bool:
        """Set when its next digest is due; False, and nothing written, where somebody else did before."""
        ...

    async def set_rules(self, subscription_id: SubscriptionId, rules: Rules, *, digest_due: datetime | None) -> None:
        """Store a subscription's rules, all of them, and when its next digest is due."""
        ...

    async def set_sensitive(self, subscription_id: SubscriptionId, sensitive: str | None) -> None:
        """Why the articles to come stand behind a curtain."""
        ...

    async def pause(self, subscription_id: SubscriptionId, *, paused: bool) -> None:
        """Whether a subscription takes what comes."""
        ...

    async def unsubscribe(self, subscription_id: SubscriptionId, now: datetime) -> None:
        """End a subscription. What it has posted or ordered stays; what it held or gathered counts as skipped."""
        ...

    async def primed(self, subscriptions: Sequence[SubscriptionId]) -> None:
        """Their first poll is behind them."""
        ...


class Verdicts(Protocol):
    """What subscriptions did with articles, and why."""

    async def put(self, verdicts: Sequence[Verdict]) -> None:
        """Note what was decided; a decision that was taken before stays."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class PostInFull:
    """A post with all that it shows."""

    post: Post
    article: Article
    totals: Totals
    comments: int
    subscription: Subscription | None
    sensitive: str | None  # why the article stands behind a curtain


class Posts(Protocol):
    """Articles in channels. A discussion begins with an article's first post in a community."""

    async def order(
        self, article_id: ArticleId, subscription: Subscription, *, state: PostState = PostState.PENDING, now: datetime
    ) -> PostId | None:
        """Make a post; None where the article has one in that channel already."""
        ...

    async def gathered(self, subscription_id: SubscriptionId) -> Sequence[Gathered]:
        """What waits for a subscription's digest, the oldest post first."""
        ...

    async def digested(self, posts: Sequence[PostId], now: datetime) -> None:
        """A digest has named these posts, or passed them over."""
        ...

    async def held(self, feed_id: FeedId, community_id: CommunityId) -> Sequence[PostId]:
        """The held posts of a feed's articles in a community's channels, oldest article first."""
        ...

    async def get(self, post_id: PostId) -> Post | None: ...

    async def in_full(self, posts: Sequence[PostId]) -> Mapping[PostId, PostInFull]:
        """Those that there are."""
        ...

    async def of_article(self, article_id: ArticleId) -> Sequence[Post]: ...

    async def of_discussion(self, discussion_id: DiscussionId) -> Sequence[Post]: ...

    async def set(
        self,
        post_id: PostId,
        *,
        state: PostState,
        ref: Ref | None = None,
        thread: Ref | None = None,
        thread_name: str | None = None,
        now: datetime,
    ) -> None:
        """`progress` of one post."""
        ...

    async def progress(self, posts: Sequence[PostProgress], now: datetime) -> None:
        """Note how far posts have come, each of them named once."""
        ...

    async def lose_thread(self, post_id: PostId, now: datetime) -> None:
        """Its thread is gone: forget the reference and the name."""
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


class Shares(Protocol):
    """Articles that members have taken to another channel."""

    async def add(
        self, discussion_id: DiscussionId, channel: Channel, by: AccountId | None, *, members_only: bool, now: datetime
    ) -> PostId | None:
        """Make a post of a discussion's article in a channel and count it as a share; None where it has one there."""
        ...

    async def count(self, discussion_id: DiscussionId) -> int:
        """How often a discussion's article was shared."""
        ...

    async def members_only(self, discussion_id: DiscussionId) -> Sequence[PostId]:
        """The posts of a discussion that are for signed-in members."""
        ...
