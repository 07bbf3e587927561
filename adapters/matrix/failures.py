"""What nio, aiohttp and homeservers answer, as errors of the house: what was surely not done, what may have been, what
never will."""

from __future__ import annotations

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


class TokenRefused(NetworkUnavailable):
    """The bot is not logged in any more; somebody has to do something about it."""


class Limited(NetworkUnavailable):
    """The homeserver is there, and wants to be asked less often."""


_LIMITED_FOR = timedelta(seconds=30)  # where the homeserver does not say how long
_TOKEN_REFUSED_FOR = timedelta(minutes=15)  # the operator has to look


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
    status: int | None, code: str | None, message: str, retry_after_ms: int | None = None, *, creates: bool = False
) -> NetworkError:
    """What the homeserver's own words mean: HTTP's status, Matrix's code and message."""
    if code == LIMITED or status == 429:
        wait = timedelta(milliseconds=retry_after_ms) if retry_after_ms else _LIMITED_FOR
        return Limited("the homeserver limits how often the bot may write", retry_after=wait)
    if code == UNKNOWN_TOKEN or status == 401:
        text = "the homeserver does not take the bot's token"
        return TokenRefused(text, retry_after=_TOKEN_REFUSED_FOR)
    if status is None or status >= 500 or code is None:
        text = f"the homeserver has trouble of its own ({status or 'no status'})"
        return AnswerLost(text) if creates else NetworkUnavailable(text)
    said = " ".join(message.split())[:200]
    return NetworkRefused(f"the homeserver refuses it: {said}", gone=code == NOT_FOUND)
