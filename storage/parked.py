"""What waits in the outbox and what is parked there, as admins see it; tried again, or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Row, Select, and_, bindparam, func, or_, select, update

from bot.domain.model import ChannelId, CommunityId, DiscussionId, OutboxId, PostId
from bot.domain.orders import OutboxState
from bot.ports.governing import OutboxLine
from bot.ports.pages import Page
from storage.lanes import SqlLanes
from storage.schema.columns import BigId, Moment
from storage.schema.news import articles
from storage.schema.order import cases
from storage.schema.people import accounts
from storage.schema.places import channels, discussions, posts
from storage.schema.talk import comments, reactions
from storage.schema.work import lanes, outbox

_o = outbox.c
_WAITING = _o.state.in_([OutboxState.PENDING, OutboxState.PARKED])
_channel = channels.alias("place_channel")


def _channel_of(found: Select[Any]) -> Any:
    return found.correlate(outbox).limit(1).scalar_subquery()


# Where a row acts: in its post's channel, in a channel, under a message or a thread of a post, on a comment, on what
# a reaction is on.
_channel_id = func.coalesce(
    _o.shown_in,
    _channel_of(select(posts.c.channel_id).where(posts.c.id == _o.post_id)),
    _channel_of(select(channels.c.id).where(channels.c.ref == _o.place)),
    _channel_of(select(channels.c.id).where(channels.c.ref == _o.lane)),
    _channel_of(select(posts.c.channel_id).where(posts.c.ref == _o.place)),
    _channel_of(select(posts.c.channel_id).where(posts.c.thread == _o.place)),
    _channel_of(select(comments.c.channel_id).where(comments.c.ref == _o.place)),
    _channel_of(select(reactions.c.channel_id).where(reactions.c.ref == _o.place)),
)
_for_whom = _channel_of(select(accounts.c.community_id).where(accounts.c.ref == _o.place))
_post_id = func.coalesce(
    _o.post_id,
    _channel_of(select(posts.c.id).where(posts.c.ref == _o.place)),
    _channel_of(select(posts.c.id).where(posts.c.thread == _o.place)),
    _channel_of(
        select(posts.c.id)
        .join(cases, cases.c.discussion_id == posts.c.discussion_id)
        .where(cases.c.id == _o.case_id)
        .order_by(posts.c.id)
    ),
)
_row = select(outbox, _channel_id.label("channel_id"), _for_whom.label("for_whom"), _post_id.label("about"))
_waiting = _row.where(_o.state == bindparam("p_state", type_=_o.state.type)).subquery("waiting")
_one = _row.where(_o.id == bindparam("p_id", type_=BigId), _WAITING).subquery("one")


def _lines(rows: Any) -> Select[Any]:
    where = (
        rows.outerjoin(_channel, _channel.c.id == rows.c.channel_id)
        .outerjoin(posts, posts.c.id == rows.c.about)
        .outerjoin(discussions, discussions.c.id == posts.c.discussion_id)
        .outerjoin(articles, articles.c.id == posts.c.article_id)
    )
    return select(
        rows,
        func.coalesce(_channel.c.community_id, rows.c.for_whom).label("community_id"),
        _channel.c.name.label("channel"),
        posts.c.discussion_id,
        articles.c.title,
    ).select_from(where)


_all = _lines(_waiting)
_ours = or_(
    bindparam("p_everything", type_=Boolean),
    func.coalesce(_channel.c.community_id, _waiting.c.for_whom) == bindparam("p_community", type_=BigId),
)
_LINES = _all.where(_ours).order_by(_waiting.c.id).limit(bindparam("most")).offset(bindparam("skipped"))
_COUNT = select(func.count()).select_from(_all.where(_ours).subquery("counted"))
_LINE = _lines(_one)
_still_wanted = or_(_o.expires_at.is_(None), _o.expires_at > bindparam("p_now", type_=Moment))
_parked = _row.where(_o.state == OutboxState.PARKED, _still_wanted).subquery("parked")
_PARKED_IN = _lines(_parked).where(_parked.c.channel_id == bindparam("p_channel", type_=BigId)).order_by(_parked.c.id)

_LANE = select(_o.lane).where(_o.id == bindparam("p_id", type_=BigId), _WAITING)
_HOLD = select(lanes.c.until).where(lanes.c.lane == bindparam("p_lane")).with_for_update()
_RETRY = (
    update(outbox)
    .where(_o.id == bindparam("p_id"), _WAITING)
    .values(
        state=OutboxState.PENDING,
        next_at=bindparam("p_now"),
        expires_at=None,
        finished_at=None,
        attempts=0,
        spread=False,
    )
)
# What is under way may have been sent already: its step is marked, and its lane held.
_DROP = (
    update(outbox)
    .where(
        _o.id == bindparam("p_id"),
        _WAITING,
        or_(
            _o.state == OutboxState.PARKED,
            _o.started.is_(False),
            ~select(lanes.c.lane)
            .where(
                and_(lanes.c.lane == _o.lane, lanes.c.owner.is_not(None)),
                lanes.c.until > bindparam("p_now", type_=Moment),
            )
            .correlate(outbox)
            .exists(),
        ),
    )
    .values(state=OutboxState.EXPIRED, last_answer=bindparam("p_answer"), finished_at=bindparam("p_now", type_=Moment))
)


def _line_from(row: Row[Any]) -> OutboxLine:
    return OutboxLine(
        id=OutboxId(row.id),
        kind=row.kind.value,
        state=row.state,
        community_id=None if row.community_id is None else CommunityId(row.community_id),
        place=row.channel or row.lane,
        post_id=None if row.post_id is None else PostId(row.post_id),
        article=None if row.discussion_id is None else DiscussionId(row.discussion_id),
        title=row.title,
        since=row.created_at,
        next_at=row.next_at,
        attempts=row.attempts,
        answer=row.last_answer,
    )


class SqlParked(SqlLanes):
    """The part of `bot.ports.stores.Outbox` that is for admins."""

    async def lines(
        self, community_id: CommunityId, state: OutboxState, *, everything: bool, page: int, size: int
    ) -> Page[OutboxLine]:
        values = {"p_community": community_id, "p_state": state, "p_everything": everything}
        total = await self._sql.value(_COUNT, **values)
        rows = await self._sql.all(_LINES, **values, most=size, skipped=(page - 1) * size)
        return Page(items=[_line_from(row) for row in rows], number=page, size=size, total=total)

    async def line(self, item_id: OutboxId) -> OutboxLine | None:
        row = await self._sql.first(_LINE, p_id=item_id)
        return None if row is None else _line_from(row)

    async def parked_in(self, channel_id: ChannelId, now: datetime) -> Sequence[OutboxLine]:
        return [_line_from(row) for row in await self._sql.all(_PARKED_IN, p_channel=channel_id, p_now=now)]

    async def retry(self, item_id: OutboxId, now: datetime) -> None:
        lane = await self._held(item_id)
        if lane is not None:
            await self._sql.run(_RETRY, p_id=item_id, p_now=now)
            await self._note_head(lane)

    async def drop(self, item_id: OutboxId, answer: str, now: datetime) -> bool:
        lane = await self._held(item_id)
        if lane is None or not await self._sql.run(_DROP, p_id=item_id, p_answer=answer, p_now=now):
            return False
        await self._note_head(lane)
        return True

    async def _held(self, item_id: OutboxId) -> str | None:
        """The lane of a row, which nobody else touches until the transaction ends."""
        lane: str | None = await self._sql.value(_LANE, p_id=item_id)
        if lane is not None:
            await self._sql.first(_HOLD, p_lane=lane)
        return lane
