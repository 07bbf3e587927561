"""Articles that are merged into others, or parted again: names, sources, discussions, posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, func, literal, select, union, update

from bot.domain.merging import Move, Name, Placed, Stand, Story
from bot.domain.model import (
    Alias,
    ArticleId,
    ChannelId,
    CommunityId,
    DiscussionId,
    FeedId,
    MemberId,
    Subject,
    SubjectKind,
)
from bot.ports.stores import Source
from storage.articles import INTAKE
from storage.merging_cases import SqlMergedCases
from storage.places import CHANNEL
from storage.posts import DISCUSS
from storage.posts_in_full import post_from
from storage.schema.columns import BigId
from storage.schema.news import aliases, article_sources, articles, feed_forms, feeds
from storage.schema.order import cases, corrections
from storage.schema.people import accounts
from storage.schema.places import channels, discussions, posts
from storage.schema.talk import comments, reactions, votes
from storage.sql import Sql, insert

_a, _d, _p, _s, _n = articles.c, discussions.c, posts.c, article_sources.c, aliases.c

_ids = bindparam("ids", type_=BigId, expanding=True)
_root = bindparam("p_root", type_=BigId)
_first = bindparam("p_first", type_=BigId)
_host = bindparam("p_host", type_=BigId)
_to = bindparam("p_to", type_=BigId)


def _first_of(origin: Any, now: Any) -> Any:
    """What a thing was first of, whatever it is of now."""
    return func.coalesce(origin, now)


def _unless(first: Any, place: Any) -> Any:
    """What to remember of where a thing was first: nothing once it is there."""
    return case((first == place, None), else_=first)


_up = select(_a.id, _a.merged_into).where(_a.id == bindparam("p_id")).cte("up", recursive=True)
_UP = _up.union_all(select(_a.id, _a.merged_into).join(_up, _a.id == _up.c.merged_into))
_AT = select(_d.community_id, _d.article_id).where(_d.id == bindparam("p_id"))
_TOP = select(_UP.c.id).where(_UP.c.merged_into.is_(None))
_down = (
    select(_a.id, _a.primary_feed, _a.merged_into, literal(0).label("depth"))
    .where(_a.id == bindparam("p_id"))
    .cte("down", recursive=True)
)
_DOWN = _down.union_all(
    select(_a.id, _a.primary_feed, _a.merged_into, _down.c.depth + 1).join(_down, _a.merged_into == _down.c.id)
)
_STORIES = select(_DOWN).order_by(_DOWN.c.depth, _DOWN.c.id)
_STANDS = select(discussions).where(_d.article_id.in_(_ids) | _d.origin_id.in_(_ids)).order_by(_d.id)
_POSTS = (
    select(posts, *(c for c in CHANNEL if c.name != "channel_id"))
    .join(channels, channels.c.id == _p.channel_id)
    .where(_p.article_id.in_(_ids) | _p.origin_id.in_(_ids))
    .order_by(_p.id)
)
_SOURCES = (
    select(article_sources).where(_s.article_id.in_(_ids), _s.origin_id.is_(None)).order_by(_s.feed_id, _s.article_id)
)
_NAMES = select(aliases).where(_n.article_id == bindparam("p_id")).order_by(_n.key)
_SET_MERGED = update(articles).where(_a.id == bindparam("p_id")).values(merged_into=bindparam("p_into"))

_first_named = _first_of(_n.origin_id, _n.article_id)
_PLACE_NAMES = (
    update(aliases).where(_first_named.in_(_ids)).values(article_id=_root, origin_id=_unless(_first_named, _root))
)
_UNCOPY = delete(article_sources).where(_s.article_id == _root, _s.origin_id.is_not(None))
_COPIED = ("feed_id", "position", "at", "title", "link")
_COPY = (
    insert(article_sources)
    .from_select(
        ["article_id", "origin_id", *_COPIED],
        select(_root, _s.article_id, *(_s[name] for name in _COPIED)).where(
            _s.article_id.in_(_ids), _s.article_id != _root, _s.origin_id.is_(None)
        ),
    )
    .on_conflict_do_nothing(index_elements=["article_id", "feed_id"])
)
_keys = _n.key.in_(bindparam("keys", expanding=True))
_HAND_OVER = update(aliases).where(_keys).values(article_id=_to, origin_id=None)
_DISOWN = update(aliases).where(_keys).values(article_id=None, origin_id=None, feed_id=None)
_LEAVE = delete(article_sources).where(_s.article_id.in_(_ids), _s.feed_id == bindparam("p_feed"))
_DISCUSSION = select(_d.id).where(_d.article_id == bindparam("p_article"), _d.community_id == bindparam("p_community"))

_of_stand = update(discussions).where(_d.id == bindparam("p_id"))
_APART = (
    update(discussions)
    .where(_d.id.in_(_ids))
    .values(article_id=_first_of(_d.origin_id, _d.article_id), origin_id=None, merged_into=None)
)
_STAND = _of_stand.values(
    article_id=bindparam("p_article"), origin_id=bindparam("p_origin"), merged_into=bindparam("p_into")
)
_POSTS_APART = (
    update(posts).where(_p.id.in_(_ids)).values(article_id=_first_of(_p.origin_id, _p.article_id), origin_id=None)
)
_POST = (
    update(posts)
    .where(_p.id == bindparam("p_id"))
    .values(
        article_id=bindparam("p_article"),
        origin_id=bindparam("p_origin"),
        discussion_id=bindparam("p_discussion"),
        state=bindparam("p_state"),
        former=bindparam("p_former"),
        ref=bindparam("p_ref"),
        thread=bindparam("p_thread"),
        changed_at=bindparam("p_now"),
    )
)
_HAND_OVER_POST = (
    update(posts).where(_p.id == bindparam("p_id")).values(article_id=bindparam("p_article"), origin_id=None)
)


def _moved(table: Any, place: Any) -> Any:
    """Rows of `table` that were first in one discussion and stand in a host go elsewhere."""
    first = _first_of(table.c.origin_id, place)
    return update(table).where(place == _host, first == _first).values({place: _to, "origin_id": _unless(first, _to)})


_MOVE_TALK = (
    _moved(comments, comments.c.discussion_id),
    _moved(corrections, corrections.c.discussion_id),
    _moved(reactions, reactions.c.subject_id).where(reactions.c.subject_kind == SubjectKind.ARTICLE),
)
_HAND_OVER_COMMENTS = (
    update(comments)
    .where(
        comments.c.discussion_id == _host,
        comments.c.origin_id.is_(None),
        comments.c.channel_id == bindparam("p_channel"),
    )
    .values(discussion_id=_to)
)
_answered = comments.alias("answered")
_TIDY = (
    update(comments)
    .where(
        comments.c.discussion_id.in_(_ids),
        select(_answered.c.discussion_id).where(_answered.c.id == comments.c.parent_id).scalar_subquery()
        != comments.c.discussion_id,
    )
    .values(parent_id=None),
    update(corrections)
    .where(corrections.c.discussion_id.in_(_ids))
    .values(article_id=select(_d.article_id).where(_d.id == corrections.c.discussion_id).scalar_subquery()),
    update(cases)
    .where(cases.c.discussion_id.in_(_ids), cases.c.subject_kind == SubjectKind.COMMENT)
    .values(
        discussion_id=select(comments.c.discussion_id).where(comments.c.id == cases.c.subject_id).scalar_subquery()
    ),
    update(discussions)
    .where(_d.id.in_(_ids))
    .values(dated=select(_a.dated).where(_a.id == _d.article_id).scalar_subquery()),
)
_on = (bindparam("p_kind", type_=votes.c.subject_kind.type), bindparam("p_subject", type_=BigId))
_VOTERS = union(
    select(votes.c.member_id).where(votes.c.subject_kind == _on[0], votes.c.subject_id == _on[1]),
    select(accounts.c.member_id)
    .join(reactions, reactions.c.account_id == accounts.c.id)
    .where(reactions.c.subject_kind == _on[0], reactions.c.subject_id == _on[1]),
).order_by("member_id")
_FORGET = (
    delete(feed_forms).where(feed_forms.c.feed_id == bindparam("p_feed")),
    update(feeds).where(feeds.c.id == bindparam("p_feed")).values(etag=None, last_modified=None, body_digest=None),
)


def _stand_from(row: Row[Any]) -> Stand:
    return Stand(
        id=DiscussionId(row.id),
        community_id=CommunityId(row.community_id),
        article_id=ArticleId(row.article_id),
        first=ArticleId(row.origin_id or row.article_id),
        merged_into=None if row.merged_into is None else DiscussionId(row.merged_into),
    )


def _source_from(row: Row[Any]) -> Source:
    return Source(
        feed_id=FeedId(row.feed_id),
        article_id=ArticleId(row.article_id),
        title=row.title,
        link=row.link,
        position=row.position,
        at=row.at,
    )


def _origin(first: ArticleId, now: ArticleId) -> ArticleId | None:
    return None if first == now else first


def _post_values(move: Move, now: datetime) -> dict[str, Any]:
    post = move.placed.post
    return {
        "p_id": post.id,
        "p_article": post.article_id,
        "p_origin": _origin(move.placed.first, post.article_id),
        "p_discussion": post.discussion_id,
        "p_state": post.state,
        "p_former": move.placed.former,
        "p_ref": post.ref,
        "p_thread": post.thread,
        "p_now": now,
    }


class SqlMerging(SqlMergedCases):
    """See `bot.ports.stores.Merging`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def alone(self) -> None:
        await self._sql.alone(INTAKE)

    async def at(self, discussion_id: DiscussionId) -> tuple[CommunityId, ArticleId] | None:
        row = await self._sql.first(_AT, p_id=discussion_id)
        if row is None:
            return None
        return CommunityId(row.community_id), ArticleId(await self._sql.value(_TOP, p_id=row.article_id))

    async def stories(self, article_id: ArticleId) -> Sequence[Story]:
        return [
            Story(
                id=ArticleId(row.id),
                feed=FeedId(row.primary_feed),
                merged_into=None if row.merged_into is None else ArticleId(row.merged_into),
            )
            for row in await self._sql.all(_STORIES, p_id=article_id)
        ]

    async def stands(self, articles: Iterable[ArticleId]) -> Sequence[Stand]:
        return [_stand_from(row) for row in await self._sql.all(_STANDS, ids=list(articles))]

    async def posts(self, articles: Iterable[ArticleId]) -> Sequence[Placed]:
        return [
            Placed(post=post_from(row), first=ArticleId(row.origin_id or row.article_id), former=row.former)
            for row in await self._sql.all(_POSTS, ids=list(articles))
        ]

    async def sources(self, articles: Iterable[ArticleId]) -> Sequence[Source]:
        return [_source_from(row) for row in await self._sql.all(_SOURCES, ids=list(articles))]

    async def names(self, article_id: ArticleId) -> Sequence[Name]:
        return [
            Name(
                alias=Alias(kind=row.kind, key=row.key),
                feed=None if row.feed_id is None else FeedId(row.feed_id),
                first=ArticleId(row.origin_id or row.article_id),
            )
            for row in await self._sql.all(_NAMES, p_id=article_id)
        ]

    async def set_merged(self, article_id: ArticleId, into: ArticleId | None) -> None:
        await self._sql.run(_SET_MERGED, p_id=article_id, p_into=into)

    async def place_names(self, articles: Sequence[ArticleId], root: ArticleId) -> None:
        await self._sql.run(_UNCOPY, p_root=root)
        for statement in (_PLACE_NAMES, _COPY):
            await self._sql.run(statement, ids=list(articles), p_root=root)

    async def hand_over(self, names: Sequence[bytes], article_id: ArticleId) -> None:
        await self._sql.run(_HAND_OVER, keys=list(names), p_to=article_id)

    async def disown(self, names: Sequence[bytes]) -> None:
        await self._sql.run(_DISOWN, keys=list(names))

    async def leave(self, articles: Iterable[ArticleId], feed_id: FeedId) -> None:
        await self._sql.run(_LEAVE, ids=list(articles), p_feed=feed_id)

    async def discuss(
        self, article_id: ArticleId, community_id: CommunityId, *, sensitive: str | None = None
    ) -> DiscussionId:
        await self._sql.run(DISCUSS, p_article=article_id, p_community=community_id, p_sensitive=sensitive)
        return DiscussionId(await self._sql.value(_DISCUSSION, p_article=article_id, p_community=community_id))

    async def hand_over_stand(self, discussion_id: DiscussionId, article_id: ArticleId) -> None:
        await self._sql.run(_STAND, p_id=discussion_id, p_article=article_id, p_origin=None, p_into=None)

    async def place_stands(self, stands: Sequence[Stand]) -> None:
        # All go back to what they were first, so that none is in another's way.
        await self._sql.run(_APART, ids=[each.id for each in stands])
        for each in stands:
            values = {"p_origin": _origin(each.first, each.article_id), "p_into": each.merged_into}
            await self._sql.run(_STAND, p_id=each.id, p_article=each.article_id, **values)

    async def move_talk(self, first: DiscussionId, host: DiscussionId, to: DiscussionId) -> None:
        for statement in _MOVE_TALK:
            await self._sql.run(statement, p_first=first, p_host=host, p_to=to)

    async def hand_over_comments(self, host: DiscussionId, channel_id: ChannelId, to: DiscussionId) -> None:
        await self._sql.run(_HAND_OVER_COMMENTS, p_host=host, p_channel=channel_id, p_to=to)

    async def tidy(self, discussions: Sequence[DiscussionId]) -> None:
        for statement in _TIDY:
            await self._sql.run(statement, ids=list(discussions))

    async def place_posts(self, moves: Sequence[Move], now: datetime) -> None:
        await self._sql.run(_POSTS_APART, ids=[each.placed.post.id for each in moves])
        for move in moves:
            await self._sql.run(_POST, **_post_values(move, now))

    async def hand_over_post(self, placed: Placed, article_id: ArticleId) -> None:
        await self._sql.run(_HAND_OVER_POST, p_id=placed.post.id, p_article=article_id)

    async def voters(self, subject: Subject) -> Sequence[MemberId]:
        rows = await self._sql.all(_VOTERS, p_kind=subject.kind, p_subject=subject.id)
        return [MemberId(row.member_id) for row in rows]

    async def forget(self, feed_id: FeedId) -> None:
        for statement in _FORGET:
            await self._sql.run(statement, p_feed=feed_id)
