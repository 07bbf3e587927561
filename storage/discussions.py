"""Discussions: what a message is, and what the rank of a discussion has come to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, bindparam, literal, select, union_all, update

from bot.domain.model import (
    CommunityId,
    DiscussionId,
    Ref,
    Subject,
    SubjectKind,
)
from storage.comments import SqlComments
from storage.reactions import SqlReactions
from storage.schema.places import discussions, posts
from storage.schema.talk import comments
from storage.sql import COUNTING, Sql

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

# Locks are numbers; discussions have those from here on.
DISCUSSION = 1 << 48


class SqlDiscussions(SqlComments, SqlReactions):
    """See `bot.ports.stores.Discussions`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def alone_with(self, discussion_id: DiscussionId) -> None:
        await self._sql.alone(DISCUSSION + discussion_id, within=COUNTING)

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
