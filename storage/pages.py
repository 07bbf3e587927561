"""What the page reads. Every statement names the viewer's community."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.domain.model import (
    CommentId,
    CommunityId,
    DiscussionId,
    FeedId,
    Ref,
    Totals,
)
from bot.ports.pages import (
    ArticleLine,
    ArticleSort,
    BroughtLine,
    CommentSort,
    CommentView,
    FeedLine,
    Page,
    Said,
    SectionLine,
    Viewer,
)
from storage import page_comments, page_feeds, page_lists
from storage.articles import content_from, source_name
from storage.page_sight import values_of
from storage.tx import SqlTx


class SqlPages:
    """See `bot.ports.pages.PageReader`. `read` opens a transaction that reads."""

    def __init__(self, read: Callable[[], AbstractAsyncContextManager[SqlTx]]) -> None:
        self._read = read

    async def sections(self, viewer: Viewer) -> Sequence[SectionLine]:
        async with self._read() as tx:
            rows = await tx.sql.all(page_lists.SECTIONS, **values_of(viewer))
        return [
            SectionLine(
                ref=Ref(row.ref),
                name=row.name,
                language=row.language,
                zone=row.zone,
                visibility=row.visibility,
                articles=row.articles,
                sort=row.sort,
            )
            for row in rows
        ]

    async def articles(
        self, viewer: Viewer, *, section: Ref | None, sort: ArticleSort, since: datetime | None, page: int, size: int
    ) -> Page[ArticleLine]:
        values = values_of(viewer) | {"p_section": section, "p_since": since}
        bounded = since is not None and sort is ArticleSort.TOP
        async with self._read() as tx:
            total = await tx.sql.value(page_lists.COUNTS[bounded], **values)
            rows = await tx.sql.all(page_lists.LISTS[sort, bounded], **values, most=size, skipped=(page - 1) * size)
        return Page(items=[_article_from(row) for row in rows], number=page, size=size, total=total)

    async def article(self, viewer: Viewer, discussion_id: DiscussionId, now: datetime) -> ArticleLine | None:
        values = values_of(viewer) | {"p_section": None, "p_id": discussion_id, "most": 1, "skipped": 0}
        async with self._read() as tx:
            row = await tx.sql.first(page_lists.ARTICLE, **values)
        return None if row is None else _article_from(row, now)

    async def moved(self, viewer: Viewer, discussion_id: DiscussionId) -> DiscussionId | None:
        async with self._read() as tx:
            into = await tx.sql.value(page_lists.MOVED, **values_of(viewer), p_id=discussion_id)
        return None if into is None else DiscussionId(into)

    async def comments(
        self, viewer: Viewer, discussion_id: DiscussionId, *, sort: CommentSort, page: int, size: int
    ) -> Page[CommentView]:
        values = values_of(viewer) | {"p_discussion": discussion_id}
        async with self._read() as tx:
            total = await tx.sql.value(page_comments.COUNT, **values)
            rows = await tx.sql.all(page_comments.LISTS[sort], **values, most=size, skipped=(page - 1) * size)
        return Page(items=[page_comments.comment_from(row) for row in rows], number=page, size=size, total=total)

    async def comment(self, viewer: Viewer, comment_id: CommentId) -> tuple[DiscussionId, CommentView] | None:
        async with self._read() as tx:
            row = await tx.sql.first(page_comments.ONE, **values_of(viewer), p_id=comment_id)
        return None if row is None else (DiscussionId(row.discussion_id), page_comments.comment_from(row))

    async def page_of(self, viewer: Viewer, comment_id: CommentId, *, sort: CommentSort, size: int) -> int | None:
        async with self._read() as tx:
            place = await tx.sql.value(page_comments.PLACES[sort], **values_of(viewer), p_id=comment_id)
        return None if place is None else (int(place) - 1) // size + 1

    async def feeds(self, community_id: CommunityId) -> Sequence[FeedLine]:
        async with self._read() as tx:
            rows = await tx.sql.all(page_feeds.FEEDS, p_community=community_id)
            sections = await tx.sql.all(page_feeds.SECTIONS, p_community=community_id)
        names: dict[int, list[str]] = {}
        for row in sections:
            names.setdefault(row.feed_id, []).append(row.name)
        return [_feed_from(row, tuple(names.get(row.id, ()))) for row in rows]

    async def latest(self, community_id: CommunityId) -> Mapping[FeedId, BroughtLine]:
        async with self._read() as tx:
            rows = await tx.sql.all(page_feeds.LATEST, p_community=community_id)
        return {FeedId(row.feed_id): page_feeds.brought_from(row) for row in rows}

    async def brought(self, community_id: CommunityId, feed_id: FeedId, limit: int) -> Sequence[BroughtLine]:
        async with self._read() as tx:
            rows = await tx.sql.all(page_feeds.BROUGHT, p_feed=feed_id, most=limit)
            about = {"p_community": community_id, "p_articles": [row.id for row in rows]}
            posted = await tx.sql.all(page_feeds.POSTED, **about)
            judged = await tx.sql.all(page_feeds.JUDGED, **about)
        return [page_feeds.brought_from(row, posted, judged) for row in rows]

    async def said(self, place: Ref) -> Sequence[Said]:
        async with self._read() as tx:
            rows = await tx.sql.all(page_lists.SAID, p_place=place)
        return [Said(ref=Ref(row.ref), html=row.html, at=row.at) for row in rows]


def _article_from(row: Row[Any], now: datetime | None = None) -> ArticleLine:
    return ArticleLine(
        id=DiscussionId(row.discussion_id),
        section=Ref(row.section),
        source=source_name(row.source, row.address),
        content=content_from(row),
        dated=row.dated,
        revision=row.revision,
        revised_at=row.revised_at,
        totals=Totals(up=row.up, down=row.down),
        comments=row.comments,
        message=Ref(row.message),
        thread=Ref(row.thread),
        vote=row.vote,
        sensitive=row.sensitive,
        hidden=row.hidden_at is not None,
        locked=_locked(row, now),
        locked_until=row.locked_until,
        slow=row.slow,
        shares=row.shares,
    )


def _locked(row: Row[Any], now: datetime | None) -> bool:
    """Of a list, where no moment is asked about, those that are locked without an end."""
    if row.locked_at is None or row.locked_until is None:
        return row.locked_at is not None
    return now is not None and now < row.locked_until


def _feed_from(row: Row[Any], sections: tuple[str, ...]) -> FeedLine:
    return FeedLine(
        id=FeedId(row.id),
        title=row.title,
        address=row.address,
        state=row.state,
        sections=sections,
        articles=row.articles,
        held=row.held,
        last_read_at=row.last_read_at,
        next_at=row.next_at,
        failing_since=row.failing_since,
        failures=row.failures,
        failure=row.failure,
        reason=row.reason,
    )
