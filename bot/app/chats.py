"""The chat networks that are configured: the library of one that is not is never imported."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.app.parts import Parts
from bot.commands.everything import COMMANDS
from bot.commands.house import House
from bot.commands.registry import Registry
from bot.config import Config
from bot.moderation import Corrections
from bot.office import Office
from bot.ports.network import CanInspect, Network
from bot.ports.pictures import Pictures
from bot.reading import ChattingDesk

if TYPE_CHECKING:
    from adapters.discord import DiscordSettings
    from adapters.matrix import MatrixSettings


@asynccontextmanager
async def unconnected(config: Config) -> AsyncIterator[Mapping[str, CanInspect]]:
    """What can be asked about channels without a connection that listens."""
    settings = _discord_settings(config)
    if settings is None:
        yield {}
        return
    from adapters.discord.inspecting import Inspecting
    from adapters.discord.line import Line

    inspecting = Inspecting(Line(), settings)
    try:
        yield {"discord": inspecting}
    finally:
        await inspecting.close()


def _discord_settings(config: Config) -> DiscordSettings | None:
    """None without a token: the library of a network that is not configured is never imported."""
    discord = config.discord
    if discord.token is None:
        return None
    from adapters.discord import DiscordSettings

    return DiscordSettings(
        token=discord.token.get_secret_value(), message_content=discord.message_content, shards=discord.shards
    )


def _matrix_settings(config: Config) -> MatrixSettings | None:
    matrix = config.matrix
    if matrix.homeserver is None or matrix.user is None or matrix.key is None:
        return None
    from adapters.matrix import MatrixSettings

    return MatrixSettings(
        homeserver=matrix.homeserver,
        user=matrix.user,
        key=matrix.key.get_secret_value(),
        store=matrix.store,
        password=matrix.password.get_secret_value() if matrix.password else None,
        token=matrix.token.get_secret_value() if matrix.token else None,
        device=matrix.device,
        invited_by=matrix.invited_by,
    )


def chats(parts: Parts, house: House, office: Office, pictures: Pictures) -> Iterator[Network]:
    """The chat networks that are configured."""
    commands, chat = Registry(house, COMMANDS), ChattingDesk(office, Corrections(office))
    discord, matrix = _discord_settings(parts.config), _matrix_settings(parts.config)
    if discord is not None:
        from adapters.discord import DiscordNetwork

        yield DiscordNetwork(discord, commands=commands, chat=chat, clock=parts.clock)
    if matrix is not None:
        from adapters.matrix import MatrixNetwork

        yield MatrixNetwork(matrix, commands=commands, chat=chat, clock=parts.clock, pictures=pictures)
