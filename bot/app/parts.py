"""What everything is built on."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.config import Config
from bot.ports.clock import Clock
from bot.ports.signals import Signals
from bot.signals import Noticeboard
from storage import SqlStore, open_store


class SystemClock:
    """Tells the machine's time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What an extra network may be built with."""

    config: Config
    store: SqlStore
    signals: Signals
    clock: Clock


@asynccontextmanager
async def opened_parts(config: Config, clock: Clock | None = None) -> AsyncIterator[Parts]:
    store = await open_store(config.database.address)
    try:
        yield Parts(config=config, store=store, signals=Noticeboard(), clock=clock or SystemClock())
    finally:
        await store.close()


def new_key() -> str:
    """What idempotency keys are made of."""
    return secrets.token_hex(12)


def nothing() -> None:
    """Nobody is to be woken here: a running Tribune notices by itself."""
