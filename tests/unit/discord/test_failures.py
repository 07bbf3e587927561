"""Each way in which a call to Discord fails, and what it means for who asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp.client_reqrep import ConnectionKey

from adapters.discord.failures import translated
from bot.errors import AnswerLost, NetworkError, NetworkRefused, NetworkUnavailable


@dataclass
class Answer:
    """What discord.py's errors keep of an answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    reason: str = "Because"


def answered(status: int, code: int = 0, text: str = "No", **headers: str) -> discord.HTTPException:
    kinds: dict[int, type[discord.HTTPException]] = {403: discord.Forbidden, 404: discord.NotFound}
    kind = kinds.get(status, discord.DiscordServerError if status >= 500 else discord.HTTPException)
    answer: Any = Answer(status, {name.replace("_", "-"): value for name, value in headers.items()})
    return kind(answer, {"code": code, "message": text})


def unreachable() -> aiohttp.ClientConnectorError:
    key = ConnectionKey(
        host="discord.example", port=443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None
    )
    return aiohttp.ClientConnectorError(key, OSError(111, "refused"))


def meant(error: Exception, *, creates: bool) -> NetworkError:
    with pytest.raises(NetworkError) as caught, translated(creates=creates):
        raise error
    assert caught.value.__cause__ is error
    return caught.value


NOT_DONE = {
    "no connection": unreachable(),
    "no connection in time": aiohttp.ConnectionTimeoutError(),
    "too fast": answered(429),
    "too fast, before it was sent": discord.RateLimited(90.0),
    "a token that is not taken": answered(401),
    "a token that is not taken, at login": discord.LoginFailure("Improper token has been passed."),
    "edits of old messages": answered(429, 30046),
    "slow mode": answered(429, 20016),
    "too many threads": answered(400, 160006),
    "a session that is being closed": RuntimeError("Session is closed"),
}

LOST = {
    "a connection that was reset": aiohttp.ClientOSError(104, "reset"),
    "a connection that was closed": aiohttp.ServerDisconnectedError(),
    "a reset without aiohttp": ConnectionResetError(104, "reset"),
    "no answer in time": TimeoutError(),
    "an answer that was cut off": aiohttp.ClientPayloadError(),
    "a server with trouble": answered(500),
    "a gateway with trouble": answered(502),
    "a server that is overloaded": answered(503),
}

REFUSED = {
    "no access": answered(403, 50001),
    "no permission": answered(403, 50013),
    "no direct messages": answered(403, 50007),
    "somebody who has blocked the bot": answered(403, 90001),
    "an address that is kept out": answered(403, 40333),
    "a forum that asks for a tag": answered(400, 40067),
    "a locked thread": answered(400, 160005),
    "an archived thread that cannot be opened": answered(400, 50083),
    "a full thread": answered(400, 30033),
    "a message that is not taken": answered(400, 50035, "Invalid Form Body"),
    "a path that is none": answered(404),
}

GONE = {
    "a channel": answered(404, 10003),
    "a server": answered(404, 10004),
    "a message": answered(404, 10008),
    "an account": answered(404, 10013),
}


@pytest.mark.parametrize("creates", [True, False])
@pytest.mark.parametrize("case", NOT_DONE)
def test_what_was_surely_not_done_can_be_tried_again(case: str, creates: bool) -> None:
    assert isinstance(meant(NOT_DONE[case], creates=creates), NetworkUnavailable)


@pytest.mark.parametrize("case", LOST)
def test_what_may_have_been_made_is_looked_for(case: str) -> None:
    assert isinstance(meant(LOST[case], creates=True), AnswerLost)


@pytest.mark.parametrize("case", LOST)
def test_what_makes_nothing_can_be_tried_again(case: str) -> None:
    assert isinstance(meant(LOST[case], creates=False), NetworkUnavailable)


@pytest.mark.parametrize("creates", [True, False])
@pytest.mark.parametrize("case", [*REFUSED, *GONE])
def test_what_will_never_be_is_refused(case: str, creates: bool) -> None:
    refused = meant((REFUSED | GONE)[case], creates=creates)
    assert isinstance(refused, NetworkRefused)
    assert refused.gone is (case in GONE)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (discord.RateLimited(90.0), 90),
        (answered(429, Retry_After="12.5"), 12.5),
        (answered(429), 60),
        (answered(429, Retry_After="tomorrow"), 60),
        (answered(429, Retry_After="-1"), 60),
        (answered(429, Retry_After="inf"), 60),
        (answered(429, 30046), 3600),
        (answered(401), 900),
    ],
)
def test_how_long_to_wait(error: Exception, seconds: float) -> None:
    unavailable = meant(error, creates=True)
    assert isinstance(unavailable, NetworkUnavailable)
    assert unavailable.retry_after == timedelta(seconds=seconds)


def test_what_discord_says_is_told_in_short() -> None:
    refused = meant(answered(400, 50035, "Invalid Form Body\n" + "x" * 500), creates=True)
    assert str(refused).startswith("Discord refuses it: Invalid Form Body x")
    assert len(str(refused)) < 250


@pytest.mark.parametrize("bug", [RuntimeError("dictionary changed size"), KeyError("id"), ValueError("embeds")])
def test_a_bug_surfaces(bug: Exception) -> None:
    with pytest.raises(type(bug)), translated(creates=True):
        raise bug
