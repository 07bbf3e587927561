"""Removing what is old and nobody discusses, so that a database does not grow for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Delete, bindparam, delete, exists, or_, select

from bot.domain.model import SubjectKind
from bot.domain.orders import OutboxState
from storage.schema.columns import EPOCH, BigId, Moment
from storage.schema.news import aliases, articles
from storage.schema.order import cases, corrections
from storage.schema.people import sessions, signin_links
from storage.schema.places import discussions, posts
from storage.schema.talk import comments, reactions, votes
from storage.schema.work import lanes, notices, outbox, page_messages
from storage.tx import SqlTx

AT_ONCE = 500  # articles in one transaction, so that others get their turn
# How long a pruned article is still recognised, so that a feed that goes on showing it does not bring it back.
REMEMBERED = timedelta(days=365)

Write = Callable[[Callable[[SqlTx], Awaitable[Any]]], Awaitable[Any]]

_before = bindparam("p_before", type_=Moment)
_now = bindparam("p_now", type_=Moment)
_ids = bindparam("ids", type_=BigId, expanding=True)


def _in_discussion(table: Any) -> Any:
    return exists().where(table.c.discussion_id == discussions.c.id)


# What was reported stays with all that was decided about it.
_DISCUSSED = exists().where(
    discussions.c.article_id == articles.c.id,
    or_(
        _in_discussion(comments),
        exists().where(votes.c.subject_kind == SubjectKind.ARTICLE, votes.c.subject_id == discussions.c.id),
        _in_discussion(cases),
        _in_discussion(corrections),
    ),
)
_ON_THE_WAY = articles.c.id.in_(
    select(posts.c.article_id).join(outbox, outbox.c.post_id == posts.c.id).where(outbox.c.state == OutboxState.PENDING)
)
_OLD = (
    select(articles.c.id, articles.c.first_seen)
    .where(
        articles.c.first_seen >= bindparam("p_from", type_=Moment),
        articles.c.first_seen < _before,
        articles.c.merged_into.is_(None),  # it goes with the one that it was merged into, or a while after it
        ~_DISCUSSED,
        ~_ON_THE_WAY,
    )
    .order_by(articles.c.first_seen, articles.c.id)
    .limit(bindparam("most"))
)
_of_articles = select(discussions.c.id).where(discussions.c.article_id.in_(_ids))
_threads = select(posts.c.thread).where(posts.c.article_id.in_(_ids), posts.c.thread.is_not(None))
# The rest of an article goes with it, by its foreign keys; its aliases stay and identify nothing.
_REMOVE_ARTICLES = (
    delete(reactions).where(reactions.c.subject_kind == SubjectKind.ARTICLE, reactions.c.subject_id.in_(_of_articles)),
    delete(page_messages).where(page_messages.c.place.in_(_threads)),
    delete(articles).where(articles.c.id.in_(_ids)),
)
_OTHERS: Mapping[str, Delete] = {
    "orders": delete(outbox).where(outbox.c.state != OutboxState.PENDING, outbox.c.finished_at < _before),
    "lanes": delete(lanes).where(
        lanes.c.next_at.is_(None), lanes.c.owner.is_(None), ~exists().where(outbox.c.lane == lanes.c.lane)
    ),
    "aliases": delete(aliases).where(
        aliases.c.article_id.is_(None), aliases.c.at < bindparam("p_forgotten", type_=Moment)
    ),
    "messages": delete(page_messages).where(page_messages.c.read_at < _before),
    "notices": delete(notices).where(notices.c.at < _before),
    "sessions": delete(sessions).where(sessions.c.expires_at <= _now),
    "links": delete(signin_links).where(signin_links.c.expires_at <= _now),
    "reactions": delete(reactions).where(reactions.c.removed_at < _before),
}


async def prune(write: Write, *, before: datetime, now: datetime) -> Mapping[str, int]:
    """Remove what is older than `before`, a part at a time; how many rows of each kind, where there were any."""
    removed: Counter[str] = Counter()
    reached: datetime | None = EPOCH
    while reached is not None:
        number, reached = await write(partial(_remove_articles, begin=reached, before=before))
        removed["articles"] += number
    values = {"p_before": before, "p_now": now, "p_forgotten": before - REMEMBERED}
    for kind, statement in _OTHERS.items():
        removed[kind] += await write(partial(_remove, statement=statement, values=values))
    return {kind: number for kind, number in removed.items() if number}


async def _remove(tx: SqlTx, *, statement: Delete, values: Mapping[str, datetime]) -> int:
    return await tx.sql.run(statement, **values)


async def _remove_articles(tx: SqlTx, *, begin: datetime, before: datetime) -> tuple[int, datetime | None]:
    """How many went, and from when on to go on; None where there are no more."""
    rows = await tx.sql.all(_OLD, p_from=begin, p_before=before, most=AT_ONCE)
    if not rows:
        return 0, None
    for statement in _REMOVE_ARTICLES:
        await tx.sql.run(statement, ids=[row.id for row in rows])
    return len(rows), rows[-1].first_seen
