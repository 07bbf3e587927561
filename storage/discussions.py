"""Discussions: what a message is, how lively a discussion is, and who reported what in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, bindparam, literal, select, union_all, update

from bot.domain.model import (
    AccountId,
    CommunityId,
    DiscussionId,
    FlagReason,
    Ref,
    Subject,
    SubjectKind,
)
from storage.comments import SqlComments
from storage.reactions import SqlReactions
from storage.schema.columns import BigId
from storage.schema.news import articles
from storage.schema.order import flags
from storage.schema.people import accounts
from storage.schema.places import discussions, posts
from storage.schema.talk import comments
from storage.sql import Sql, insert

_d = discussions.c
_ref = bindparam("p_ref", type_=Text)

_SUBJECT_OF = union_all(
    select(literal("article").label("kind"), _d.id, _d.id.label("discussion_id"), _d.community_id)
    .join(posts, posts.c.discussion_id == _d.id)
    .where(posts.c.ref == _ref),
    select(literal("comment"), comments.c.id, _d.id, _d.community_id)
    .join(comments, comments.c.discussion_id == _d.id)
    .where(comments.c.ref == _ref),
)
_PLACE_OF_ARTICLE = select(_d.community_id, _d.id).where(_d.id == bindparam("p_id"))
_PLACE_OF_COMMENT = (
    select(_d.community_id, _d.id)
    .join(comments, comments.c.discussion_id == _d.id)
    .where(comments.c.id == bindparam("p_id"))
)
_DATED = select(_d.dated).where(_d.id == bindparam("p_id"))
_ACTIVITY = (
    update(discussions)
    .where(_d.id == bindparam("p_id"))
    .values(comments=bindparam("p_comments"), hot=bindparam("p_hot"))
)

_FLAG_COLUMNS = [
    "community_id", "subject_kind", "subject_id", "account_id", "member_id", "reason", "text",
    "subject_text", "subject_revision", "at",
]  # fmt: skip
_who = accounts.c.id == bindparam("p_account")
_given = (
    bindparam("p_community", type_=BigId),
    bindparam("p_kind", type_=flags.c.subject_kind.type),
    bindparam("p_subject", type_=BigId),
    accounts.c.id,
    accounts.c.member_id,
    bindparam("p_reason", type_=flags.c.reason.type),
    bindparam("p_text", type_=flags.c.text.type),
)
_at = bindparam("p_at", type_=flags.c.at.type)
_FLAG = insert(flags).on_conflict_do_nothing().returning(flags.c.id)
_FLAG_ARTICLE = _FLAG.from_select(
    _FLAG_COLUMNS,
    select(*_given, articles.c.title + "\n\n" + articles.c.lead, articles.c.revision, _at)
    .select_from(
        accounts.join(discussions, _d.id == bindparam("p_subject")).join(articles, articles.c.id == _d.article_id)
    )
    .where(_who),
)
_FLAG_COMMENT = _FLAG.from_select(
    _FLAG_COLUMNS,
    select(*_given, comments.c.html, comments.c.revision, _at)
    .select_from(accounts.join(comments, comments.c.id == bindparam("p_subject")))
    .where(_who),
)


# Locks are numbers; discussions have those from here on.
DISCUSSION = 1 << 48


class SqlDiscussions(SqlComments, SqlReactions):
    """See `bot.ports.stores.Discussions`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def alone_with(self, discussion_id: DiscussionId) -> None:
        await self._sql.alone(DISCUSSION + discussion_id)

    async def set_activity(self, discussion_id: DiscussionId, *, comments: int, hot: float) -> None:
        await self._sql.run(_ACTIVITY, p_id=discussion_id, p_comments=comments, p_hot=hot)

    async def subject_of(self, ref: Ref) -> tuple[Subject, DiscussionId, CommunityId] | None:
        row = await self._sql.first(_SUBJECT_OF, p_ref=ref)
        if row is None:
            return None
        subject = Subject(kind=SubjectKind(row.kind), id=row.id)
        return subject, DiscussionId(row.discussion_id), CommunityId(row.community_id)

    async def place_of(self, subject: Subject) -> tuple[CommunityId, DiscussionId] | None:
        statement = _PLACE_OF_ARTICLE if subject.kind is SubjectKind.ARTICLE else _PLACE_OF_COMMENT
        row = await self._sql.first(statement, p_id=subject.id)
        return None if row is None else (CommunityId(row.community_id), DiscussionId(row.id))

    async def dated(self, discussion_id: DiscussionId) -> datetime | None:
        dated: datetime | None = await self._sql.value(_DATED, p_id=discussion_id)
        return dated

    async def add_flag(
        self,
        subject: Subject,
        *,
        community_id: CommunityId,
        account_id: AccountId,
        reason: FlagReason,
        text: str,
        at: datetime,
    ) -> bool:
        made = await self._sql.value(
            _FLAG_ARTICLE if subject.kind is SubjectKind.ARTICLE else _FLAG_COMMENT,
            p_community=community_id,
            p_kind=subject.kind,
            p_subject=subject.id,
            p_account=account_id,
            p_reason=reason,
            p_text=text,
            p_at=at,
        )
        return made is not None
