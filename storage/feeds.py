"""Feeds: addresses, and how polling them went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, case, exists, func, literal_column, select, update

from bot.domain.model import Feed, FeedId, FeedState, PollRecord, Told, Validators
from bot.ports.stores import FeedCount
from storage.feed_moves import move
from storage.schema.columns import Moment
from storage.schema.news import feeds, former_addresses
from storage.schema.places import subscriptions
from storage.sql import Sql, insert

_f = feeds.c
_subscribed = exists().where(subscriptions.c.feed_id == _f.id)
# Spelt out: in a RETURNING for SQLite names are written without their tables, and `id` would be the subscription's.
_feed_id: ColumnElement[int] = literal_column("feeds.id")
_unprimed = exists().where(subscriptions.c.feed_id == _feed_id, subscriptions.c.primed.is_(False))
_COLUMNS = (*feeds.c, _unprimed.label("unprimed"))

_ADD = (
    insert(feeds)
    .values(
        state=FeedState.ACTIVE,
        told=Told.NOTHING,
        failures=0,
        seen=b"",
        **{n: bindparam(n) for n in ("address", "interval")},
    )
    .values(from_config=bindparam("from_config"), next_at=bindparam("next_at"))
    .on_conflict_do_nothing(index_elements=["address"])
    .returning(_f.id)
)
_GET = select(*_COLUMNS).where(_f.id == bindparam("p_id"))
_AT = select(*_COLUMNS).where(_f.address == bindparam("p_address"))
_MOVED = (
    select(*_COLUMNS).join(former_addresses, former_addresses.c.feed_id == _f.id)
    .where(former_addresses.c.address == bindparam("p_address"))
)  # fmt: skip
_ALL = select(*_COLUMNS).order_by(_f.id)

_due = feeds.alias("due")
_CLAIM = (
    update(feeds)
    .where(
        _f.id.in_(
            select(_due.c.id)
            .where(
                _due.c.state == FeedState.ACTIVE,
                _due.c.next_at <= bindparam("now", type_=Moment),
                (_due.c.claimed_until.is_(None)) | (_due.c.claimed_until <= bindparam("now", type_=Moment)),
                exists().where(subscriptions.c.feed_id == _due.c.id),
            )
            .order_by(_due.c.next_at, _due.c.id)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(claimed_until=bindparam("until"))
    .returning(*_COLUMNS)
)
_NEXT_DUE = (
    select(_f.next_at)
    .where(_f.state == FeedState.ACTIVE, _f.claimed_until.is_(None), _subscribed)
    .order_by(_f.next_at)
    .limit(1)
)


_COUNT = select(
    func.count().label("every"),
    func.coalesce(func.sum(case((_f.failures > 0, 1), else_=0)), 0).label("failing"),
).select_from(feeds)


def _unless_kept(name: str) -> Any:
    column = feeds.c[name]
    return case(
        (bindparam("p_keep", type_=subscriptions.c.primed.type), column),
        else_=bindparam(f"p_{name}", type_=column.type),
    )


def _unless_none(name: str) -> Any:
    column = feeds.c[name]
    return func.coalesce(bindparam(f"p_{name}", type_=column.type), column)


_RECORD = (
    update(feeds)
    .where(_f.id == bindparam("p_id"))
    .values(
        claimed_until=None,
        last_polled_at=bindparam("p_polled_at"),
        first_read_at=func.coalesce(_f.first_read_at, bindparam("p_read_at", type_=Moment)),
        last_read_at=func.coalesce(bindparam("p_read_at", type_=Moment), _f.last_read_at),
        **{
            n: bindparam(f"p_{n}")
            for n in ("next_at", "state", "failures", "failing_since", "failure", "reason", "told")
        },
        **{n: _unless_kept(n) for n in ("etag", "last_modified", "body_digest", "seen")},
        **{n: _unless_none(n) for n in ("title", "ttl")},
    )
)
_RELEASE = update(feeds).where(_f.claimed_until.is_not(None)).values(claimed_until=None)
_SOON = (
    update(feeds)
    .where(_f.id == bindparam("p_id"))
    .values(
        next_at=bindparam("p_now"),
        state=case((_f.state == FeedState.GONE, literal_column("'active'")), else_=_f.state),
    )
)


def feed_from(row: Row[Any]) -> Feed:
    """A row of `feeds` with `unprimed` as the domain's feed."""
    return Feed(
        id=FeedId(row.id),
        address=row.address,
        title=row.title,
        state=row.state,
        interval=row.interval,
        ttl=row.ttl,
        from_config=row.from_config,
        validators=Validators(
            etag=row.etag, last_modified=row.last_modified, body_digest=row.body_digest, seen=row.seen
        ),
        next_at=row.next_at,
        first_read_at=row.first_read_at,
        last_polled_at=row.last_polled_at,
        last_read_at=row.last_read_at,
        failures=row.failures,
        failing_since=row.failing_since,
        failure=row.failure,
        reason=row.reason,
        told=row.told,
        unprimed=bool(row.unprimed),
    )


