"""Why there is no connection to Discord: what discord.py raises when it logs in and connects, as errors of the house
that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import aiohttp
import discord

from adapters.discord.failures import network_error, translated
from bot.errors import NetworkUnavailable, TribuneError

NO_INTENT = (
    "Discord refuses an intent that the bot asks for: look at the application's intents at "
    "https://discord.com/developers/applications, under Bot"
)

_LOOK = timedelta(minutes=15)  # somebody has to do something first
_TOKEN = (
    "Discord does not take the bot's token: make a new one at https://discord.com/developers/applications, under Bot, "
    "put it where the configuration has the old one ([discord] token), and restart"
)
_CODES = {
    4004: _TOKEN,
    4010: "Discord takes no such shard: look at shards under [discord] in the configuration",
    4011: "the bot is in more servers than its shards may serve: set shards under [discord] higher, or remove it",
    4012: "Discord does not speak this version of its gateway any more: upgrade Tribune",
    4013: "Discord knows none of the intents that the bot asks for: upgrade Tribune",
    4014: NO_INTENT,
}


@contextmanager
def logging_in() -> Iterator[None]:
    """Logging in stands within. Raises `NetworkError`."""
    try:
        with translated():
            yield
    except discord.GatewayNotFound as error:
        raise NetworkUnavailable("Discord does not say where its gateway is") from error
    except NetworkUnavailable as error:
        if not isinstance(error.__cause__, discord.LoginFailure):
            raise
        raise NetworkUnavailable(_TOKEN, retry_after=_LOOK) from error.__cause__


@contextmanager
def disconnected() -> Iterator[None]:
    """What ends the connection is raised within; nothing of the house is called there. Raises `NetworkUnavailable`,
    and `PrivilegedIntentsRequired` as it is."""
    try:
        yield
    except (discord.PrivilegedIntentsRequired, TribuneError):
        raise
    except Exception as error:
        raise _why(error) from error


def limit_used_up(milliseconds: int) -> NetworkUnavailable:
    """No other session may begin before so much time."""
    text = "the bot has connected to Discord so often that it may not for a while: look into the log for why"
    return NetworkUnavailable(text, retry_after=timedelta(milliseconds=milliseconds))


def _why(error: Exception) -> NetworkUnavailable:
    match error:
        case discord.ConnectionClosed(code=code):
            return _closed(code)
        case discord.HTTPException() | discord.RateLimited() | aiohttp.ClientError():
            known = network_error(error, creates=False)
            return known if isinstance(known, NetworkUnavailable) else NetworkUnavailable(str(known))
        case discord.GatewayNotFound():
            return NetworkUnavailable("Discord does not say where its gateway is")
        case OSError():
            return NetworkUnavailable("Discord's gateway does not answer")
    return NetworkUnavailable(f"Discord has sent what discord.py cannot read ({type(error).__name__}: {error})")


def _closed(code: int) -> NetworkUnavailable:
    if code in _CODES:
        return NetworkUnavailable(_CODES[code], retry_after=_LOOK)
    return NetworkUnavailable(f"Discord has closed the connection ({code})")
