"""What polls leave on their feeds' rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, case, func, select, type_coerce, update

from bot.domain.model import FeedId, FeedState, PollRecord, Told, Validators
from storage.bundles import bundle, given, part
from storage.feed_moves import move
from storage.schema.columns import EPOCH, MICROSECOND, Moment
from storage.schema.news import feed_forms, feeds
from storage.schema.places import subscriptions
from storage.sql import Sql, insert

_f = feeds.c


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
        **{n: _unless_kept(n) for n in ("etag", "last_modified", "body_digest")},
        **{n: _unless_none(n) for n in ("title", "ttl")},
    )
)

_put_form = insert(feed_forms)
# Selected from the feed, which another may have been joined with meanwhile.
_PUT_FORM = _put_form.from_select(
    ["feed_id", "seen"],
    select(_f.id, bindparam("p_seen", type_=feed_forms.c.seen.type)).where(_f.id == bindparam("p_id")),
).on_conflict_do_update(index_elements=["feed_id"], set_={"seen": _put_form.excluded.seen})

# Nearly all polls find nothing new and leave nothing but their times.
_quiet = given("quiet")
_read_at = type_coerce(part(_quiet, 1), Moment)
_QUIET = (
    update(feeds)
    .where(_f.id == part(_quiet, 0))
    .values(
        claimed_until=None,
        last_polled_at=_read_at,
        first_read_at=func.coalesce(_f.first_read_at, _read_at),
        last_read_at=_read_at,
        next_at=type_coerce(part(_quiet, 2), Moment),
        state=FeedState.ACTIVE,
        failures=0,
        failing_since=None,
        failure=None,
        reason=None,
        told=Told.NOTHING,
    )
)


_ALWAYS = ("feed_id", "polled_at", "next_at")
_besides = attrgetter(*(field.name for field in fields(PollRecord) if field.name not in _ALWAYS))
_NOTHING = _besides(PollRecord(feed_id=FeedId(0), polled_at=EPOCH, next_at=EPOCH, succeeded=True))


async def record_polls(sql: Sql, records: Sequence[PollRecord]) -> None:
    """See `bot.ports.stores.Feeds.record`."""
    quiet = [record for record in records if _besides(record) == _NOTHING] if sql.bundles else []
    if quiet:
        await sql.run(_QUIET, quiet=bundle([_times(record) for record in quiet]))
    if len(quiet) < len(records):
        others = [record for record in records if not quiet or _besides(record) != _NOTHING]
        await sql.many(_RECORD, [_values(record) for record in others])
        forms = [(record.feed_id, record.validators.seen) for record in others if record.validators is not None]
        await sql.many(_PUT_FORM, [{"p_id": feed_id, "p_seen": seen} for feed_id, seen in forms])
        for record in others:
            if record.address is not None:
                await move(sql, record.feed_id, record.address)


def _times(record: PollRecord) -> tuple[int, int, int]:
    return record.feed_id, (record.polled_at - EPOCH) // MICROSECOND, (record.next_at - EPOCH) // MICROSECOND


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
    }
