"""Articles that members have taken to another channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, bindparam, func, null, select, update

from bot.domain.model import AccountId, Channel, DiscussionId, PostId, PostState
from storage.schema.columns import BigId
from storage.schema.places import discussions, posts, shares
from storage.sql import Sql, insert

_p, _d = posts.c, discussions.c
_discussion = bindparam("p_discussion", type_=BigId)
_now = bindparam("p_now", type_=_p.ordered_at.type)
_POST = (
    insert(posts)
    .from_select(
        [
            "article_id",
            "discussion_id",
            "channel_id",
            "subscription_id",
            "state",
            "members_only",
            "ordered_at",
            "changed_at",
        ],
        select(
            _d.article_id,
            _d.id,
            bindparam("p_channel", type_=BigId),
            null(),
            bindparam("p_state", type_=_p.state.type),
            bindparam("p_members_only", type_=Boolean),
            _now,
            _now,
        ).where(_d.id == _discussion),
    )
    .on_conflict_do_nothing(index_elements=["article_id", "channel_id"])
    .returning(_p.id)
)
_SHARE = insert(shares).on_conflict_do_nothing(index_elements=["discussion_id", "channel_id"])
_count = select(func.count()).select_from(shares).where(shares.c.discussion_id == _discussion).scalar_subquery()
_COUNT = update(discussions).where(_d.id == _discussion).values(shares=_count)
_SHARED = select(_count)
_MEMBERS_ONLY = select(_p.id).where(_p.discussion_id == _discussion, _p.members_only)


class SqlShares:
    """See `bot.ports.stores.Shares`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def add(
        self, discussion_id: DiscussionId, channel: Channel, by: AccountId | None, *, members_only: bool, now: datetime
    ) -> PostId | None:
        made = await self._sql.value(
            _POST,
            p_discussion=discussion_id,
            p_channel=channel.id,
            p_state=PostState.PENDING,
            p_members_only=members_only,
            p_now=now,
        )
        if made is None:
            return None
        await self._sql.run(_SHARE, discussion_id=discussion_id, channel_id=channel.id, account_id=by, at=now)
        await self._sql.run(_COUNT, p_discussion=discussion_id)
        return PostId(made)

    async def count(self, discussion_id: DiscussionId) -> int:
        return int(await self._sql.value(_SHARED, p_discussion=discussion_id))

    async def members_only(self, discussion_id: DiscussionId) -> Sequence[PostId]:
        return [PostId(row.id) for row in await self._sql.all(_MEMBERS_ONLY, p_discussion=discussion_id)]
