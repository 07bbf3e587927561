"""What the bot does for itself: it notes that it is alive, and throws away what is old."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.ports.clock import Clock
from bot.ports.stores import Store

log = structlog.get_logger()

ALIVE = "alive-at"
NOTE_EVERY = timedelta(minutes=1)
LOOK_EVERY = timedelta(minutes=1)
PRUNE_AFTER_START = timedelta(minutes=10)
PRUNE_EVERY = timedelta(days=1)


class Watch(Protocol):
    """What has something to do by itself as time goes by."""

    async def look_after(self) -> int:
        """Do what time does; how much there was."""
        ...


async def look_after(watch: Watch) -> None:
    """Do every minute what there is to do, until cancelled."""
    while True:
        while await watch.look_after():
            pass
        await asyncio.sleep(LOOK_EVERY.total_seconds())


async def away_since(store: Store) -> datetime | None:
    """When the bot was last known to run, None where it never was."""
    async with store.read() as tx:
        noted = await tx.settings.get(ALIVE)
    return datetime.fromisoformat(noted) if noted else None


async def keep_alive(store: Store, clock: Clock) -> None:
    """Note every minute that the bot runs, until cancelled."""
    while True:
        now = clock.now().isoformat()
        await store.write(lambda tx, now=now: tx.settings.put(ALIVE, now))  # type: ignore[misc]
        await asyncio.sleep(NOTE_EVERY.total_seconds())


async def prune_daily(store: Store, clock: Clock, retention: timedelta) -> None:
    """Remove what is older than `retention` and nobody discusses, once a day, until cancelled."""
    await asyncio.sleep(PRUNE_AFTER_START.total_seconds())
    while True:
        now = clock.now()
        removed = await store.prune(before=now - retention, now=now)
        log.info("pruned", **removed)
        await asyncio.sleep(PRUNE_EVERY.total_seconds())
