"""Comments: what members wrote in discussions, and how lively that makes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, delete, func, or_, select, update

from bot.domain.model import (
    AccountId,
    ChannelId,
    Comment,
    CommentId,
    CommunityId,
    DiscussionId,
    MemberId,
    Ref,
    SubjectKind,
    Totals,
    Visibility,
    Vote,
)
from bot.domain.ranking import Liveliness
from storage.schema.people import accounts, standings
from storage.schema.places import channels, discussions
from storage.schema.talk import comment_revisions, comments, votes
from storage.sql import Sql, insert
from storage.words import SqlWords

_c = comments.c

_BY_REF = (
    select(comments, discussions.c.community_id, accounts.c.member_id)
    .join(discussions, discussions.c.id == _c.discussion_id)
    .join(accounts, accounts.c.id == _c.account_id)
    .where(_c.ref == bindparam("p_ref"))
)
_BEST = (
    select(comments, discussions.c.community_id, accounts.c.member_id, accounts.c.name)
    .join(discussions, discussions.c.id == _c.discussion_id)
    .join(channels, channels.c.id == _c.channel_id)
    .join(accounts, accounts.c.id == _c.account_id)
    .where(
        _c.discussion_id == bindparam("p_id"),
        _c.deleted_at.is_(None),
        _c.hidden_at.is_(None),
        discussions.c.hidden_at.is_(None),
        channels.c.network == bindparam("p_network"),
        or_(_c.channel_id == bindparam("p_channel"), channels.c.visibility != Visibility.PRIVATE),
    )
    .order_by(_c.score.desc(), _c.up.desc(), _c.created_at, _c.id)
    .limit(bindparam("most"))
)
_ADD = insert(comments).on_conflict_do_nothing(index_elements=["ref"]).returning(_c.id)
_live = (_c.id == bindparam("p_id")) & _c.deleted_at.is_(None)
_KEEP = insert(comment_revisions).from_select(
    ["comment_id", "revision", "html", "at"],
    select(_c.id, _c.revision, _c.html, func.coalesce(_c.edited_at, _c.created_at)).where(_live),
)
_EDIT = (
    update(comments)
    .where(_live)
    .values(
        html=bindparam("p_html"),
        edited_at=bindparam("p_at"),
        sensitive=case((_c.curtained, _c.sensitive), else_=bindparam("p_sensitive", type_=_c.sensitive.type)),
        revision=_c.revision + 1,
    )
)
_DELETE = (
    update(comments)
    .where(_live)
    .values(html="", deleted_at=bindparam("p_at"), hidden_at=None, hidden_by=None, sensitive=None, curtained=False)
)
_FORGET = delete(comment_revisions).where(comment_revisions.c.comment_id == bindparam("p_id"))
_there = and_(_c.discussion_id == bindparam("p_id"), _c.deleted_at.is_(None), _c.hidden_at.is_(None))
_LIVE = select(func.count()).select_from(comments).where(_there)

# Who has no standing in the discussion's community has the trust of a newcomer.
_fresh = func.coalesce(standings.c.trust, 0) == 0
_trusted = standings.c.trust > 0


def _votes_of(vote: Vote, who: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((and_(votes.c.vote == vote, who), 1)))


def _standing_of(member: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(standings.c.community_id == discussions.c.community_id, standings.c.member_id == member)


_VOTERS = (
    select(
        _votes_of(Vote.UP, _trusted).label("up"),
        _votes_of(Vote.DOWN, _trusted).label("down"),
        _votes_of(Vote.UP, _fresh).label("fresh_up"),
        _votes_of(Vote.DOWN, _fresh).label("fresh_down"),
    )
    .select_from(
        votes.join(discussions, discussions.c.id == votes.c.subject_id).outerjoin(
            standings, _standing_of(votes.c.member_id)
        )
    )
    .where(
        votes.c.subject_kind == SubjectKind.ARTICLE,
        votes.c.subject_id == bindparam("p_id"),
        votes.c.void.is_(False),
    )
)
_COMMENTERS = (
    select(
        func.count(case((_trusted, accounts.c.member_id)).distinct()).label("trusted"),
        func.count(case((_fresh, accounts.c.member_id)).distinct()).label("fresh"),
    )
    .select_from(
        comments.join(discussions, discussions.c.id == _c.discussion_id)
        .join(accounts, accounts.c.id == _c.account_id)
        .outerjoin(standings, _standing_of(accounts.c.member_id))
    )
    .where(_there)
)


def _comment_from(row: Row[Any]) -> Comment:
    return Comment(
        id=CommentId(row.id),
        discussion_id=DiscussionId(row.discussion_id),
        community_id=CommunityId(row.community_id),
        channel_id=ChannelId(row.channel_id),
        account_id=AccountId(row.account_id),
        member_id=MemberId(row.member_id),
        ref=Ref(row.ref),
        parent_id=None if row.parent_id is None else CommentId(row.parent_id),
        html=row.html,
        revision=row.revision,
        created_at=row.created_at,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        hidden_at=row.hidden_at,
        sensitive=row.sensitive,
        totals=Totals(up=row.up, down=row.down),
    )


class SqlComments:
    """The part of `bot.ports.stores.Discussions` that is about comments."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def comment_by_ref(self, ref: Ref) -> Comment | None:
        row = await self._sql.first(_BY_REF, p_ref=ref)
        return None if row is None else _comment_from(row)

    async def best(
        self, discussion_id: DiscussionId, channel_id: ChannelId, network: str, limit: int
    ) -> Sequence[tuple[Comment, str]]:
        rows = await self._sql.all(_BEST, p_id=discussion_id, p_channel=channel_id, p_network=network, most=limit)
        return [(_comment_from(row), row.name) for row in rows]

    async def add_comment(
        self,
        *,
        discussion_id: DiscussionId,
        channel_id: ChannelId,
        account_id: AccountId,
        ref: Ref,
        parent_id: CommentId | None,
        html: str,
        at: datetime,
        sensitive: str | None = None,
    ) -> CommentId | None:
        made = await self._sql.value(
            _ADD,
            discussion_id=discussion_id,
            channel_id=channel_id,
            account_id=account_id,
            ref=ref,
            parent_id=parent_id,
            html=html,
            revision=1,
            created_at=at,
            sensitive=sensitive,
            curtained=False,
            up=0,
            down=0,
            score=0,
        )
        if made is None:
            return None
        await SqlWords(self._sql).comment(CommentId(made), html)
        return CommentId(made)

    async def edit_comment(self, comment_id: CommentId, html: str, at: datetime, sensitive: str | None = None) -> None:
        await self._sql.run(_KEEP, p_id=comment_id)
        await self._sql.run(_EDIT, p_id=comment_id, p_html=html, p_at=at, p_sensitive=sensitive)
        await SqlWords(self._sql).comment(comment_id, html)

    async def delete_comment(self, comment_id: CommentId, at: datetime) -> None:
        await self._sql.run(_DELETE, p_id=comment_id, p_at=at)
        await self._sql.run(_FORGET, p_id=comment_id)

    async def liveliness(self, discussion_id: DiscussionId) -> Liveliness:
        voters = await self._sql.first(_VOTERS, p_id=discussion_id)
        commenters = await self._sql.first(_COMMENTERS, p_id=discussion_id)
        assert voters is not None
        assert commenters is not None
        return Liveliness(
            trusted=Totals(up=voters.up, down=voters.down),
            fresh=Totals(up=voters.fresh_up, down=voters.fresh_down),
            commenters=commenters.trusted,
            fresh_commenters=commenters.fresh,
        )

    async def live_comments(self, discussion_id: DiscussionId) -> int:
        return int(await self._sql.value(_LIVE, p_id=discussion_id))
