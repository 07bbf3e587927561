"""The messages by which moderators are shown cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from bot.domain.model import CaseId, CasePost, ChannelId, Ref
from storage.schema.columns import BigId
from storage.schema.order import case_posts
from storage.sql import Sql, insert

_c = case_posts.c
_ADD = insert(case_posts).on_conflict_do_nothing(index_elements=["case_id", "channel_id"])
_OF_CASE = select(case_posts).where(_c.case_id == bindparam("p_case")).order_by(_c.channel_id)
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
