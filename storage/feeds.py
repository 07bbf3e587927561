"""Feeds: addresses, and how polling them went."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, exists, func, literal_column, select, update

from bot.domain.model import CommunityId, Feed, FeedId, FeedState, PollRecord, Told, Validators
from bot.ports.stores import FeedCount
from storage.bundles import Bundle, bundle, given
from storage.feed_access import SqlFeedAccess
from storage.feed_polls import record_polls
from storage.schema.columns import BigId, Moment, Span
from storage.schema.news import feed_forms, feeds, former_addresses
from storage.schema.places import subscriptions
from storage.sql import Sql, insert

_f = feeds.c
_subscribed = exists().where(subscriptions.c.feed_id == _f.id)
# Spelt out: in a RETURNING for SQLite names are written without their tables, and `id` would be the subscription's.
_feed_id: ColumnElement[int] = literal_column("feeds.id")
_unprimed = exists().where(subscriptions.c.feed_id == _feed_id, subscriptions.c.primed.is_(False))
_seen = select(feed_forms.c.seen).where(feed_forms.c.feed_id == _feed_id).scalar_subquery()
_COLUMNS = (*feeds.c, _seen.label("seen"), _unprimed.label("unprimed"))
_STRETCH = 500  # rows that are read before others on the loop have their turn
_NAMES = tuple(column.name for column in _COLUMNS)
_VALIDATORS = ("etag", "last_modified", "body_digest")

_ADD = (
    insert(feeds)
    .values(
        state=FeedState.ACTIVE,
        told=Told.NOTHING,
        failures=0,
        **{n: bindparam(n) for n in ("address", "interval", "owner_id")},
    )
    .values(from_config=bindparam("from_config"), next_at=bindparam("next_at"))
    .on_conflict_do_nothing()
    .returning(_f.id)
)
_GET = select(*_COLUMNS).where(_f.id == bindparam("p_id"))
_owners = _f.owner_id.is_not_distinct_from(bindparam("p_owner", type_=BigId))
_AT = select(*_COLUMNS).where(_f.address == bindparam("p_address"), _owners)
_MOVED = (
    select(*_COLUMNS).join(former_addresses, former_addresses.c.feed_id == _f.id)
    .where(former_addresses.c.address == bindparam("p_address"), _owners)
)  # fmt: skip
_ALL = select(*_COLUMNS).order_by(_f.id)

_due = feeds.alias("due")
_DUE = (
    select(_due.c.id)
    .where(
        _due.c.state == FeedState.ACTIVE,
        _due.c.next_at <= bindparam("now", type_=Moment),
        (_due.c.claimed_until.is_(None)) | (_due.c.claimed_until <= bindparam("now", type_=Moment)),
        exists().where(subscriptions.c.feed_id == _due.c.id),
    )
    .order_by(_due.c.next_at, _due.c.id)
    .limit(bindparam("most"))
)
_until = bindparam("until", type_=Moment)
_CLAIM = (
    update(feeds)
    .where(_f.id.in_(_DUE.with_for_update(skip_locked=True)))
    .values(claimed_until=_until)
    .returning(*_COLUMNS)
)
# The same where rows are bundled: in two statements of one transaction that nobody else writes beside.
_BUNDLED = Bundle(select(*_COLUMNS).where(_f.id.in_(_DUE)), _COLUMNS)
_CLAIM_THESE = update(feeds).where(_f.id.in_(select(given("ids").c.value))).values(claimed_until=_until)
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


_RELEASE = update(feeds).where(_f.claimed_until.is_not(None)).values(claimed_until=None)
_SET_INTERVAL = update(feeds).where(_f.id == bindparam("p_id")).values(interval=bindparam("p_interval", type_=Span))
_SOON = (
    update(feeds)
    .where(_f.id == bindparam("p_id"))
    .values(
        next_at=bindparam("p_now"),
        state=case((_f.state == FeedState.GONE, literal_column("'active'")), else_=_f.state),
    )
)


def _feed_from(row: Sequence[Any]) -> Feed:
    """A row of `_COLUMNS` as the domain's feed."""
    values = dict(zip(_NAMES, row, strict=True))
    values.pop("claimed_until")
    values["owner"] = values.pop("owner_id")
    seen = values.pop("seen") or b""
    validators = Validators(seen=seen, **{name: values.pop(name) for name in _VALIDATORS})
    return Feed(validators=validators, **values)


class SqlFeeds(SqlFeedAccess):
    """See `bot.ports.stores.Feeds`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def add(
        self,
        address: str,
        *,
        interval: timedelta,
        from_config: bool,
        owner: CommunityId | None = None,
        now: datetime,
    ) -> FeedId:
        known = await self.by_address(address, owner)
        if known is not None:
            return known.id
        added = await self._sql.value(
            _ADD, address=address, interval=interval, owner_id=owner, from_config=from_config, next_at=now
        )
        if added is not None:
            return FeedId(added)
        return FeedId(await self._sql.value(_AT, p_address=address, p_owner=owner))

    async def get(self, feed_id: FeedId) -> Feed | None:
        row = await self._sql.first(_GET, p_id=feed_id)
        return None if row is None else _feed_from(row)

    async def by_address(self, address: str, owner: CommunityId | None = None) -> Feed | None:
        at = {"p_address": address, "p_owner": owner}
        row = await self._sql.first(_AT, **at) or await self._sql.first(_MOVED, **at)
        return None if row is None else _feed_from(row)

    async def all(self) -> Sequence[Feed]:
        return [_feed_from(row) for row in await self._sql.all(_ALL)]

    async def claim_due(self, now: datetime, *, until: datetime, limit: int) -> Sequence[Feed]:
        if self._sql.bundles:
            claimed = await self._claim_bundled(now, until, limit)
        else:
            claimed = [_feed_from(row) for row in await self._sql.all(_CLAIM, now=now, until=until, most=limit)]
        return sorted(claimed, key=lambda feed: (feed.next_at, feed.id))

    async def _claim_bundled(self, now: datetime, until: datetime, limit: int) -> list[Feed]:
        rows = await self._sql.value(_BUNDLED.statement, now=now, most=limit)
        claimed: list[Feed] = []
        for row in _BUNDLED.rows(rows):
            claimed.append(_feed_from(row))
            if len(claimed) % _STRETCH == 0:
                await asyncio.sleep(0)
        if claimed:
            await self._sql.run(_CLAIM_THESE, ids=bundle([feed.id for feed in claimed]), until=until)
        return claimed

    async def next_due(self) -> datetime | None:
        due: datetime | None = await self._sql.value(_NEXT_DUE)
        return due

    async def record(self, records: Sequence[PollRecord]) -> None:
        await record_polls(self._sql, records)

    async def count(self) -> FeedCount:
        row = await self._sql.first(_COUNT)
        return FeedCount(all=0, failing=0) if row is None else FeedCount(all=row.every, failing=int(row.failing))

    async def release_claims(self) -> None:
        await self._sql.run(_RELEASE)

    async def poll_soon(self, feed_id: FeedId, now: datetime) -> None:
        await self._sql.run(_SOON, p_id=feed_id, p_now=now)

    async def set_interval(self, feed_id: FeedId, interval: timedelta) -> None:
        await self._sql.run(_SET_INTERVAL, p_id=feed_id, p_interval=interval)
