"""Each way in which a call to a homeserver fails, and what it means for who asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import nio
import pytest
from aiohttp.client_reqrep import ConnectionKey

from adapters.matrix.failures import Refused, checked, refusal, translated
from bot.errors import AnswerLost, NetworkError, NetworkRefused, NetworkUnavailable


def unreachable() -> aiohttp.ClientConnectorError:
    key = ConnectionKey(
        host="matrix.example", port=443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None
    )
    return aiohttp.ClientConnectorError(key, OSError(111, "refused"))


def meant(error: Exception, *, creates: bool) -> NetworkError:
    with pytest.raises(NetworkError) as caught, translated(creates=creates):
        raise error
    assert caught.value.__cause__ is error
    return caught.value


LOST = {
    "no answer in time": TimeoutError(),
    "reset": aiohttp.ClientOSError(104, "reset"),
    "cut": aiohttp.ClientPayloadError("half"),
    "closed": aiohttp.ServerDisconnectedError(),
}
NOT_DONE = {"no connection": unreachable(), "closing": RuntimeError("Session is closed")}


@pytest.mark.parametrize("error", LOST.values(), ids=LOST.keys())
def test_without_an_answer_nobody_knows_what_was_made(error: Exception) -> None:
    assert isinstance(meant(error, creates=True), AnswerLost)
    assert isinstance(meant(error, creates=False), NetworkUnavailable)


@pytest.mark.parametrize("error", NOT_DONE.values(), ids=NOT_DONE.keys())
@pytest.mark.parametrize("creates", [True, False])
def test_what_was_never_sent_was_not_done(error: Exception, creates: bool) -> None:
    assert isinstance(meant(error, creates=creates), NetworkUnavailable)


def test_our_own_bugs_are_not_hidden() -> None:
    with pytest.raises(RuntimeError, match="ours"), translated():
        raise RuntimeError("ours")
    with pytest.raises(TypeError):
        checked("no answer at all", nio.SyncResponse)


WAITS = {
    "as long as it says": (2500, timedelta(seconds=2.5)),
    "not at all": (0, timedelta(0)),
    "as long as we think": (None, timedelta(seconds=30)),
    "nonsense": ("soon", timedelta(seconds=30)),
    "before now": (-1, timedelta(seconds=30)),
    "longer than a day": (10**15, timedelta(seconds=30)),
    "a truth": (True, timedelta(seconds=30)),
    "no number": (float("nan"), timedelta(seconds=30)),
}


@pytest.mark.parametrize(("says", "wait"), WAITS.values(), ids=WAITS.keys())
def test_what_is_limited_waits(says: object, wait: timedelta) -> None:
    for found in (
        refusal(429, "M_LIMIT_EXCEEDED", "Too Many Requests", says, creates=True),
        refusal(429, None, "", says, creates=True),
    ):
        assert isinstance(found, NetworkUnavailable)
        assert found.retry_after == wait


@pytest.mark.parametrize(("status", "code"), [(500, "M_UNKNOWN"), (502, None), (None, None), (404, None)])
def test_trouble_of_the_homeservers_own_may_have_come_after_it_was_done(status: int | None, code: str | None) -> None:
    assert isinstance(refusal(status, code, "Internal server error", creates=True), AnswerLost)
    assert isinstance(refusal(status, code, "Internal server error"), NetworkUnavailable)


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (401, "M_UNKNOWN_TOKEN", "token"),
        (401, "M_MISSING_TOKEN", "token"),
        (401, None, "token"),
        (403, "M_USER_DEACTIVATED", "deactivated"),
        (401, "M_USER_LOCKED", "locked"),
        (403, "M_USER_SUSPENDED", "suspended"),
        (403, "M_CONSENT_NOT_GIVEN", "terms"),
        (403, "M_RESOURCE_LIMIT_EXCEEDED", "limit"),
    ],
)
def test_what_an_operator_has_to_see_to_is_not_tried_often(status: int, code: str | None, says: str) -> None:
    found = refusal(status, code, "No", creates=True)
    assert isinstance(found, NetworkUnavailable)
    assert says in str(found)
    assert found.retry_after == timedelta(minutes=15)


REFUSED = {
    "not there": (403, "M_FORBIDDEN", "User @bot:x not in room !a:x", "the bot is not in the room", False),
    "may not write": (
        403,
        "M_FORBIDDEN",
        "You don't have permission to post that to the room. user_level (0) < send_level (50)",
        "the bot's power level in the room is too low to write that there "
        "(You don't have permission to post that to the room. user_level (0) < send_level (50))",
        False,
    ),
    "may not redact": (
        403,
        "M_FORBIDDEN",
        "You don't have permission to redact events",
        "the bot's power level in the room is too low to redact what others wrote",
        False,
    ),
    "may not": (403, "M_FORBIDDEN", "Federation\ndenied", "the homeserver refuses it: Federation denied", False),
    "no event": (404, "M_NOT_FOUND", "Could not find event $x", "it is not there: Could not find event $x", True),
    "no related event": (
        400,
        "M_UNKNOWN",
        "Can't send relation to unknown event",
        "it is not there: Can't send relation to unknown event",
        True,
    ),
    "no parent": (404, "M_UNKNOWN", "Unknown parent event.", "it is not there: Unknown parent event.", True),
    "other": (400, "M_UNKNOWN", "Invalid user_id: x", "the homeserver refuses it: Invalid user_id: x", False),
    "too large": (413, "M_TOO_LARGE", "event too large", "it is larger than the homeserver takes", False),
    "too large for a proxy": (413, None, "", "it is larger than the homeserver takes", False),
    "again": (400, "M_DUPLICATE_ANNOTATION", "twice", "the bot has put that emoji there already", False),
    "a guest": (
        403,
        "M_GUEST_ACCESS_FORBIDDEN",
        "Guest access not allowed",
        "the bot's account is a guest's, and guests may not do that",
        False,
    ),
    "an old one": (
        404,
        "M_UNRECOGNIZED",
        "Unrecognized request",
        "the homeserver does not know how to do that: it may be too old",
        False,
    ),
    "without words": (400, "M_INVALID_PARAM", "", "the homeserver refuses it: M_INVALID_PARAM", False),
}


@pytest.mark.parametrize(("status", "code", "message", "says", "gone"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_says_why(status: int, code: str | None, message: str, says: str, gone: bool) -> None:
    found = refusal(status, code, message, creates=True)
    assert isinstance(found, Refused)
    assert (str(found), found.gone) == (says, gone)


def test_what_is_said_is_not_repeated_without_end() -> None:
    assert len(str(refusal(400, "M_INVALID_PARAM", "x" * 10_000))) < 300


def test_an_error_of_nios_is_read() -> None:
    with pytest.raises(NetworkRefused, match="the bot is not in the room"):
        checked(_answered(403, nio.JoinedMembersError("User @a:b not in room !c:d", "M_FORBIDDEN")), nio.SyncResponse)
    with pytest.raises(NetworkUnavailable):
        checked(nio.SyncError("unknown error"), nio.SyncResponse)


@dataclass
class Answer:
    """What is looked at of an answer of aiohttp's."""

    status: int


def _answered(status: int, error: nio.ErrorResponse) -> nio.ErrorResponse:
    answer: Any = Answer(status)
    error.transport_response = answer
    return error
