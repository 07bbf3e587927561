"""What is read to catch up with a network after a gap."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, func, select, union_all

from bot.domain.difference import Known, KnownComment, KnownReaction
from bot.domain.model import CommentId, Post, PostState, Ref, SubjectKind, network_of
from bot.domain.orders import OutboxState
from storage.places import CHANNEL
from storage.posts_in_full import post_from
from storage.schema.columns import BigId, Moment
from storage.schema.people import accounts
from storage.schema.places import channels, discussions, posts
from storage.schema.talk import comments, reactions
from storage.schema.work import OrderKind, outbox
from storage.sql import Sql, chunks

_c, _r, _p, _o = comments.c, reactions.c, posts.c, outbox.c
_since = bindparam("p_since", type_=Moment())
_discussion = bindparam("p_discussion", type_=BigId)
_channel = bindparam("p_channel", type_=BigId)

# Each table is gone through once; to ask for each discussion would take long where there are many old ones.
_moments = union_all(
    select(_c.discussion_id, func.max(_c.created_at).label("at")).where(_c.created_at >= _since).group_by(
        _c.discussion_id
    ),
    select(_r.subject_id, func.max(_r.seen_at))
    .where(_r.subject_kind == SubjectKind.ARTICLE, _r.seen_at >= _since)
    .group_by(_r.subject_id),
    select(_c.discussion_id, func.max(_r.seen_at))
    .select_from(reactions.join(comments, and_(_r.subject_kind == SubjectKind.COMMENT, _c.id == _r.subject_id)))
    .where(_r.seen_at >= _since)
    .group_by(_c.discussion_id),
    select(_p.discussion_id, func.max(_p.changed_at)).where(_p.changed_at >= _since).group_by(_p.discussion_id),
).subquery("moments")  # fmt: skip
_lately = (
    select(_moments.c.discussion_id, func.max(_moments.c.at).label("at"))
    .group_by(_moments.c.discussion_id)
    .subquery("lately")
)
_THREADS = (
    select(posts, *(c for c in CHANNEL if c.name != "channel_id"))
    .join(channels, channels.c.id == _p.channel_id)
    .join(_lately, _lately.c.discussion_id == _p.discussion_id)
    .where(
        channels.c.network == bindparam("p_network"),
        _p.state == PostState.POSTED,
        _p.ref.is_not(None),
        _p.thread.is_not(None),
    )
    .order_by(_lately.c.at.desc(), _p.id.desc())
)

_here = and_(_c.discussion_id == _discussion, _c.channel_id == _channel)
_OLDER = (
    select(_c.ref)
    .where(_here, _c.created_at < _since, _c.deleted_at.is_(None))
    .order_by(_c.created_at.desc(), _c.id.desc())
    .limit(bindparam("most"))
)
_hidden = and_(_o.kind == OrderKind.HIDE, _o.wanted)
_taken = exists().where(_o.lane == _c.ref, _hidden).label("taken")
_TAKEN = select(exists().where(_o.lane == bindparam("p_lane"), _hidden))
_COMMENTS = select(comments, accounts.c.ref.label("author"), _taken).join(accounts, accounts.c.id == _c.account_id)
_LATELY = _COMMENTS.where(_here, _c.created_at >= _since)
_NAMED = _COMMENTS.where(_c.ref.in_(bindparam("refs", expanding=True)))
_ON_ARTICLE = select(reactions).where(
    _r.subject_kind == SubjectKind.ARTICLE, _r.subject_id == _discussion, _r.channel_id == _channel
)
_ON_COMMENTS = select(reactions).where(
    _r.subject_kind == SubjectKind.COMMENT, _r.subject_id.in_(bindparam("ids", type_=BigId, expanding=True))
)
# Another post of the same discussion in the same channel is that of an article that was merged into this one.
_SHARED = select(func.count()).select_from(posts).where(_p.discussion_id == _discussion, _p.channel_id == _channel)
_LOCK_STANDS = select(discussions.c.locked_at).where(discussions.c.id == _discussion)
_LOCK_ORDER = (
    select(_o.state).where(_o.lane == bindparam("p_lane"), _o.kind == OrderKind.LOCK).order_by(_o.id.desc()).limit(1)
)


class SqlCatching:
    """See `bot.ports.stores.catching.Catching`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def threads(self, network: str, since: datetime) -> Sequence[Post]:
        return [post_from(row) for row in await self._sql.all(_THREADS, p_network=network, p_since=since)]

    async def older(self, post: Post, before: datetime, limit: int) -> Sequence[Ref]:
        rows = await self._sql.all(_OLDER, **_place(post), p_since=before, most=limit)
        return [Ref(row.ref) for row in rows if network_of(Ref(row.ref)) == network_of(post.channel.ref)]

    async def known(self, post: Post, since: datetime, messages: Collection[Ref]) -> Known:
        if post.thread is None or post.ref is None:
            raise ValueError(f"post {post.id} has no thread to be known of")
        shared = await self._sql.value(_SHARED, **_place(post)) > 1
        rows = await self._comments(post, since, messages)
        names = {CommentId(row.id): Ref(row.ref) for row in rows}
        stand = [(row, post.ref) for row in await self._sql.all(_ON_ARTICLE, **_place(post))]
        for part in chunks(sorted(names)):
            stand += [(row, names[row.subject_id]) for row in await self._sql.all(_ON_COMMENTS, ids=part)]
        return Known(
            thread=post.thread,
            comments=tuple(_comment(row, post, shared=shared) for row in rows),
            reactions=tuple(_reaction(row, message, shared=shared) for row, message in stand),
            locked=await self._locked(post, post.thread),
        )

    async def _comments(self, post: Post, since: datetime, messages: Iterable[Ref]) -> Sequence[Row[Any]]:
        found = {row.id: row for row in await self._sql.all(_LATELY, **_place(post), p_since=since)}
        for part in chunks(sorted(set(messages))):
            found |= {row.id: row for row in await self._sql.all(_NAMED, refs=part)}
        network = network_of(post.channel.ref)
        return [found[number] for number in sorted(found) if network_of(Ref(found[number].ref)) == network]

    async def _locked(self, post: Post, thread: Ref) -> bool | None:
        if await self.lock_order(thread) not in (None, OutboxState.DONE):
            return None
        return await self._sql.value(_LOCK_STANDS, p_discussion=post.discussion_id) is not None

    async def taken(self, message: Ref) -> bool:
        return bool(await self._sql.value(_TAKEN, p_lane=message))

    async def lock_order(self, thread: Ref) -> OutboxState | None:
        state: OutboxState | None = await self._sql.value(_LOCK_ORDER, p_lane=thread)
        return state


def _place(post: Post) -> dict[str, int]:
    return {"p_discussion": post.discussion_id, "p_channel": post.channel.id}


def _comment(row: Row[Any], post: Post, *, shared: bool) -> KnownComment:
    here = (row.discussion_id, row.channel_id) == (post.discussion_id, post.channel.id)
    return KnownComment(
        ref=Ref(row.ref),
        author=Ref(row.author),
        html=row.html,
        at=row.created_at,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        sensitive=row.sensitive,
        elsewhere=not here or (shared and row.origin_id is not None),
        taken=row.taken,
    )


def _reaction(row: Row[Any], message: Ref, *, shared: bool) -> KnownReaction:
    return KnownReaction(
        ref=Ref(row.ref),
        message=message,
        seen_at=row.seen_at,
        removed_at=row.removed_at,
        elsewhere=shared and row.origin_id is not None and row.subject_kind is SubjectKind.ARTICLE,
    )
