"""The news, as members ask for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.model import ArticleSort, ChannelId, CommunityId, DiscussionId, Ref
from bot.domain.search import read
from bot.domain.wrong import Wrong
from bot.errors import RequestError
from bot.office import Office
from bot.ports.moderation import Actor
from bot.ports.newsdesk import Hit, Liked, NewsLine, NewsReader, Period, SearchIn, Shared, Sight
from bot.ports.pages import Page
from bot.reading.sharing import share

ON_A_PAGE = 20
IN_A_DIGEST = 10
MOST_LIKED = 5


class ReadingDesk:
    """See `bot.ports.newsdesk.NewsDesk`."""

    def __init__(
        self, office: Office, reader: NewsReader, *, page: Callable[[], str | None], expires_after: timedelta
    ) -> None:
        """`page` tells where the page is, None where there is none."""
        self._office = office
        self._reader = reader
        self._page = page
        self._expires_after = expires_after

    async def lines(
        self, sight: Sight, *, channel: ChannelId | None, sort: ArticleSort, period: Period, page: int
    ) -> Page[NewsLine]:
        return await self._reader.lines(
            sight, channel=channel, sort=sort, since=self._since(period), page=page, size=ON_A_PAGE
        )

    async def digest(self, sight: Sight, *, channel: ChannelId | None, period: Period) -> Sequence[NewsLine]:
        return await self._reader.best(sight, channel=channel, since=self._since(period), most=IN_A_DIGEST)

    async def search(
        self, sight: Sight, words: str, *, within: SearchIn, channel: ChannelId | None, page: int
    ) -> Page[Hit]:
        try:
            sought = read(words)
        except Wrong as wrong:
            raise RequestError(wrong.key, **wrong.values) from wrong
        return await self._reader.search(sight, sought, within=within, channel=channel, page=page, size=ON_A_PAGE)

    async def liked(self, sight: Sight, discussion_id: DiscussionId) -> Sequence[Liked]:
        return await self._reader.liked(sight, discussion_id, MOST_LIKED)

    async def discussion_at(self, community_id: CommunityId, place: Ref) -> DiscussionId | None:
        async with self._office.read() as tx:
            post = await tx.posts.find(place)
        return post.discussion_id if post is not None and post.channel.community_id == community_id else None

    async def home(self, community_id: CommunityId) -> str | None:
        base = self._page()
        if base is None:
            return None
        async with self._office.read() as tx:
            community = next((each for each in await tx.places.communities() if each.id == community_id), None)
        if community is None:
            return None
        return base if community.default else f"{base}/c/{community.slug}"

    async def share(self, by: Actor, here: Ref | None, discussion_id: DiscussionId, channel_id: ChannelId) -> Shared:
        return await self._office.act(
            lambda act: share(act, by, here, discussion_id, channel_id, expires_after=self._expires_after)
        )

    def _since(self, period: Period) -> datetime | None:
        return None if period.span is None else self._office.now() - period.span
