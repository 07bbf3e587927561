"""Lanes: who works on which, and when their heads are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, case, func, select, update

from bot.domain.orders import Lease, OutboxState
from storage.rowsets import Rowset, passed
from storage.schema.columns import Moment
from storage.schema.work import lanes, outbox
from storage.sql import Sql

_l = lanes.c

_due = lanes.alias("due")
_CLAIM = (
    update(lanes)
    .where(
        _l.lane.in_(
            select(_due.c.lane)
            .where(
                _due.c.network.in_(bindparam("networks", expanding=True)),
                _due.c.next_at <= bindparam("p_now", type_=Moment),
                _due.c.owner.is_(None) | (_due.c.until <= bindparam("p_now", type_=Moment)),
            )
            .order_by(_due.c.next_at, _due.c.lane)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(owner=bindparam("p_owner"), until=bindparam("p_until"), epoch=_l.epoch + 1)
    .returning(_l.lane, _l.epoch, _l.next_at)
)
_TAKE_OVER = update(lanes).where(_l.owner.is_not(None)).values(owner=None, until=None)
_held = (_l.lane == bindparam("p_lane")) & (_l.owner == bindparam("p_owner")) & (_l.epoch == bindparam("p_epoch"))
_LOCK = select(_l.lane).where(_held).with_for_update()
_RENEW = update(lanes).where(_held).values(until=bindparam("p_until"))
_RELEASE = update(lanes).where(_held).values(owner=None, until=None)
_NEXT_DUE = select(func.min(case((_l.until > _l.next_at, _l.until), else_=_l.next_at))).where(
    _l.network.in_(bindparam("networks", expanding=True)), _l.next_at.is_not(None)
)
_head_at = (
    select(outbox.c.next_at)
    .where(outbox.c.lane == _l.lane, outbox.c.state == OutboxState.PENDING)
    .order_by(outbox.c.id)
    .limit(1)
    .scalar_subquery()
)
_ended = Rowset("ended", Text())
_NOTE_HEADS = update(lanes).where(_l.lane == _ended[0]).values(next_at=_head_at)


def lease_values(lease: Lease) -> dict[str, Any]:
    """What the statements that only the current lease may run compare with."""
    return {"p_lane": lease.lane, "p_owner": lease.owner, "p_epoch": lease.epoch}


class SqlLanes:
    """The part of `bot.ports.stores.Outbox` that is about leases."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def claim(
        self, owner: str, now: datetime, *, until: datetime, limit: int, networks: Sequence[str]
    ) -> Sequence[Lease]:
        rows = await self._sql.all(_CLAIM, p_now=now, p_owner=owner, p_until=until, most=limit, networks=list(networks))
        longest_due_first = sorted(rows, key=lambda row: (row.next_at, row.lane))
        return [Lease(lane=row.lane, owner=owner, epoch=row.epoch, until=until) for row in longest_due_first]

    async def take_over(self, now: datetime) -> None:
        await self._sql.run(_TAKE_OVER)

    async def renew(self, lease: Lease, until: datetime) -> bool:
        return await self._sql.run(_RENEW, **lease_values(lease), p_until=until) > 0

    async def release(self, lease: Lease) -> None:
        await self._sql.run(_RELEASE, **lease_values(lease))

    async def next_due(self, networks: Sequence[str]) -> datetime | None:
        due: datetime | None = await self._sql.value(_NEXT_DUE, networks=list(networks))
        return due

    async def _lock(self, lease: Lease) -> bool:
        """Whether the lease is current; if so nobody else touches the lane until the transaction ends.

        To lock first and to read afterwards matters on PostgreSQL, where a statement that waited for a lock goes
        on with what it saw before: a head computed that way could miss a row and leave the lane asleep.
        """
        return await self._sql.first(_LOCK, **lease_values(lease)) is not None

    async def _note_head(self, *lanes: str) -> None:
        await self._sql.run(_NOTE_HEADS, ended=passed((lane,) for lane in lanes))
