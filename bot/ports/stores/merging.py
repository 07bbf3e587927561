"""Articles that are merged into others, or parted again, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.merging import ArticleCase, CasePlan, Move, Name, Placed, Stand, Story
from bot.domain.model import ArticleId, ChannelId, CommunityId, DiscussionId, FeedId, MemberId, Subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A feed that brought an article, with the article's title and link as that feed has them."""

    feed_id: FeedId
    article_id: ArticleId
    title: str
    link: str | None
    position: int
    at: datetime


class Merging(Protocol):
    """What stands where. All that is placed keeps what it was first of; see `bot.domain.merging`."""

    async def alone(self) -> None:
        """Until this transaction ends no document is filed; asked for before anything is read."""
        ...

    async def at(self, discussion_id: DiscussionId) -> tuple[CommunityId, ArticleId] | None:
        """A discussion's community, and its article or the one that this was merged into in the end."""
        ...

    async def stories(self, article_id: ArticleId) -> Sequence[Story]:
        """An article with all that are merged into it, itself first."""
        ...

    async def stands(self, articles: Iterable[ArticleId]) -> Sequence[Stand]:
        """The discussions that are these articles' now or were first."""
        ...

    async def posts(self, articles: Iterable[ArticleId]) -> Sequence[Placed]:
        """Likewise their posts."""
        ...

    async def sources(self, articles: Iterable[ArticleId]) -> Sequence[Source]:
        """The sources that are these articles' own."""
        ...

    async def names(self, article_id: ArticleId) -> Sequence[Name]:
        """What an article is recognised by."""
        ...

    async def set_merged(self, article_id: ArticleId, into: ArticleId | None) -> None: ...

    async def place_names(self, articles: Sequence[ArticleId], root: ArticleId) -> None:
        """The names and the sources of `articles`, the first of which is `root`, are the root's."""
        ...

    async def hand_over(self, names: Sequence[bytes], article_id: ArticleId) -> None:
        """These names are an article's own from now on."""
        ...

    async def disown(self, names: Sequence[bytes]) -> None:
        """These names identify nothing from now on."""
        ...

    async def leave(self, articles: Iterable[ArticleId], feed_id: FeedId) -> None:
        """A feed is a source of these articles no more."""
        ...

    async def discuss(
        self, article_id: ArticleId, community_id: CommunityId, *, sensitive: str | None = None
    ) -> DiscussionId:
        """The discussion of an article in a community, made where there is none."""
        ...

    async def hand_over_stand(self, discussion_id: DiscussionId, article_id: ArticleId) -> None:
        """A discussion is another article's own from now on."""
        ...

    async def place_stands(self, stands: Sequence[Stand]) -> None:
        """Store whose these discussions are, and what they are merged into."""
        ...

    async def move_talk(self, first: DiscussionId, host: DiscussionId, to: DiscussionId) -> None:
        """Comments, reactions on the article and corrections that were made in `first` and stand in `host` go `to`."""
        ...

    async def hand_over_comments(self, host: DiscussionId, channel_id: ChannelId, to: DiscussionId) -> None:
        """What was written in a channel, in `host` and nowhere before, belongs to another discussion from now on."""
        ...

    async def tidy(self, discussions: Sequence[DiscussionId]) -> None:
        """What follows from where comments and discussions stand: answers lead to the same discussion, corrections to
        its article, cases on comments to where these are, and discussions are dated like their articles."""
        ...

    async def place_posts(self, moves: Sequence[Move], now: datetime) -> None:
        """Store whose posts are, and how far they have come."""
        ...

    async def hand_over_post(self, placed: Placed, article_id: ArticleId) -> None:
        """A post is another article's own from now on."""
        ...

    async def cases(self, discussions: Sequence[DiscussionId]) -> Sequence[ArticleCase]:
        """The cases on an article that stand in these discussions or were made there."""
        ...

    async def place_cases(self, plan: CasePlan, hosts: Mapping[DiscussionId, DiscussionId], now: datetime) -> None:
        """Carry out what was planned for cases, with their flags."""
        ...

    async def voters(self, subject: Subject) -> Sequence[MemberId]:
        """Who has a reaction or a vote on a subject."""
        ...

    async def forget(self, feed_id: FeedId) -> None:
        """Have a feed read whole at its next poll, as if nothing of it had been seen."""
        ...
