"""Notices, the audit log, settings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.domain.orders import Notice
from storage.schema.work import audit_log
from storage.store import SqlStore
from tests.contract.storage.world import NOW, World, build, later


async def test_notices_are_a_communitys_the_newest_first(world: World) -> None:
    village = await build(world.store, "village")
    here = [
        Notice(community_id=world.community, key=f"Feed {{name}} is gone {n}", values=(("name", "Ä"),), at=later(n))
        for n in (1, 3, 2)
    ]
    there = Notice(community_id=village.community, key="Elsewhere", values=(), at=NOW)
    await world.write(lambda tx: tx.journal.notify([*here, there]))
    await world.write(lambda tx: tx.journal.notify([]))
    async with world.store.read() as tx:
        assert await tx.journal.notices(world.community, 2) == [here[1], here[2]]
        assert await tx.journal.notices(village.community, 10) == [there]


async def test_the_log_keeps_who_did_what(world: World) -> None:
    ann = await world.account("Ann")
    await world.write(
        lambda tx: tx.journal.log(
            world.community, at=NOW, account_id=ann.id, action="pause", subject="feed 1", before="a", after="b"
        )
    )
    await world.write(
        lambda tx: tx.journal.log(world.community, at=NOW, account_id=None, action="start", subject="bot")
    )
    async with world.store.read() as tx:
        rows: list[Any] = list(await tx.sql.all(select(audit_log).order_by(audit_log.c.id)))
    assert [(r.account_id, r.action, r.subject, r.before, r.after) for r in rows] == [
        (ann.id, "pause", "feed 1", "a", "b"),
        (None, "start", "bot", None, None),
    ]


async def test_settings(store: SqlStore) -> None:
    for value in ("one", "two"):
        await store.write(lambda tx, v=value: tx.settings.put("key", v))  # type: ignore[misc]
    async with store.read() as tx:
        assert await tx.settings.get("key") == "two"
        assert await tx.settings.get("other") is None
