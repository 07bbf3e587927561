"""What discord.py and aiohttp raise, as errors of the house: what was surely not done, what may have been, what never
will."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import aiohttp
import discord

from bot.errors import AnswerLost, NetworkError, NetworkRefused, NetworkUnavailable

UNKNOWN_CHANNEL = 10003
UNKNOWN_GUILD = 10004
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
UNKNOWN_EMOJI = 10014
UNKNOWN_TAG = 10087
TOO_MANY_OLD_EDITS = 30046
TAG_REQUIRED = 40067
MISSING_ACCESS = 50001
ARCHIVED = 50083
THREAD_EXISTS = 160004
TOO_MANY_THREADS = 160006

_GONE = {
    UNKNOWN_CHANNEL: "the channel or thread is gone",
    UNKNOWN_GUILD: "the server is gone",
    UNKNOWN_MESSAGE: "the message is gone",
    UNKNOWN_USER: "the account is gone",
}
_REFUSED = {
    UNKNOWN_EMOJI: "there is no such emoji on Discord",
    UNKNOWN_TAG: "the forum has no such tag",
    30010: "the message has 20 different reactions, and takes no more",
    30033: "the thread has 1000 members, and takes no more",
    TAG_REQUIRED: "the forum asks for a tag, and has none that the bot may choose",
    40333: "Discord keeps out what comes from this address",
    MISSING_ACCESS: "the bot cannot see the channel",
    50007: "they take no direct messages from the bot",
    50013: "the bot lacks a permission there",
    50024: "that cannot be done in a channel of this kind",
    50278: "they take no direct messages from the bot: there is no server that both are in",
    ARCHIVED: "the thread is archived, and the bot cannot open it",
    90001: "somebody there has blocked the bot",
    160005: "the thread is locked",
}
_LATER = {
    20016: ("the channel is in slow mode", timedelta(minutes=1)),
    20028: ("too much is written in the channel", timedelta(minutes=1)),
    20029: ("too much is written in the server", timedelta(minutes=1)),
    TOO_MANY_OLD_EDITS: ("Discord takes no more edits of old messages for now", timedelta(hours=1)),
    40003: ("too many direct messages were begun", timedelta(minutes=10)),
    TOO_MANY_THREADS: ("the server has too many active threads", timedelta(hours=1)),
}

_LIMITED_FOR = timedelta(minutes=1)  # where Discord does not say how long
_TOKEN_REFUSED_FOR = timedelta(minutes=15)  # the operator has to look; asking on would have the address banned
_SESSION_CLOSED = "Session is closed"  # aiohttp's own words: it has no class for it


@contextmanager
def translated(*, creates: bool = False) -> Iterator[None]:
    """Calls to Discord stand within. `creates` says that they make something that would be there twice if they were
    made again: where their answer is lost, `AnswerLost` is raised, and `NetworkUnavailable` otherwise."""
    try:
        yield
    except (discord.HTTPException, discord.RateLimited, discord.LoginFailure, aiohttp.ClientError, OSError) as error:
        raise network_error(error, creates=creates) from error
    except RuntimeError as error:
        if str(error) != _SESSION_CLOSED:
            raise
        raise NetworkUnavailable("the connection to Discord is being closed") from error


def network_error(error: Exception, *, creates: bool) -> NetworkError:
    """What an error of discord.py's or aiohttp's means."""
    match error:
        case discord.RateLimited():
            return _limited(error.retry_after)
        case discord.LoginFailure():
            return _token_refused()
        case discord.HTTPException():
            return _answered(error, creates=creates)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.ClientHttpProxyError():
            return NetworkUnavailable("Discord cannot be reached")
        case _ if creates:
            return AnswerLost("Discord's answer was lost")
    return NetworkUnavailable("Discord does not answer")


def _answered(error: discord.HTTPException, *, creates: bool) -> NetworkError:
    """What Discord itself says, by its own code first."""
    if error.code in _GONE:
        return NetworkRefused(_GONE[error.code], gone=True)
    if error.code in _LATER:
        text, wait = _LATER[error.code]
        return NetworkUnavailable(text, retry_after=wait)
    if error.code in _REFUSED:
        return NetworkRefused(_REFUSED[error.code])
    return _by_status(error, creates=creates)


def _by_status(error: discord.HTTPException, *, creates: bool) -> NetworkError:
    if error.status == 401:
        return _token_refused()
    if error.status == 429:
        return _limited(_asked_to_wait(error))
    if error.status >= 500:
        text = f"Discord has trouble of its own ({error.status})"
        return AnswerLost(text) if creates else NetworkUnavailable(text)
    said = " ".join(error.text.split())[:200] or str(error.status)
    return NetworkRefused(f"Discord refuses it: {said}")


def _token_refused() -> NetworkUnavailable:
    return NetworkUnavailable("Discord does not take the bot's token", retry_after=_TOKEN_REFUSED_FOR)


def _asked_to_wait(error: discord.HTTPException) -> float:
    """The seconds that the answer's header names; NaN where it names none."""
    try:
        return float(error.response.headers.get("Retry-After", "nan"))
    except ValueError:
        return math.nan


def _limited(seconds: float) -> NetworkUnavailable:
    wait = timedelta(seconds=seconds) if 0 <= seconds < 1e6 else _LIMITED_FOR
    return NetworkUnavailable("the bot asks too much of Discord", retry_after=wait)
