"""The chat networks that are configured: the library of one that is not is never imported."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot.app.parts import Parts, SystemClock
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
    async with AsyncExitStack() as stack:
        found: dict[str, CanInspect] = {}
        if (discord := _discord_settings(config)) is not None:
            found["discord"] = await stack.enter_async_context(_discord_inspecting(discord))
        if (matrix := matrix_settings(config)) is not None:
            found["matrix"] = await stack.enter_async_context(_matrix_inspecting(matrix))
        yield found


@asynccontextmanager
async def _discord_inspecting(settings: DiscordSettings) -> AsyncIterator[CanInspect]:
    from adapters.discord.inspecting import Inspecting
    from adapters.discord.line import Line

    inspecting = Inspecting(Line(), settings)
    try:
        yield inspecting
    finally:
        await inspecting.close()


@asynccontextmanager
async def _matrix_inspecting(settings: MatrixSettings) -> AsyncIterator[CanInspect]:
    from adapters.matrix.unconnected import inspecting

    async with inspecting(settings, SystemClock()) as found:
        yield found


def _discord_settings(config: Config) -> DiscordSettings | None:
    """None without a token: the library of a network that is not configured is never imported."""
    discord = config.discord
    if discord.token is None:
        return None
    from adapters.discord import DiscordSettings

    return DiscordSettings(
        token=discord.token.get_secret_value(), message_content=discord.message_content, shards=discord.shards
    )


def matrix_settings(config: Config) -> MatrixSettings | None:
    """None where Matrix is not configured."""
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
    discord, matrix = _discord_settings(parts.config), matrix_settings(parts.config)
    if discord is not None:
        from adapters.discord import DiscordNetwork

        yield DiscordNetwork(discord, commands=commands, chat=chat, clock=parts.clock)
    if matrix is not None:
        from adapters.matrix import MatrixNetwork

        yield MatrixNetwork(matrix, commands=commands, chat=chat, clock=parts.clock, pictures=pictures)
