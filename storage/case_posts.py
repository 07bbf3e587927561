"""The messages by which moderators are shown cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update

from bot.domain.model import CaseId, CasePost, Channel, ChannelId, MemberId, Ref
from storage.places import plain_channel
from storage.schema.columns import BigId
from storage.schema.order import case_posts, cases, flags
from storage.schema.places import channels
from storage.sql import Sql, insert

_c = case_posts.c
_ADD = insert(case_posts).on_conflict_do_nothing(index_elements=["case_id", "channel_id"])
_OF_CASE = select(case_posts).where(_c.case_id == bindparam("p_case")).order_by(_c.channel_id)
_CHANNELS = select(channels).where(channels.c.cases).order_by(channels.c.id)
_member = bindparam("p_member", type_=BigId)
_ABOUT = (
    select(_c.case_id)
    .distinct()
    .join(cases, cases.c.id == _c.case_id)
    .where(
        or_(cases.c.author_id == _member, cases.c.id.in_(select(flags.c.case_id).where(flags.c.member_id == _member)))
    )
    .order_by(_c.case_id)
)
_AT = select(case_posts).where(_c.ref == bindparam("p_ref"))
_SHOWN = (
    update(case_posts)
    .where(
        _c.case_id == bindparam("p_case", type_=BigId),
        _c.channel_id == bindparam("p_channel", type_=BigId),
    )
    .values(ref=bindparam("p_ref", type_=_c.ref.type))
)


class SqlCasePosts:
    """See `bot.ports.stores.CasePosts`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def add(self, case_id: CaseId, channel_id: ChannelId, marker: str) -> bool:
        return await self._sql.run(_ADD, case_id=case_id, channel_id=channel_id, marker=marker) > 0

    async def channels(self) -> Sequence[Channel]:
        return [plain_channel(row) for row in await self._sql.all(_CHANNELS)]

    async def about(self, member_id: MemberId) -> Sequence[CaseId]:
        return [CaseId(row.case_id) for row in await self._sql.all(_ABOUT, p_member=member_id)]

    async def of_case(self, case_id: CaseId) -> Sequence[CasePost]:
        return [_case_post(row) for row in await self._sql.all(_OF_CASE, p_case=case_id)]

    async def at(self, ref: Ref) -> CasePost | None:
        row = await self._sql.first(_AT, p_ref=ref)
        return None if row is None else _case_post(row)

    async def shown(self, case_id: CaseId, channel_id: ChannelId, ref: Ref | None) -> None:
        await self._sql.run(_SHOWN, p_case=case_id, p_channel=channel_id, p_ref=ref)


def _case_post(row: Row[Any]) -> CasePost:
    return CasePost(
        case_id=CaseId(row.case_id),
        channel_id=ChannelId(row.channel_id),
        marker=row.marker,
        ref=None if row.ref is None else Ref(row.ref),
    )
