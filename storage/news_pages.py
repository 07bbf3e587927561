"""The news as commands tell them. Every statement names the viewer's community."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.domain.html import lead, plain_text
from bot.domain.model import ArticleSort, ChannelId, CommentId, DiscussionId, Totals
from bot.domain.ranking import wilson
from bot.domain.search import Snippet, Sought, places, snippet
from bot.domain.text import one_line
from bot.ports.newsdesk import Hit, Liked, NewsLine, SearchIn, Sight
from bot.ports.pages import Page
from storage import news_lists
from storage.articles import source_name
from storage.page_sight import values_of
from storage.sql import Sql
from storage.tx import SqlTx
from storage.words import query

EXCERPT = 200  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """What a search found, before it is read: an article's discussion, or a comment."""

    id: int
    comment: bool
    rank: int  # the lower, the better
    at: datetime


class SqlNews:
    """See `bot.ports.newsdesk.NewsReader`. `read` opens a transaction that reads."""

    def __init__(self, read: Callable[[], AbstractAsyncContextManager[SqlTx]]) -> None:
        self._read = read

    async def lines(
        self,
        sight: Sight,
        *,
        channel: ChannelId | None,
        sort: ArticleSort,
        since: datetime | None,
        page: int,
        size: int,
    ) -> Page[NewsLine]:
        values = _values(sight, channel) | {"p_since": since}
        async with self._read() as tx:
            total = await tx.sql.value(news_lists.COUNT, **values)
            rows = await tx.sql.all(news_lists.PAGES[sort], **values, most=size, skipped=(page - 1) * size)
            lines = await _lines(tx.sql, [row.id for row in rows], values)
        return Page(items=[_line(lines[row.id]) for row in rows], number=page, size=size, total=total)

    async def best(
        self, sight: Sight, *, channel: ChannelId | None, since: datetime | None, most: int
    ) -> Sequence[NewsLine]:
        values = _values(sight, channel) | {"p_since": since}
        async with self._read() as tx:
            rows = await tx.sql.all(news_lists.VOTED, **values)
            chosen = sorted(rows, key=_worth, reverse=True)[:most]
            lines = await _lines(tx.sql, [row.id for row in chosen], values)
        return [_line(lines[row.id]) for row in chosen]

    async def search(
        self, sight: Sight, sought: Sought, *, within: SearchIn, channel: ChannelId | None, page: int, size: int
    ) -> Page[Hit]:
        values = _values(sight, channel)
        async with self._read() as tx:
            found = await _found(tx.sql, sought, within, values)
            shown = found[(page - 1) * size : page * size]
            said = await _said(tx.sql, [each.id for each in shown if each.comment])
            about = [said[each.id].discussion_id if each.comment else each.id for each in shown]
            lines = await _lines(tx.sql, about, values)
        hits = [
            _comment_hit(said[each.id], lines[number], sought) if each.comment else _article_hit(lines[number], sought)
            for each, number in zip(shown, about, strict=True)
        ]
        return Page(items=hits, number=page, size=size, total=len(found))

    async def liked(self, sight: Sight, discussion_id: DiscussionId, most: int) -> Sequence[Liked]:
        values = _values(sight, None) | {"p_discussion": discussion_id, "most": most}
        async with self._read() as tx:
            return [_liked(row) for row in await tx.sql.all(news_lists.LIKED, **values)]


def _values(sight: Sight, channel: ChannelId | None) -> dict[str, Any]:
    values = values_of(sight.viewer) | {"p_here": sight.here, "p_channel": channel}
    # Who keeps order without an account here, at the operator's command line, sees what members see.
    return values | {"p_signed_in": values["p_signed_in"] or sight.viewer.moderator}


def _worth(row: Row[Any]) -> tuple[float, int, datetime]:
    return wilson(Totals(up=row.up, down=row.down)), row.comments, row.dated


async def _found(sql: Sql, sought: Sought, within: SearchIn, values: dict[str, Any]) -> list[_Found]:
    """All that is found, the best first."""
    found: list[_Found] = []
    if within is not SearchIn.COMMENTS:
        found += await _found_articles(sql, sought, values)
    if within is not SearchIn.ARTICLES:
        rows = await sql.all(news_lists.COMMENTS[sql.engine], **values, p_query=query(sql.engine, sought))
        found += [_Found(id=row.id, comment=True, rank=2, at=row.created_at) for row in rows]
    newest_first = sorted(found, key=lambda each: (each.at, each.id), reverse=True)
    return sorted(newest_first, key=lambda each: each.rank)


async def _found_articles(sql: Sql, sought: Sought, values: dict[str, Any]) -> list[_Found]:
    found: dict[int, _Found] = {}
    for rank, title in ((0, True), (1, False)):
        wanted = query(sql.engine, sought, title=title)
        for row in await sql.all(news_lists.ARTICLES[sql.engine], **values, p_query=wanted):
            found.setdefault(row.id, _Found(id=row.id, comment=False, rank=rank, at=row.dated))
    return list(found.values())


async def _lines(sql: Sql, ids: Sequence[int], values: dict[str, Any]) -> dict[int, Row[Any]]:
    return {row.id: row for row in await sql.all(news_lists.LINES, **values, ids=list(dict.fromkeys(ids)))}


async def _said(sql: Sql, ids: Sequence[int]) -> dict[int, Row[Any]]:
    return {row.id: row for row in await sql.all(news_lists.SAID, ids=list(ids))}


def _line(row: Row[Any]) -> NewsLine:
    return NewsLine(
        id=DiscussionId(row.id),
        title=row.title,
        source=source_name(row.source, row.address),
        link=row.link,
        dated=row.dated,
        totals=Totals(up=row.up, down=row.down),
        comments=row.comments,
        shares=row.shares,
        on_page=bool(row.on_page),
    )


def _article_hit(row: Row[Any], sought: Sought) -> Hit:
    return Hit(article=_line(row), snippet=_in_article(row.title, one_line(row.lead), sought), at=row.dated)


def _in_article(title: str, lead: str, sought: Sought) -> Snippet:
    """Of the lead where something is found there or nothing in the title, else of the title."""
    return snippet(lead if places(lead, sought) or not places(title, sought) else title, sought)


def _comment_hit(row: Row[Any], article: Row[Any], sought: Sought) -> Hit:
    return Hit(
        article=_line(article),
        snippet=snippet(one_line(plain_text(row.html)), sought),
        comment_id=CommentId(row.id),
        author=row.name,
        at=row.created_at,
    )


def _liked(row: Row[Any]) -> Liked:
    return Liked(
        comment_id=CommentId(row.id),
        author=row.name,
        # What stands behind a curtain is not read in front of it.
        excerpt=row.sensitive or lead(row.html, EXCERPT),
        totals=Totals(up=row.up, down=row.down),
        at=row.created_at,
        on_page=bool(row.on_page),
    )
