"""Two communities that become one: every row that named the one names the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Row, Table, Update, and_, bindparam, delete, exists, func, or_, select, update

from bot.domain.model import ArticleId, Community, CommunityId, DiscussionId, MemberId, Standing, SubjectKind
from bot.ports.governing import CommunityLine
from storage.members import name_key
from storage.schema.columns import BigId
from storage.schema.news import articles, feeds
from storage.schema.order import cases, corrections, flags, notes
from storage.schema.people import (
    accounts,
    follow_hits,
    follows,
    preferences,
    recounts,
    sessions,
    signin_links,
    standings,
)
from storage.schema.places import channels, communities, discussions, posts, servers, shares, subscriptions
from storage.schema.talk import comments, reactions, votes
from storage.schema.work import audit_log, notices
from storage.sql import Sql, insert
from storage.standings import standing_from

_other, _into = bindparam("p_other", type_=BigId), bindparam("p_into", type_=BigId)
_gone, _kept = bindparam("p_gone", type_=BigId), bindparam("p_kept", type_=BigId)
_d = discussions.c


def _number_of(column: Any, *wanted: Any) -> Any:
    return select(func.count(column.distinct())).where(*wanted).correlate(communities).scalar_subquery()


_here = communities.c.id
_LINES = select(
    communities,
    _number_of(channels.c.id, channels.c.community_id == _here).label("channels"),
    _number_of(
        subscriptions.c.feed_id, subscriptions.c.channel_id == channels.c.id, channels.c.community_id == _here
    ).label("feeds"),
    _number_of(standings.c.member_id, standings.c.community_id == _here).label("members"),
    _number_of(_d.id, _d.community_id == _here, _d.merged_into.is_(None)).label("discussions"),
).order_by(_here)

_own = feeds.alias("own")
_CLASH = (
    select(feeds.c.address).join(_own, _own.c.address == feeds.c.address).where(
        feeds.c.owner_id == _other, _own.c.owner_id == _into
    )
).limit(1)  # fmt: skip
_above, _below = articles.alias("above"), articles.alias("below")
_MERGED = (
    select(_d.article_id)
    .join(articles, articles.c.id == _d.article_id)
    .where(
        _d.community_id == _other,
        or_(
            _d.origin_id.is_not(None),
            _d.merged_into.is_not(None),
            articles.c.merged_into.is_not(None),
            exists().where(_below.c.merged_into == articles.c.id),
        ),
    )
    .distinct()
)
_UP = select(articles.c.merged_into).where(articles.c.id == bindparam("p_id"))
_twin = discussions.alias("twin")
_TWINS = (
    select(_d.id, _twin.c.id.label("kept"))
    .join(_twin, _twin.c.article_id == _d.article_id)
    .where(_d.community_id == _other, _twin.c.community_id == _into)
    .order_by(_d.id)
)


def _renamed(column: Any, *wanted: Any) -> Update:
    """What named the discussion that goes names the one that stays."""
    return update(column.table).where(column == _gone, *wanted).values({column: _kept})


def _on_article(table: Table, column: Any) -> Update:
    return _renamed(column, table.c.subject_kind == SubjectKind.ARTICLE)


_hits = follow_hits.c
FOLDED = (
    update(cases).where(cases.c.origin_id == _gone).values(origin_id=None),
    _renamed(cases.c.discussion_id),
    _on_article(cases, cases.c.subject_id),
    update(flags).where(flags.c.origin_id == _gone, flags.c.subject_kind == SubjectKind.ARTICLE).values(origin_id=None),
    _on_article(flags, flags.c.subject_id),
    _renamed(posts.c.discussion_id),
    _renamed(comments.c.discussion_id),
    _renamed(comments.c.origin_id),
    _on_article(reactions, reactions.c.subject_id),
    _on_article(reactions, reactions.c.origin_id),
    delete(votes).where(votes.c.subject_kind == SubjectKind.ARTICLE, votes.c.subject_id == _gone),
    _renamed(corrections.c.discussion_id),
    _renamed(corrections.c.origin_id),
    _renamed(shares.c.discussion_id),
    _renamed(_d.merged_into),
    insert(follow_hits)
    .from_select(
        ["follow_id", "discussion_id", "at"],
        select(_hits.follow_id, _kept, _hits.at).where(_hits.discussion_id == _gone),
    )
    .on_conflict_do_nothing(),
    delete(follow_hits).where(_hits.discussion_id == _gone),
    update(discussions)
    .where(_d.id == _kept)
    .values(shares=select(func.count()).where(shares.c.discussion_id == _kept).scalar_subquery()),
    delete(discussions).where(_d.id == _gone),
)
"""What becomes of a discussion's rows when it is another one, in this order."""


