"""The commands, beside a Tribune that may be running."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.aftermath import Following
from bot.app.desks import access_of, articles_of, feed_desk, fetch_settings, house_of, office_of, page_of, server_desk
from bot.app.parts import new_key, nothing, opened_parts
from bot.commands.everything import COMMANDS
from bot.commands.house import House
from bot.commands.registry import Registry
from bot.config import Config
from bot.domain.model import network_of
from bot.health import StoreHealth
from bot.moderation import ModerationDesk
from bot.ports.clock import Clock
from feeds.fetch import HttpFeedSource

_DELETING = ("discord", "matrix")  # networks on which to hide is to delete, which are not asked here


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """The commands, and what they work with."""

    commands: Registry
    house: House


@asynccontextmanager
async def open_commands(config: Config, clock: Clock | None = None) -> AsyncIterator[Opened]:
    """The commands on the database, beside a Tribune that may be running: it notices what they write.

    Raises StorageError, SchemaError.
    """
    async with opened_parts(config, clock) as parts:
        source = HttpFeedSource(fetch_settings(config))
        following = Following(
            new_key=new_key,
            reads_store=lambda ref: network_of(ref) == "web",
            refresh_every=config.delivery.refresh_every,
            deletes_hidden=lambda ref: network_of(ref) in _DELETING,
        )
        office = office_of(parts, following, nothing)
        moderation = ModerationDesk(office, stale_after=config.moderation.stale_after)
        health = StoreHealth(parts.store, parts.clock)
        try:
            feeds = feed_desk(parts, office, source, await access_of(parts), nothing)
            articles = articles_of(office, following, nothing)
            servers = server_desk(parts, office, {})
            house = house_of(parts, office, moderation, health, feeds, page_of(parts, {}), articles, servers, {})
            yield Opened(commands=Registry(house, COMMANDS), house=house)
        finally:
            await source.close()
