"""What the page reads. Every statement names the viewer's community."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.domain.model import (
    CommentId,
    CommunityId,
    DiscussionId,
    FeedId,
    MemberId,
    Ref,
    Totals,
)
from bot.ports.pages import (
    ArticleLine,
    ArticleSort,
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
from storage.tx import SqlTx


class SqlPages:
    """See `bot.ports.pages.PageReader`. `read` opens a transaction that reads."""

    def __init__(self, read: Callable[[], AbstractAsyncContextManager[SqlTx]]) -> None:
        self._read = read

    async def sections(self, viewer: Viewer) -> Sequence[SectionLine]:
        async with self._read() as tx:
            rows = await tx.sql.all(page_lists.SECTIONS, **_viewer(viewer))
        return [
            SectionLine(
                ref=Ref(row.ref),
                name=row.name,
                language=row.language,
                zone=row.zone,
                visibility=row.visibility,
                articles=row.articles,
            )
            for row in rows
        ]

    async def articles(
        self, viewer: Viewer, *, section: Ref | None, sort: ArticleSort, since: datetime | None, page: int, size: int
    ) -> Page[ArticleLine]:
        values = _viewer(viewer) | {"p_section": section, "p_since": since}
        bounded = since is not None and sort is ArticleSort.TOP
        async with self._read() as tx:
            total = await tx.sql.value(page_lists.COUNTS[bounded], **values)
            rows = await tx.sql.all(
                page_lists.LISTS[sort, bounded], **values, **_member(viewer), most=size, skipped=(page - 1) * size
            )
        return Page(items=[_article_from(row) for row in rows], number=page, size=size, total=total)

    async def article(self, viewer: Viewer, discussion_id: DiscussionId) -> ArticleLine | None:
        values = _viewer(viewer) | _member(viewer) | {"p_section": None, "p_id": discussion_id, "most": 1, "skipped": 0}
        async with self._read() as tx:
            row = await tx.sql.first(page_lists.ARTICLE, **values)
        return None if row is None else _article_from(row)

    async def comments(
        self, viewer: Viewer, discussion_id: DiscussionId, *, sort: CommentSort, page: int, size: int
    ) -> Page[CommentView]:
        values = _viewer(viewer) | {"p_discussion": discussion_id}
        async with self._read() as tx:
            total = await tx.sql.value(page_comments.COUNT, **values)
            rows = await tx.sql.all(
                page_comments.LISTS[sort], **values, **_member(viewer), most=size, skipped=(page - 1) * size
            )
        return Page(items=[_comment_from(row) for row in rows], number=page, size=size, total=total)

    async def comment(self, viewer: Viewer, comment_id: CommentId) -> tuple[DiscussionId, CommentView] | None:
        async with self._read() as tx:
            row = await tx.sql.first(page_comments.ONE, **_viewer(viewer), **_member(viewer), p_id=comment_id)
        return None if row is None else (DiscussionId(row.discussion_id), _comment_from(row))

    async def page_of(self, viewer: Viewer, comment_id: CommentId, *, sort: CommentSort, size: int) -> int | None:
        async with self._read() as tx:
            place = await tx.sql.value(page_comments.PLACES[sort], **_viewer(viewer), p_id=comment_id)
        return None if place is None else (int(place) - 1) // size + 1

    async def feeds(self, community_id: CommunityId) -> Sequence[FeedLine]:
        async with self._read() as tx:
            rows = await tx.sql.all(page_feeds.FEEDS, p_community=community_id)
            sections = await tx.sql.all(page_feeds.SECTIONS, p_community=community_id)
        names: dict[int, list[str]] = {}
        for row in sections:
            names.setdefault(row.feed_id, []).append(row.name)
        return [_feed_from(row, tuple(names.get(row.id, ()))) for row in rows]

    async def said(self, place: Ref) -> Sequence[Said]:
        async with self._read() as tx:
            rows = await tx.sql.all(page_lists.SAID, p_place=place)
        return [Said(ref=Ref(row.ref), html=row.html, at=row.at) for row in rows]


def _viewer(viewer: Viewer) -> dict[str, Any]:
    return {"p_community": viewer.community_id, "p_signed_in": viewer.member_id is not None}


def _member(viewer: Viewer) -> dict[str, Any]:
    return {"p_member": viewer.member_id}


def _article_from(row: Row[Any]) -> ArticleLine:
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
    )


def _comment_from(row: Row[Any]) -> CommentView:
    return CommentView(
        id=CommentId(row.id),
        message=Ref(row.ref),
        author=row.author,
        member_id=MemberId(row.member_id),
        network=row.network,
        html=row.html,
        created_at=row.created_at,
        edited_at=row.edited_at,
        deleted=row.deleted_at is not None,
        totals=Totals(up=row.up, down=row.down),
        parent_id=None if row.parent_id is None else CommentId(row.parent_id),
        parent_author=row.parent_author,
        vote=row.vote,
    )


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