def _values(record: PollRecord) -> dict[str, Any]:
    validators = record.validators or Validators()
    return {
        "p_id": record.feed_id,
        "p_polled_at": record.polled_at,
        "p_read_at": record.polled_at if record.succeeded else None,
        "p_next_at": record.next_at,
        "p_state": record.state,
        "p_failures": record.failures,
        "p_failing_since": record.failing_since,
        "p_failure": record.failure,
        "p_reason": record.reason,
        "p_told": record.told,
        "p_title": record.title,
        "p_ttl": record.ttl,
        "p_keep": record.validators is None,
        "p_etag": validators.etag,
        "p_last_modified": validators.last_modified,
        "p_body_digest": validators.body_digest,
        "p_seen": validators.seen,
    }


class SqlFeeds:
    """See `bot.ports.stores.Feeds`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def add(self, address: str, *, interval: timedelta, from_config: bool, now: datetime) -> FeedId:
        known = await self.by_address(address)
        if known is not None:
            return known.id
        added = await self._sql.value(_ADD, address=address, interval=interval, from_config=from_config, next_at=now)
        if added is not None:
            return FeedId(added)
        return FeedId(await self._sql.value(_AT, p_address=address))

    async def get(self, feed_id: FeedId) -> Feed | None:
        row = await self._sql.first(_GET, p_id=feed_id)
        return None if row is None else feed_from(row)

    async def by_address(self, address: str) -> Feed | None:
        row = await self._sql.first(_AT, p_address=address) or await self._sql.first(_MOVED, p_address=address)
        return None if row is None else feed_from(row)

    async def all(self) -> Sequence[Feed]:
        return [feed_from(row) for row in await self._sql.all(_ALL)]

    async def claim_due(self, now: datetime, *, until: datetime, limit: int) -> Sequence[Feed]:
        claimed = [feed_from(row) for row in await self._sql.all(_CLAIM, now=now, until=until, most=limit)]
        return sorted(claimed, key=lambda feed: (feed.next_at, feed.id))

    async def next_due(self) -> datetime | None:
        due: datetime | None = await self._sql.value(_NEXT_DUE)
        return due

    async def record(self, records: Sequence[PollRecord]) -> None:
        await self._sql.many(_RECORD, [_values(record) for record in records])
        for record in records:
            if record.address is not None:
                await move(self._sql, record.feed_id, record.address)

    async def count(self) -> FeedCount:
        row = await self._sql.first(_COUNT)
        return FeedCount(all=0, failing=0) if row is None else FeedCount(all=row.every, failing=int(row.failing))

    async def release_claims(self) -> None:
        await self._sql.run(_RELEASE)

    async def poll_soon(self, feed_id: FeedId, now: datetime) -> None:
        await self._sql.run(_SOON, p_id=feed_id, p_now=now)
