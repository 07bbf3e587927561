"""What nio, aiohttp and homeservers answer, as errors of the house: what was surely not done, what may have been, what
never will."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

import aiohttp
import nio

from bot.errors import AnswerLost, NetworkError, NetworkRefused, NetworkUnavailable

Answered = TypeVar("Answered", bound=nio.Response)

LIMITED = "M_LIMIT_EXCEEDED"
UNKNOWN_TOKEN = "M_UNKNOWN_TOKEN"
FORBIDDEN = "M_FORBIDDEN"
NOT_FOUND = "M_NOT_FOUND"
TOO_LARGE = "M_TOO_LARGE"
DUPLICATE = "M_DUPLICATE_ANNOTATION"
UNKNOWN = "M_UNKNOWN"

_REFUSED = {
    TOO_LARGE: "it is larger than the homeserver takes",
    DUPLICATE: "the bot has put that emoji there already",
    "M_BAD_STATE": "the room does not allow it as things are: {said}",
    "M_GUEST_ACCESS_FORBIDDEN": "the bot's account is a guest's, and guests may not do that",
    "M_INCOMPATIBLE_ROOM_VERSION": "the homeserver does not know the version of the room",
    "M_UNSUPPORTED_ROOM_VERSION": "the homeserver does not know the version of the room",
    "M_UNRECOGNIZED": "the homeserver does not know how to do that: it may be too old",
    "M_ROOM_IN_USE": "there is such a room already",
    "M_EXCLUSIVE": "the homeserver keeps that name for somebody else",
}
NOT_THERE = "the bot is not in the room"
_BY_WORDS = (
    (FORBIDDEN, re.compile("not in room", re.IGNORECASE), NOT_THERE),
    (
        FORBIDDEN,
        re.compile("permission to redact", re.IGNORECASE),
        "the bot's power level in the room is too low to redact what others wrote",
    ),
    (
        FORBIDDEN,
        re.compile("permission to post", re.IGNORECASE),
        "the bot's power level in the room is too low to write that there ({said})",
    ),
)
_GONE = re.compile("unknown event|unknown parent event", re.IGNORECASE)  # there is no code for it
_LATER = {
    "M_USER_DEACTIVATED": "the bot's account on the homeserver is deactivated",
    "M_USER_LOCKED": "the bot's account on the homeserver is locked",
    "M_USER_SUSPENDED": "the bot's account on the homeserver is suspended",
    "M_CONSENT_NOT_GIVEN": "the homeserver wants its terms to be accepted for the bot's account",
    "M_RESOURCE_LIMIT_EXCEEDED": "the homeserver has reached a limit of its own",
}


class TokenRefused(NetworkUnavailable):
    """The bot is not logged in any more; somebody has to do something about it."""


class Limited(NetworkUnavailable):
    """The homeserver is there, and wants to be asked less often."""


_LIMITED_FOR = timedelta(seconds=30)  # where the homeserver does not say how long
_OPERATOR_LOOKS = timedelta(minutes=15)  # nothing will change before
_LONGEST_WAIT = timedelta(days=1)
_SESSION_CLOSED = "Session is closed"  # aiohttp's own words: it has no class for it


class Refused(NetworkRefused):
    """`code` is the homeserver's own, such as "M_FORBIDDEN"."""

    def __init__(self, message: str, *, code: str, gone: bool = False) -> None:
        super().__init__(message, gone=gone)
        self.code = code


@contextmanager
def translated(*, creates: bool = False) -> Iterator[None]:
    """Calls to the homeserver stand within. `creates` says that they make something that would be there twice if they
    were made again without a key: where their answer is lost, `AnswerLost` is raised, else `NetworkUnavailable`."""
    try:
        yield
    except aiohttp.ClientConnectorError as error:
        raise NetworkUnavailable("the homeserver cannot be reached") from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        if creates:
            raise AnswerLost("the homeserver's answer was lost") from error
        raise NetworkUnavailable("the homeserver does not answer") from error
    except RuntimeError as error:
        if str(error) != _SESSION_CLOSED:
            raise
        raise NetworkUnavailable("the connection to the homeserver is being closed") from error


def checked(answer: object, kind: type[Answered], *, creates: bool = False) -> Answered:
    """An answer of nio's that has to be of this kind. Raises NetworkError."""
    if isinstance(answer, kind):
        return answer
    raise network_error(answer, creates=creates)


def network_error(answer: object, *, creates: bool = False) -> NetworkError:
    """What an error answer of nio's means."""
    if not isinstance(answer, nio.ErrorResponse):
        raise TypeError(f"{answer!r} is no answer of nio's")
    response = answer.transport_response
    status = getattr(response, "status", None)
    return refusal(status, answer.status_code, answer.message, answer.retry_after_ms, creates=creates)


def refusal(
    status: int | None, code: str | None, message: str, retry_after_ms: object = None, *, creates: bool = False
) -> NetworkError:
    """What the homeserver's own words mean: HTTP's status, Matrix's code and message."""
    if code == LIMITED or status == 429:
        wait = asked_to_wait(retry_after_ms)
        return Limited("the homeserver limits how often the bot may write", retry_after=wait)
    if code in _LATER:
        return NetworkUnavailable(_LATER[code], retry_after=_OPERATOR_LOOKS)
    if code == UNKNOWN_TOKEN or status == 401:
        text = "the homeserver does not take the bot's token"
        return TokenRefused(text, retry_after=_OPERATOR_LOOKS)
    if status == 413:
        code = TOO_LARGE  # what stands before the homeserver says it without a code
    if status is not None and status < 400:
        return unclear("the homeserver's answer cannot be read", creates=creates)
    if status is None or status >= 500 or code is None:
        return unclear(f"the homeserver has trouble of its own ({status or 'no status'})", creates=creates)
    return _refused(code, " ".join(message.split())[:200])


def unclear(text: str, *, creates: bool) -> NetworkError:
    """There was an answer, and nobody knows what was done."""
    return AnswerLost(text) if creates else NetworkUnavailable(text)


def asked_to_wait(milliseconds: object) -> timedelta:
    """How long the homeserver says that it wants to be left alone, where that makes sense."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return _LIMITED_FOR
    if not 0 <= milliseconds <= _LONGEST_WAIT / timedelta(milliseconds=1):
        return _LIMITED_FOR
    return timedelta(milliseconds=milliseconds)


def _refused(code: str, said: str) -> NetworkRefused:
    gone = code == NOT_FOUND or (code == UNKNOWN and _GONE.search(said) is not None)
    if gone:
        return Refused(f"it is not there: {said}", code=code, gone=True)
    for meant, words, text in _BY_WORDS:
        if code == meant and words.search(said):
            return Refused(text.format(said=said), code=code)
    text = _REFUSED.get(code, "the homeserver refuses it: {said}")
    return Refused(text.format(said=said or code), code=code)