def _moved(column: Any) -> Update:
    return update(column.table).where(column == _other).values({column: _into})


_known = follows.alias("known")
_liked = preferences.alias("liked")
_waiting = recounts.alias("waiting")
_both = standings.alias("both")
MOVED = (
    delete(follows).where(
        follows.c.community_id == _other,
        exists().where(
            and_(
                _known.c.community_id == _into,
                _known.c.member_id == follows.c.member_id,
                _known.c.key == follows.c.key,
            )
        ),
    ),
    _moved(follows.c.community_id),
    delete(preferences).where(
        preferences.c.community_id == _other,
        exists().where(_liked.c.community_id == _into, _liked.c.member_id == preferences.c.member_id),
    ),
    _moved(preferences.c.community_id),
    delete(recounts).where(
        recounts.c.community_id == _other,
        exists().where(_waiting.c.community_id == _into, _waiting.c.member_id == recounts.c.member_id),
    ),
    _moved(recounts.c.community_id),
    delete(standings).where(
        standings.c.community_id == _other,
        exists().where(_both.c.community_id == _into, _both.c.member_id == standings.c.member_id),
    ),
    _moved(standings.c.community_id),
    _moved(accounts.c.community_id),
    *(
        _moved(column)
        for column in (
            feeds.c.owner_id,
            channels.c.community_id,
            servers.c.community_id,
            _d.community_id,
            cases.c.community_id,
            flags.c.community_id,
            notes.c.community_id,
            corrections.c.community_id,
            notices.c.community_id,
            audit_log.c.community_id,
        )
    ),
    delete(sessions).where(sessions.c.community_id == _other),
    delete(signin_links).where(signin_links.c.community_id == _other),
    delete(communities).where(communities.c.id == _other),
)
"""What becomes of a community's rows when it is another one, in this order."""

_MEMBERS = select(standings).where(standings.c.community_id == _other).order_by(standings.c.member_id)
_STAND = (
    update(standings)
    .where(standings.c.community_id == _into, standings.c.member_id == bindparam("p_member"))
    .values(
        {
            name: bindparam(f"p_{name}", type_=standings.c[name].type)
            for name in ("role", "role_set", "trust", "trust_locked", "muted_until", "banned_at", "votes_void")
        }
    )
)
_taken = accounts.alias("taken")
_NAMES = (
    select(accounts.c.id, accounts.c.network, accounts.c.name)
    .join(_taken, and_(_taken.c.network == accounts.c.network, _taken.c.name_key == accounts.c.name_key))
    .where(accounts.c.community_id == _other, _taken.c.community_id == _into)
    .order_by(accounts.c.id)
)
_IS_TAKEN = select(
    exists().where(
        accounts.c.community_id.in_([_other, _into]),
        accounts.c.network == bindparam("p_network"),
        accounts.c.name_key == bindparam("p_key"),
    )
)
_NAME = (
    update(accounts)
    .where(accounts.c.id == bindparam("p_id"))
    .values(name=bindparam("p_name"), name_key=bindparam("p_key"))
)


