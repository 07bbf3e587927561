"""The outbox: rows that are put, claimed by lanes, worked on, and ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.domain.model import OutboxId, PostId
from bot.domain.orders import Backlog, Lease, NewOrder, OutboxItem, OutboxState, Progress, RefreshCase, Step
from storage.lanes import lease_values
from storage.orders import Saying, fold, item_from, order_network, row_values, saying_of, steps_text
from storage.parked import SqlParked
from storage.rowsets import Reading, Rowset, passed, stored
from storage.schema.columns import EPOCH, BigId, Moment, Span
from storage.schema.places import channels, posts
from storage.schema.work import OrderKind, lanes, outbox, settings
from storage.sql import Sql, chunks, insert


def _held_by(leases: Rowset) -> ColumnElement[bool]:
    return and_(lanes.c.lane == leases[0], lanes.c.owner == leases[1], lanes.c.epoch == leases[2])


_o = outbox.c
_PENDING = _o.state == OutboxState.PENDING

# Times are written by restore as ISO 8601 in UTC, which compares as text.
_doubtful = exists().where(settings.c.key == "doubt_until", settings.c.value > bindparam("p_created"))
_PUT = insert(outbox).values(
    {
        column.name: bindparam(column.name)
        for column in _o
        if column.name not in ("id", "in_doubt", "finished_at", "last_answer")
    }
    | {"in_doubt": or_(bindparam("in_doubt", type_=_o.in_doubt.type), _doubtful)}
)
_lane = insert(lanes)
_network = (
    select(channels.c.network)
    .join(posts, posts.c.channel_id == channels.c.id)
    .where(posts.c.id == bindparam("p_post"))
    .scalar_subquery()
)
_network_shown_in = select(channels.c.network).where(channels.c.id == bindparam("p_shown_in")).scalar_subquery()
# A row that is there keeps its head: new rows go to the end.
_PUT_LANE = _lane.values(
    lane=bindparam("lane"),
    network=func.coalesce(bindparam("p_network", type_=lanes.c.network.type), _network, _network_shown_in, ""),
    next_at=bindparam("next_at"),
    epoch=0,
).on_conflict_do_update(
    index_elements=["lane"], set_={"next_at": func.coalesce(lanes.c.next_at, _lane.excluded.next_at)}
)
_about = case((_o.kind == OrderKind.REFRESH_CASE, _o.case_id), else_=_o.post_id).label("about")
_SAYING = select(_o.id, _o.kind, _about, _o.shown_in, _o.lane, _o.next_at, _o.attempts).where(
    _PENDING, _o.started.is_(False)
)
_numbers = bindparam("numbers", type_=BigId, expanding=True)
_OF_POSTS = _SAYING.where(_o.post_id.in_(_numbers), _o.kind.in_((OrderKind.REFRESH, OrderKind.RENAME)))
_OF_CASES = _SAYING.where(_o.case_id.in_(_numbers), _o.kind == OrderKind.REFRESH_CASE)
_SOONER = update(outbox).where(_o.id == bindparam("p_id")).values(next_at=bindparam("p_at"))

_of_lane = (_o.lane == bindparam("p_lane")) & _PENDING
_TEXT = Text()
_leases = Rowset("leases", _TEXT, _TEXT, BigId)
_first = outbox.alias("first")
_first_id = (
    select(_first.c.id)
    .where(_first.c.lane == lanes.c.lane, _first.c.state == OutboxState.PENDING)
    .order_by(_first.c.id)
    .limit(1)
    .scalar_subquery()
)
_HEADS = Reading(
    select(outbox)
    .select_from(_leases.rows.join(lanes, _held_by(_leases)))
    .join(outbox, _o.id == _first_id)
    .order_by(_o.id)
)
_named = Rowset("named", _TEXT, _TEXT, BigId, BigId)
# In one order everywhere, as these rows are locks.
_HELD = Reading(
    select(_o.id)
    .select_from(_named.rows.join(lanes, _held_by(_named)))
    .join(outbox, and_(_o.id == _named[3], _o.lane == lanes.c.lane, _PENDING))
    .order_by(lanes.c.lane)
    .with_for_update(of=(lanes, outbox))
)
_given = Rowset("given", BigId, _TEXT, Boolean(), _o.state.type, _TEXT, Moment())
_RECORD = (
    update(outbox)
    .where(_o.id == _given[0])
    .values(
        steps=_given[1],
        started=_given[2],
        state=_given[3],
        last_answer=case((_given[3] == OutboxState.PENDING, _o.last_answer), else_=_given[4]),
        finished_at=_given[5],
    )
)
_leased = exists().where(
    lanes.c.lane == bindparam("p_lane"), lanes.c.owner == bindparam("p_owner"), lanes.c.epoch == bindparam("p_epoch")
)
_PUT_OFF = (
    update(outbox)
    .where(_o.id == bindparam("p_id"), _of_lane, _leased)
    .values(
        steps=bindparam("p_steps"),
        started=bindparam("p_started"),
        attempts=bindparam("p_attempts"),
        next_at=bindparam("p_next_at"),
        last_answer=bindparam("p_answer"),
    )
)

_PUT_OFF_LANES = (
    select(lanes.c.lane)
    .where(
        lanes.c.network == bindparam("p_network"),
        lanes.c.owner.is_(None),
        lanes.c.next_at > bindparam("p_now", type_=Moment),
    )
    .order_by(lanes.c.lane)
    .with_for_update()
)
_HURRY = (
    update(outbox)
    .where(
        _o.lane.in_(bindparam("waiting", expanding=True)),
        _PENDING,
        _o.attempts > 0,
        _o.next_at > bindparam("p_now", type_=Moment),
    )
    .values(next_at=bindparam("p_now", type_=Moment))
)

_unstarted = and_(_of_lane, _o.kind == OrderKind.PUBLISH, _o.started.is_(False))
_was_due = _o.due_at <= bindparam("p_now", type_=Moment)
_BACKLOG = select(func.count().label("waiting"), func.min(_o.due_at).label("oldest")).where(_unstarted, _was_due)
_newest = outbox.alias("newest")
_PARK = (
    update(outbox)
    .where(
        _unstarted,
        _was_due,
        _o.id.not_in(
            select(_newest.c.id)
            .where(
                _newest.c.lane == bindparam("p_lane"),
                _newest.c.state == OutboxState.PENDING,
                _newest.c.kind == OrderKind.PUBLISH,
                _newest.c.started.is_(False),
                _newest.c.due_at <= bindparam("p_now", type_=Moment),
            )
            .order_by(_newest.c.id.desc())
            .limit(bindparam("p_keep"))
        ),
    )
    .values(state=OutboxState.PARKED, last_answer=bindparam("p_answer"), finished_at=bindparam("p_now"))
    .returning(_o.id, _o.post_id)
)
_waiting = (
    select(_o.id, (func.row_number().over(order_by=_o.id) - 1).label("place"))
    .where(_of_lane, _o.due_at <= bindparam("p_start", type_=Moment))
    .subquery("waiting")
)
_start = bindparam("p_start", type_=_o.next_at.type)
_gap = bindparam("p_gap", type_=Span)
_SPREAD = update(outbox).where(_o.id == _waiting.c.id).values(next_at=_start + _gap * _waiting.c.place, spread=True)
_at = func.coalesce(_o.finished_at, _o.next_at).label("at")
_of_posts = select(_at).where(_o.lane == bindparam("p_lane"), _o.kind == OrderKind.PUBLISH)
_newest_first = _of_posts.order_by(_o.id.desc()).limit(bindparam("most"))
_done_lately = (_o.state == OutboxState.DONE) & (_o.finished_at > bindparam("p_since", type_=Moment))
_PACES, _PACED = _newest_first.where(_PENDING | _done_lately), _newest_first.where(_done_lately)
_COUNTS = select(_o.state, func.count().label("n")).group_by(_o.state)


def _lane_values(new: NewOrder) -> dict[str, Any]:
    return {
        "lane": new.lane,
        "p_network": order_network(new.order),
        "p_post": getattr(new.order, "post_id", None),
        "p_shown_in": getattr(new.order, "channel_id", None),
        "next_at": new.not_before or new.created_at,
    }


def _lease_row(lease: Lease) -> tuple[str, str, int]:
    return lease.lane, lease.owner, lease.epoch


def _progress_row(one: Progress, now: int | None) -> tuple[Any, ...]:
    ended = now if one.state is not OutboxState.PENDING else None
    return one.item_id, steps_text(one.steps), bool(one.steps), one.state, one.answer, ended


def _step_values(lease: Lease, item_id: OutboxId, steps: Sequence[Step]) -> dict[str, Any]:
    return lease_values(lease) | {"p_id": item_id, "p_steps": steps_text(steps), "p_started": bool(steps)}


def _due(new: NewOrder) -> datetime:
    return new.not_before or new.created_at


class SqlOutbox(SqlParked):
    """See `bot.ports.stores.Outbox`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def put(self, orders: Sequence[NewOrder]) -> None:
        rows = await self._fold_into_pending(fold(orders))
        # Lanes first, in one order everywhere: their rows are the locks under which heads are computed.
        heads: dict[str, NewOrder] = {}
        for new in rows:
            heads.setdefault(new.lane, new)
        await self._sql.many(_PUT_LANE, [_lane_values(heads[lane]) for lane in sorted(heads)])
        await self._sql.many(_PUT, [row_values(new) | {"p_created": new.created_at.isoformat()} for new in rows])

    async def _fold_into_pending(self, orders: Sequence[NewOrder]) -> Sequence[NewOrder]:
        wanted = {saying: new for new in orders if (saying := saying_of(new.order)) is not None}
        folded: set[Saying] = set()
        for row in await self._waiting(wanted):
            saying = (row.kind, row.about, row.shown_in or 0)
            if saying not in wanted:
                continue
            folded.add(saying)
            # One that was put off after an answer keeps its time: it is the network that asked for it.
            if not row.attempts and _due(wanted[saying]) < row.next_at:
                await self._sql.run(_SOONER, p_id=row.id, p_at=_due(wanted[saying]))
                await self._note_head(row.lane)
        return [new for new in orders if saying_of(new.order) not in folded]

    async def _waiting(self, wanted: Mapping[Saying, NewOrder]) -> Sequence[Row[Any]]:
        """The pending, unstarted rows about the same posts and cases."""
        cases = {about for (_, about, _), new in wanted.items() if isinstance(new.order, RefreshCase)}
        posts = {about for (_, about, _), new in wanted.items() if not isinstance(new.order, RefreshCase)}
        return [*await self._about(_OF_POSTS, posts), *await self._about(_OF_CASES, cases)]

    async def _about(self, statement: Select[Any], numbers: Collection[int]) -> Sequence[Row[Any]]:
        return [row for part in chunks(sorted(numbers)) for row in await self._sql.all(statement, numbers=part)]

    async def head(self, lease: Lease) -> OutboxItem | None:
        return (await self.heads([lease])).get(lease.lane)

    async def heads(self, leases: Sequence[Lease]) -> Mapping[str, OutboxItem]:
        if not leases:
            return {}
        rows = await _HEADS.named(self._sql, leases=passed(_lease_row(lease) for lease in leases))
        return {row.lane: item_from(row) for row in rows}

    async def record(self, progress: Sequence[Progress], now: datetime) -> Set[OutboxId]:
        if not progress:
            return frozenset()
        named = passed((*_lease_row(one.lease), one.item_id) for one in progress)
        held = {OutboxId(number) for (number,) in await _HELD.rows(self._sql, named=named)}
        kept = [one for one in progress if one.item_id in held]
        await self.go_on(kept, now)
        if ended := [one.lease.lane for one in kept if one.state is not OutboxState.PENDING]:
            await self._note_head(*ended)
        return held

    async def go_on(self, progress: Sequence[Progress], now: datetime) -> None:
        if progress:
            at = stored(now)
            await self._sql.run(_RECORD, given=passed(_progress_row(one, at) for one in progress))

    async def save(self, lease: Lease, item_id: OutboxId, steps: Sequence[Step]) -> bool:
        one = Progress(lease=lease, item_id=item_id, steps=tuple(steps))
        return bool(await self.record([one], EPOCH))  # nothing of it ends

    async def finish(
        self,
        lease: Lease,
        item_id: OutboxId,
        state: OutboxState,
        answer: str | None,
        *,
        steps: Sequence[Step],
        now: datetime,
    ) -> bool:
        one = Progress(lease=lease, item_id=item_id, steps=tuple(steps), state=state, answer=answer)
        return bool(await self.record([one], now))

    async def put_off(
        self,
        lease: Lease,
        item_id: OutboxId,
        *,
        attempts: int,
        next_at: datetime,
        answer: str | None,
        steps: Sequence[Step],
    ) -> bool:
        values = _step_values(lease, item_id, steps) | {
            "p_attempts": attempts,
            "p_next_at": next_at,
            "p_answer": answer,
        }
        if not await self._lock(lease) or not await self._sql.run(_PUT_OFF, **values):
            return False
        await self._note_head(lease.lane)
        return True

    async def hurry(self, network: str, now: datetime) -> bool:
        waiting = [row.lane for row in await self._sql.all(_PUT_OFF_LANES, p_network=network, p_now=now)]
        hurried = 0
        for part in chunks(waiting):
            hurried += await self._sql.run(_HURRY, waiting=part, p_now=now)
            await self._note_head(*part)
        return hurried > 0

    async def backlog(self, lane: str, now: datetime) -> Backlog:
        row = await self._sql.first(_BACKLOG, p_lane=lane, p_now=now)
        return Backlog(waiting=0, oldest=None) if row is None else Backlog(waiting=row.waiting, oldest=row.oldest)

    async def park_oldest(self, lease: Lease, keep: int, answer: str, now: datetime) -> Sequence[PostId]:
        if not await self._lock(lease):
            return []
        rows = await self._sql.all(_PARK, p_lane=lease.lane, p_keep=keep, p_answer=answer, p_now=now)
        await self._note_head(lease.lane)
        return [PostId(row.post_id) for row in sorted(rows, key=lambda row: int(row.id))]

    async def spread(self, lease: Lease, *, start: datetime, gap: timedelta) -> None:
        if await self._lock(lease):
            await self._sql.run(_SPREAD, p_lane=lease.lane, p_start=start, p_gap=gap)
            await self._note_head(lease.lane)

    async def paces(self, lane: str, *, since: datetime, limit: int, pending: bool = True) -> Sequence[datetime]:
        rows = await self._sql.all(_PACES if pending else _PACED, p_lane=lane, p_since=since, most=limit)
        return [row.at for row in rows]

    async def counts(self) -> Mapping[OutboxState, int]:
        return {row.state: row.n for row in await self._sql.all(_COUNTS)}
