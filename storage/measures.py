"""What flags and moderators do to comments, articles and whole discussions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from bot.domain.model import (
    ChannelId,
    CommentId,
    CommunityId,
    DiscussionId,
    HiddenBy,
    MemberId,
    Ref,
    Subject,
    SubjectKind,
)
from bot.ports.stores import DiscussionState, SubjectFacts
from storage.members import account_from
from storage.schema.columns import Moment
from storage.schema.news import articles
from storage.schema.people import accounts
from storage.schema.places import channels, discussions, posts
from storage.schema.talk import comments
from storage.sql import Sql
from storage.words import SqlWords

_c, _d, _a = comments.c, discussions.c, articles.c
_now = bindparam("p_now", type_=Moment)
_comment, _discussion = _c.id == bindparam("p_id"), _d.id == bindparam("p_id")

_SUBJECT_COMMENT = (
    select(
        accounts,
        _d.id.label("discussion_id"),
        _d.community_id.label("discussed_in"),
        _a.title,
        _c.ref.label("message"),
        _c.html,
        _c.revision,
        _c.edited_at,
        _c.hidden_at,
        _c.hidden_by,
        _c.deleted_at,
        channels.c.language,
        channels.c.zone,
        channels.c.id.label("written_in"),
        channels.c.hide_weight,
    )
    .join(comments, _c.account_id == accounts.c.id)
    .join(discussions, _d.id == _c.discussion_id)
    .join(articles, _a.id == _d.article_id)
    .join(channels, channels.c.id == _c.channel_id)
    .where(_comment)
)
_SUBJECT_ARTICLE = (
    select(
        _d.id.label("discussion_id"),
        _d.community_id.label("discussed_in"),
        _a.title,
        _a.lead,
        _a.revision,
        _a.revised_at,
        _d.hidden_at,
        func.coalesce(channels.c.language, "en").label("language"),
        func.coalesce(channels.c.zone, "UTC").label("zone"),
    )
    .join(articles, _a.id == _d.article_id)
    .outerjoin(posts, posts.c.discussion_id == _d.id)
    .outerjoin(channels, channels.c.id == posts.c.channel_id)
    .where(_discussion)
    .order_by(channels.c.id)
    .limit(1)
)

_HIDE_COMMENT = (
    update(comments)
    .where(_comment, _c.deleted_at.is_(None))
    .values(hidden_at=func.coalesce(_c.hidden_at, _now), hidden_by=bindparam("p_by"))
)
_SHOW_COMMENT = update(comments).where(_comment).values(hidden_at=None, hidden_by=None).returning(_c.html)
_HIDE_ARTICLE = update(discussions).where(_discussion).values(hidden_at=func.coalesce(_d.hidden_at, _now))
_SHOW_ARTICLE = update(discussions).where(_discussion).values(hidden_at=None)
_reason = bindparam("p_reason", type_=_d.sensitive.type)
_CURTAIN = {
    SubjectKind.COMMENT: update(comments)
    .where(_comment, _c.deleted_at.is_(None))
    .values(sensitive=_reason, curtained=_reason.is_not(None)),
    SubjectKind.ARTICLE: update(discussions).where(_discussion).values(sensitive=_reason),
}

_STATE = select(_d.locked_at, _d.locked_until, _d.slow, _d.hidden_at, _d.sensitive).where(_discussion)
_LOCK = update(discussions).where(_discussion).values(locked_at=bindparam("p_at"), locked_until=bindparam("p_until"))
# Sorted afterwards: for an order by id SQLite would read all discussions.
_ENDED_LOCKS = select(_d.community_id, _d.id).where(_d.locked_at.is_not(None), _d.locked_until <= bindparam("p_now"))
_SLOW = update(discussions).where(_discussion).values(slow=bindparam("p_wait"))
_LAST_COMMENT = (
    select(func.max(_c.created_at))
    .join(accounts, accounts.c.id == _c.account_id)
    .where(_c.discussion_id == bindparam("p_id"), accounts.c.member_id == bindparam("p_member"))
)


def _comment_facts(row: Row[Any]) -> SubjectFacts:
    return SubjectFacts(
        discussion_id=DiscussionId(row.discussion_id),
        community_id=CommunityId(row.discussed_in),
        ref=Ref(row.message),
        account=account_from(row),
        language=row.language,
        zone=row.zone,
        title=row.title,
        text=row.html,
        revision=row.revision,
        changed_at=row.edited_at,
        hidden=row.hidden_at is not None,
        deleted=row.deleted_at is not None,
        hidden_by=row.hidden_by,
        channel_id=ChannelId(row.written_in),
        hide_weight=row.hide_weight,
    )


def _article_facts(row: Row[Any]) -> SubjectFacts:
    return SubjectFacts(
        discussion_id=DiscussionId(row.discussion_id),
        community_id=CommunityId(row.discussed_in),
        ref=None,
        account=None,
        language=row.language,
        zone=row.zone,
        title=row.title,
        text=f"{row.title}\n\n{row.lead}",
        revision=row.revision,
        changed_at=row.revised_at,
        hidden=row.hidden_at is not None,
        deleted=False,
        hidden_by=None,
    )


class SqlMeasures:
    """The part of `bot.ports.stores.Cases` that is about what was flagged."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def subject(self, subject: Subject) -> SubjectFacts | None:
        if subject.kind is SubjectKind.COMMENT:
            row = await self._sql.first(_SUBJECT_COMMENT, p_id=subject.id)
            return None if row is None else _comment_facts(row)
        row = await self._sql.first(_SUBJECT_ARTICLE, p_id=subject.id)
        return None if row is None else _article_facts(row)

    async def hide(self, subject: Subject, by: HiddenBy | None, now: datetime) -> None:
        comment = subject.kind is SubjectKind.COMMENT
        if by is None and comment:
            html = await self._sql.value(_SHOW_COMMENT, p_id=subject.id)
            await SqlWords(self._sql).comment(CommentId(subject.id), html or "")
        elif by is None:
            await self._sql.run(_SHOW_ARTICLE, p_id=subject.id)
        elif comment:
            await self._sql.run(_HIDE_COMMENT, p_id=subject.id, p_by=by, p_now=now)
        else:
            await self._sql.run(_HIDE_ARTICLE, p_id=subject.id, p_now=now)

    async def mark_sensitive(self, subject: Subject, reason: str | None) -> None:
        await self._sql.run(_CURTAIN[subject.kind], p_id=subject.id, p_reason=reason)

    async def discussion(self, discussion_id: DiscussionId) -> DiscussionState | None:
        row = await self._sql.first(_STATE, p_id=discussion_id)
        return None if row is None else DiscussionState(**row._mapping)

    async def lock(self, discussion_id: DiscussionId, at: datetime | None, until: datetime | None) -> None:
        await self._sql.run(_LOCK, p_id=discussion_id, p_at=at, p_until=None if at is None else until)

    async def ended_locks(self, now: datetime) -> Sequence[tuple[CommunityId, DiscussionId]]:
        rows = await self._sql.all(_ENDED_LOCKS, p_now=now)
        return sorted(((CommunityId(row.community_id), DiscussionId(row.id)) for row in rows), key=lambda each: each[1])

    async def slow(self, discussion_id: DiscussionId, wait: timedelta | None) -> None:
        await self._sql.run(_SLOW, p_id=discussion_id, p_wait=wait)

    async def last_comment_at(self, discussion_id: DiscussionId, member_id: MemberId) -> datetime | None:
        last: datetime | None = await self._sql.value(_LAST_COMMENT, p_id=discussion_id, p_member=member_id)
        return last
