"""Articles: stories, what they are recognised by, and who brought them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Float, Row, bindparam, func, select, type_coerce, update

from bot.domain.model import Alias, AliasKind, Article, ArticleId, Content, FeedId, KnownArticle
from bot.domain.ranking import SECONDS_PER_MAGNITUDE, Liveliness, hot
from storage.article_lookups import SqlArticleLookups
from storage.schema.columns import EPOCH, Moment
from storage.schema.news import CONTENT, aliases, article_revisions, article_sources, articles, feeds
from storage.schema.places import discussions
from storage.sql import Sql, chunks, insert
from storage.words import SqlWords

# Two feeds that bring the same story at once must not both find it unknown.
INTAKE = 1 << 62

_a = articles.c
_KNOWN = (
    select(
        aliases.c.key, _a.id, _a.primary_feed, article_sources.c.feed_id,
        _a.digest, _a.revision, _a.published, _a.first_seen, aliases.c.origin_id,
    )
    .select_from(aliases.outerjoin(articles, _a.id == aliases.c.article_id)
                 .outerjoin(article_sources, article_sources.c.article_id == _a.id))
    .where(aliases.c.key.in_(bindparam("keys", expanding=True)))
)  # fmt: skip
_ADD = insert(articles).returning(_a.id)
_ALIAS = insert(aliases).on_conflict_do_nothing(index_elements=["key"])
_SOURCE = insert(article_sources).on_conflict_do_nothing(index_elements=["article_id", "feed_id"])

_KEPT = ("article_id", "revision", *CONTENT, "digest", "at")
_KEEP = insert(article_revisions).from_select(
    list(_KEPT),
    select(_a.id, _a.revision, *(_a[n] for n in CONTENT), _a.digest, func.coalesce(_a.revised_at, _a.first_seen)).where(
        _a.id == bindparam("p_id")
    ),
)
_REVISE = (
    update(articles)
    .where(_a.id == bindparam("p_id"))
    .values(
        **{name: bindparam(f"p_{name}") for name in (*CONTENT, "digest", "revised_at")},
        dated=func.coalesce(bindparam("p_published", type_=_a.published.type), _a.first_seen),
        revision=_a.revision + bindparam("p_more"),
    )
    .returning(_a.dated)
)
_dated = bindparam("p_dated", type_=_a.dated.type)
_dated_before = type_coerce(discussions.c.dated, Float(53)) / (SECONDS_PER_MAGNITUDE * 1e6)
_REDATE = (
    update(discussions)
    .where(discussions.c.article_id == bindparam("p_id"), discussions.c.dated != _dated)
    .values(dated=_dated, hot=discussions.c.hot + bindparam("p_hot", type_=Float(53)) - _dated_before)
)
ARTICLE = (
    *(_a[name] for name in ("marker", "primary_feed", "revision", "first_seen", "revised_at", *CONTENT)),
    feeds.c.title.label("source"),
    feeds.c.address,
)
_GET = select(*ARTICLE).join(feeds, feeds.c.id == _a.primary_feed).where(_a.id == bindparam("p_id"))
_NOW = select(*(_a[name] for name in CONTENT)).where(_a.id == bindparam("p_id"), _a.revision == bindparam("p_revision"))
_THEN = select(*(article_revisions.c[name] for name in CONTENT)).where(
    article_revisions.c.article_id == bindparam("p_id"), article_revisions.c.revision == bindparam("p_revision")
)
_CONTENTS = select(_a.id, *(_a[name] for name in CONTENT)).where(_a.id.in_(bindparam("ids", expanding=True)))
_RECENT = (
    select(_a.id)
    .join(article_sources, article_sources.c.article_id == _a.id)
    .where(
        article_sources.c.feed_id == bindparam("p_feed"),
        _a.merged_into.is_(None),
        _a.dated >= bindparam("p_since", type_=Moment),
    )
    .order_by(_a.dated.desc(), article_sources.c.position, _a.id.desc())
    .limit(bindparam("most"))
)


def content_from(row: Row[Any]) -> Content:
    """The content in a row that carries the columns `CONTENT`."""
    return Content(**{name: getattr(row, name) for name in CONTENT})


def article_from(row: Row[Any], article_id: ArticleId) -> Article:
    """The article in a row that carries the columns `ARTICLE`."""
    return Article(
        id=article_id,
        marker=row.marker,
        primary_feed=FeedId(row.primary_feed),
        source=source_name(row.source, row.address),
        content=content_from(row),
        revision=row.revision,
        first_seen=row.first_seen,
        revised_at=row.revised_at,
    )


def source_name(title: str | None, address: str) -> str:
    """A feed's title, or the host of its address while it has none."""
    return title or urlsplit(address).hostname or address


