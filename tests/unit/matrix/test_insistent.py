"""Answers that the homeserver does not take at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from adapters.matrix.commands.insistent import TRIES, Insistent
from adapters.matrix.failures import TokenRefused
from adapters.matrix.sending import Sending
from bot.errors import AnswerLost, NetworkError, NetworkRefused, NetworkUnavailable

SOON = timedelta(microseconds=1)


class Failing(Sending):
    """Raises what it is told to, one after the other, and then sends."""

    def __init__(self, *errors: NetworkError) -> None:
        self.errors = list(errors)
        self.keys: list[str] = []

    async def send(self, room: str, kind: str, content: Mapping[str, Any], key: str) -> str:
        self.keys.append(key)
        if self.errors:
            raise self.errors.pop(0)
        return "$sent"


async def test_what_was_not_done_or_may_not_have_been_is_tried_again_with_the_same_key() -> None:
    failing = Failing(NetworkUnavailable("limited", retry_after=SOON), AnswerLost("lost"), NetworkUnavailable("down"))
    assert await Insistent(failing, first=SOON).send("!room", "m.room.message", {}, "key") == "$sent"
    assert failing.keys == ["key"] * 4
    assert TRIES == 4


async def test_an_emoji_is_one_reaction_however_often_it_is_tried() -> None:
    failing = Failing(AnswerLost("lost"))
    await Insistent(failing, first=SOON).react("!room", "$event", "✅")
    assert len(failing.keys) == 2
    assert len(set(failing.keys)) == 1


@pytest.mark.parametrize("error", [NetworkRefused("not in the room"), TokenRefused("logged out")])
async def test_what_waiting_does_not_help_against_is_tried_once(error: NetworkError) -> None:
    failing = Failing(error)
    with pytest.raises(type(error)):
        await Insistent(failing, first=SOON).send("!room", "m.room.message", {}, "key")
    assert len(failing.keys) == 1


async def test_it_gives_up_in_the_end() -> None:
    failing = Failing(*(NetworkUnavailable("down") for _ in range(9)))
    with pytest.raises(NetworkUnavailable):
        await Insistent(failing, first=SOON).send("!room", "m.room.message", {}, "key")
    assert len(failing.keys) == TRIES