class SqlJoining:
    """See `bot.ports.stores.Joining`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def lines(self) -> Sequence[CommunityLine]:
        return [_line_from(row) for row in await self._sql.all(_LINES)]

    async def clash(self, other: CommunityId, into: CommunityId) -> str | None:
        address: str | None = await self._sql.value(_CLASH, p_other=other, p_into=into)
        return address

    async def merged(self, community_id: CommunityId) -> Sequence[ArticleId]:
        found = {await self._root(row.article_id) for row in await self._sql.all(_MERGED, p_other=community_id)}
        return sorted(found)

    async def _root(self, article_id: int) -> ArticleId:
        while (above := await self._sql.value(_UP, p_id=article_id)) is not None:
            article_id = above
        return ArticleId(article_id)

    async def twins(self, other: CommunityId, into: CommunityId) -> Sequence[tuple[DiscussionId, DiscussionId]]:
        rows = await self._sql.all(_TWINS, p_other=other, p_into=into)
        return [(DiscussionId(row.id), DiscussionId(row.kept)) for row in rows]

    async def fold(self, gone: DiscussionId, kept: DiscussionId) -> None:
        for statement in FOLDED:
            await self._sql.run(statement, **_used(statement, p_gone=gone, p_kept=kept))

    async def move(
        self, other: CommunityId, into: CommunityId, *, slug: str, now: datetime
    ) -> Sequence[tuple[MemberId, bool]]:
        members = await self._stand(other, into)
        await self._name_apart(other, into, slug)
        for statement in MOVED:
            await self._sql.run(statement, **_used(statement, p_other=other, p_into=into))
        return members

    async def _stand(self, other: CommunityId, into: CommunityId) -> list[tuple[MemberId, bool]]:
        """What holds of those who stand in both; they are derived anew all the same."""
        here = {row.member_id: standing_from(row) for row in await self._sql.all(_MEMBERS, p_other=into)}
        found = []
        for row in await self._sql.all(_MEMBERS, p_other=other):
            standing = standing_from(row)
            if (known := here.get(row.member_id)) is not None:
                standing = both(standing, known)
                await self._sql.run(_STAND, p_into=into, p_member=row.member_id, **_values(standing))
            found.append((MemberId(row.member_id), standing.votes_void))
        return found

    async def _name_apart(self, other: CommunityId, into: CommunityId, slug: str) -> None:
        for row in await self._sql.all(_NAMES, p_other=other, p_into=into):
            for number in count(1):
                name = f"{row.name} ({slug})" if number == 1 else f"{row.name} ({slug} {number})"
                values = {"p_network": row.network, "p_key": name_key(name)}
                if not await self._sql.value(_IS_TAKEN, p_other=other, p_into=into, **values):
                    await self._sql.run(_NAME, p_id=row.id, p_name=name, p_key=name_key(name))
                    break


def both(gone: Standing, kept: Standing) -> Standing:
    """Who stood in two communities stands in one: with the role that was granted there, and what is stricter."""
    granted = kept if kept.role_set or not gone.role_set else gone
    locked = kept if kept.trust_locked or not gone.trust_locked else gone
    mutes = [each for each in (gone.muted_until, kept.muted_until) if each is not None]
    bans = [each for each in (gone.banned_at, kept.banned_at) if each is not None]
    return replace(
        kept,
        role=granted.role,
        role_set=granted.role_set,
        trust=locked.trust,
        trust_locked=locked.trust_locked,
        muted_until=max(mutes, default=None),
        banned_at=min(bans, default=None),
        votes_void=gone.votes_void or kept.votes_void,
    )


def _values(standing: Standing) -> dict[str, Any]:
    return {
        "p_role": standing.role,
        "p_role_set": standing.role_set,
        "p_trust": standing.trust,
        "p_trust_locked": standing.trust_locked,
        "p_muted_until": standing.muted_until,
        "p_banned_at": standing.banned_at,
        "p_votes_void": standing.votes_void,
    }


def _used(statement: Any, **values: Any) -> dict[str, Any]:
    """Those of the values that a statement asks for."""
    asked = statement.compile().params
    return {name: value for name, value in values.items() if name in asked}


def _line_from(row: Row[Any]) -> CommunityLine:
    community = Community(id=CommunityId(row.id), slug=row.slug, name=row.name, default=row.is_default)
    return CommunityLine(
        community=community,
        channels=row.channels,
        feeds=row.feeds,
        members=row.members,
        discussions=row.discussions,
    )