def _content_values(content: Content, prefix: str = "") -> dict[str, Any]:
    return {prefix + field.name: getattr(content, field.name) for field in fields(content)}


def _known_from(rows: Sequence[Row[Any]]) -> KnownArticle | None:
    first = rows[0]
    if first.id is None:
        return None
    return KnownArticle(
        id=ArticleId(first.id),
        primary_feed=FeedId(first.primary_feed),
        sources=frozenset(FeedId(row.feed_id) for row in rows if row.feed_id is not None),
        digest=first.digest,
        revisions=first.revision,
        published=first.published,
        first_seen=first.first_seen,
        merged=first.origin_id is not None,
    )


def _alias_rows(given: Sequence[Alias], article_id: ArticleId, feed_id: FeedId, now: datetime) -> list[dict[str, Any]]:
    whose = {"article_id": article_id, "feed_id": feed_id, "at": now}
    return [{"key": alias.key, "kind": alias.kind} | whose for alias in given]


class SqlArticles(SqlArticleLookups):
    """See `bot.ports.stores.Articles`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def known(self, keys: Sequence[bytes]) -> Mapping[bytes, KnownArticle | None]:
        await self._sql.alone(INTAKE)
        found: dict[bytes, list[Row[Any]]] = {}
        for part in chunks(list(dict.fromkeys(keys))):
            for row in await self._sql.all(_KNOWN, keys=part):
                found.setdefault(row.key, []).append(row)
        return {key: _known_from(rows) for key, rows in found.items()}

    async def add(
        self,
        feed_id: FeedId,
        content: Content,
        aliases: Sequence[Alias],
        *,
        marker: str,
        digest: bytes,
        position: int,
        now: datetime,
    ) -> ArticleId:
        article_id = ArticleId(
            await self._sql.value(
                _ADD,
                **_content_values(content),
                marker=marker,
                primary_feed=feed_id,
                digest=digest,
                revision=1,
                first_seen=now,
                dated=content.published or now,
            )
        )
        await SqlWords(self._sql).article(article_id, content.title, content.lead)
        await self._sql.many(_ALIAS, _alias_rows(aliases, article_id, feed_id, now))
        await self.add_source(article_id, feed_id, position=position, title=content.title, link=content.link, now=now)
        return article_id

    async def revise(
        self, article_id: ArticleId, content: Content, *, digest: bytes, replace_latest: bool, now: datetime
    ) -> None:
        if not replace_latest:
            await self._sql.run(_KEEP, p_id=article_id)
        values = _content_values(content, "p_")
        dated = await self._sql.value(
            _REVISE, p_id=article_id, **values, p_digest=digest, p_revised_at=now, p_more=0 if replace_latest else 1
        )
        if dated is not None:
            await SqlWords(self._sql).article(article_id, content.title, content.lead)
            await self._sql.run(_REDATE, p_id=article_id, p_dated=dated, p_hot=hot(Liveliness(), dated))

    async def learn(self, article_id: ArticleId, aliases: Sequence[Alias], feed_id: FeedId, now: datetime) -> None:
        await self._sql.many(_ALIAS, _alias_rows(aliases, article_id, feed_id, now))

    async def disown(self, keys: Sequence[bytes], now: datetime) -> None:
        nobodys = {"kind": AliasKind.LINK, "article_id": None, "feed_id": None, "at": now}
        await self._sql.many(_ALIAS, [{"key": key} | nobodys for key in keys])

    async def add_source(
        self, article_id: ArticleId, feed_id: FeedId, *, position: int, title: str, link: str | None, now: datetime
    ) -> None:
        await self._sql.run(
            _SOURCE, article_id=article_id, feed_id=feed_id, position=position, title=title, link=link, at=now
        )

    async def get(self, article_id: ArticleId) -> Article | None:
        row = await self._sql.first(_GET, p_id=article_id)
        return None if row is None else article_from(row, article_id)

    async def content_at(self, article_id: ArticleId, revision: int) -> Content | None:
        for statement in (_NOW, _THEN):
            row = await self._sql.first(statement, p_id=article_id, p_revision=revision)
            if row is not None:
                return content_from(row)
        return None

    async def contents(self, articles: Sequence[ArticleId]) -> Mapping[ArticleId, Content]:
        rows = [row for part in chunks(articles) for row in await self._sql.all(_CONTENTS, ids=part)]
        return {ArticleId(row.id): content_from(row) for row in rows}

    async def recent(self, feed_id: FeedId, limit: int, since: datetime | None = None) -> Sequence[ArticleId]:
        rows = await self._sql.all(_RECENT, p_feed=feed_id, p_since=since or EPOCH, most=limit)
        return [ArticleId(row.id) for row in rows]
