"""What operators do about the bot on Matrix, beside a Tribune that may be running."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.app.chats import matrix_settings
from bot.app.parts import SystemClock
from bot.config import Config
from bot.errors import ConfigError, DatabaseHeldError
from storage.instance import hold

if TYPE_CHECKING:
    from adapters.matrix import MatrixSettings
    from adapters.matrix.operating import Operating

Say = Callable[[str], None]
AskPassword = Callable[[], str | None]


async def login(config: Config, say: Say, ask: AskPassword, *, password: str | None = None) -> None:
    """Log the bot in, keep that, and have its device signed. `password` comes before the configured one.

    Raises ConfigError, StorageError, NetworkError."""
    async with _operating(config, say, password) as operating:
        await operating.log_in(ask)


async def verify(
    config: Config, say: Say, ask: AskPassword, *, password: str | None = None, replaces: bool = False
) -> None:
    """Have the bot's device signed, and say what people compare. Raises ConfigError, StorageError, NetworkError."""
    async with _operating(config, say, password) as operating:
        await operating.verify(ask, replaces=replaces)


async def status(config: Config, say: Say) -> None:
    """Say how the bot stands, and change nothing. Raises ConfigError, NetworkError."""
    settings = _settings(config)
    from adapters.matrix.status import status as lines

    async for line in lines(settings, SystemClock()):
        say(line)


def _settings(config: Config) -> MatrixSettings:
    settings = matrix_settings(config)
    if settings is None:
        right = "write homeserver, user and key into the table [matrix], as docs/matrix.md says"
        raise ConfigError([f"matrix: Tribune is not on Matrix; {right}"])
    return settings


@asynccontextmanager
async def _operating(config: Config, say: Say, password: str | None) -> AsyncIterator[Operating]:
    """While nobody runs on the database nobody starts to either: the keys of a device are for one at a time."""
    settings = _settings(config)
    settings = settings if password is None else replace(settings, password=password)
    from adapters.matrix.operating import Operating

    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(hold(config.database.address))
            running = False
        except DatabaseHeldError:
            running = True
        yield Operating(settings, SystemClock(), say, running=running)
