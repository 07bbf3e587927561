"""A feed that moved for good: it gets its new address, or is joined to the feed that has it."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, exists, select, update

from storage.schema.columns import BigId
from storage.schema.news import aliases, article_sources, articles, feeds, former_addresses
from storage.schema.places import subscriptions
from storage.sql import Sql, insert

_other = bindparam("p_other", type_=BigId)
_ID = bindparam("p_id", type_=BigId)

_ADDRESS = select(feeds.c.address).where(feeds.c.id == _ID)
# Feeds of the same owner, or nobody's: one that takes credentials is never joined with another's.
_moving = feeds.alias("moving")
_mine = select(_moving.c.owner_id).where(_moving.c.id == _ID).scalar_subquery()
_alike = feeds.c.owner_id.is_not_distinct_from(_mine)
_THERE = select(feeds.c.id).where(feeds.c.address == bindparam("p_address"), _alike)
_FORGET = delete(former_addresses).where(
    former_addresses.c.address == bindparam("p_address"),
    former_addresses.c.feed_id.in_(select(feeds.c.id).where(_alike)),
)
_RENAME = update(feeds).where(feeds.c.id == _ID).values(address=bindparam("p_address"))
_REMEMBER = insert(former_addresses).values(address=bindparam("address"), feed_id=bindparam("feed_id"))

_twin = subscriptions.alias("twin")
_twin_source = article_sources.alias("twin")
_JOIN = (
    update(former_addresses).where(former_addresses.c.feed_id == _ID).values(feed_id=_other),
    delete(subscriptions).where(
        subscriptions.c.feed_id == _ID,
        exists().where(_twin.c.feed_id == _other, _twin.c.channel_id == subscriptions.c.channel_id),
    ),
    update(subscriptions).where(subscriptions.c.feed_id == _ID).values(feed_id=_other),
    update(aliases).where(aliases.c.feed_id == _ID).values(feed_id=_other),
    update(articles).where(articles.c.primary_feed == _ID).values(primary_feed=_other),
    delete(article_sources).where(
        article_sources.c.feed_id == _ID,
        exists().where(_twin_source.c.feed_id == _other, _twin_source.c.article_id == article_sources.c.article_id),
    ),
    update(article_sources).where(article_sources.c.feed_id == _ID).values(feed_id=_other),
)
_REMOVE = delete(feeds).where(feeds.c.id == _ID)


async def move(sql: Sql, feed_id: int, address: str) -> None:
    """Give a feed its new address; the old one leads to it from now on."""
    old = await sql.value(_ADDRESS, p_id=feed_id)
    if old is None or old == address:
        return
    there = await sql.value(_THERE, p_id=feed_id, p_address=address)
    if there is None:
        await sql.run(_FORGET, p_id=feed_id, p_address=address)
        await sql.run(_RENAME, p_id=feed_id, p_address=address)
    else:
        await _join(sql, feed_id, there)
    await sql.run(_REMEMBER, address=old, feed_id=feed_id if there is None else there)


async def _join(sql: Sql, feed_id: int, there: int) -> None:
    for statement in _JOIN:
        await sql.run(statement, p_id=feed_id, p_other=there)
    await sql.run(_REMOVE, p_id=feed_id)
