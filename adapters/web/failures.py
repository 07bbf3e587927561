"""What goes wrong while a page is asked for, and how it is told: in the reader's language, or as JSON."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.web.render import VISIT, plainly
from adapters.web.site import SITE
from bot.errors import RequestError, StorageError

log = structlog.get_logger("tribune.web")

TEXTS = {
    400: ("This request makes no sense", "Something about it is not as this page sends it."),
    403: ("This is not allowed", "You may not do this here."),
    404: ("There is nothing here", "The page was moved or removed, or the address has a mistake in it."),
    405: ("This cannot be done here", "The address is right, but not for this."),
    413: ("This is too large", "Please send less at once."),
    415: ("This cannot be read", "The form was sent in a way that this page does not understand."),
    422: ("That did not work", "Please go back and try again."),
    429: ("Please slow down", "That was a lot in a short time. Wait a little, then try again."),
    500: ("Something broke", "The mistake is ours. It has been written down, please try again later."),
    503: ("Not available at the moment", "Please try again in a minute."),
}
"""Headline and text for each status that people meet."""

NAMES = {
    400: "bad-request",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported",
    422: "refused",
    429: "too-many-requests",
    503: "unavailable",
}


class Refusal(RequestError):
    """A request that is answered with a status of its own."""

    def __init__(
        self,
        status: int,
        message: str | None = None,
        *,
        retry_after: timedelta | None = None,
        **values: str | int | datetime,
    ) -> None:
        super().__init__(message or TEXTS[status][1], **values)
        self.status = status
        self.retry_after = retry_after


def not_found() -> Refusal:
    """There is no such page, or it is not for this reader: the two look the same."""
    return Refusal(404)


def wants_json(request: web.Request) -> bool:
    """Whether a program asks."""
    return "/api/" in request.path or "application/json" in request.headers.get("Accept", "")


@web.middleware
async def failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns whatever a handler raises into an answer; what is a bug of ours is logged with its traceback."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return _answer(request, refusal.status, refusal, refusal.retry_after)
    except RequestError as refused:
        return _answer(request, 422, refused)
    except web.HTTPException as answer:
        return _told(request, answer)
    except StorageError as failed:
        log.error("page not served", method=request.method, path=request.path, exc_info=failed)
        return _answer(request, 503)
    except (ConnectionResetError, asyncio.CancelledError):
        raise
    except Exception:
        log.exception("page broken", method=request.method, path=request.path)
        return _answer(request, 500)


def _told(request: web.Request, answer: web.HTTPException) -> web.StreamResponse:
    if isinstance(answer, web.HTTPRedirection):
        return web.Response(status=answer.status, headers={"Location": answer.headers["Location"]})
    response = _answer(request, answer.status)
    if "Allow" in answer.headers:
        response.headers["Allow"] = answer.headers["Allow"]
    return response


def _answer(
    request: web.Request, status: int, why: RequestError | None = None, retry_after: timedelta | None = None
) -> web.Response:
    headline, text = TEXTS.get(status, TEXTS[400])
    key, values = (why.key, why.values) if why is not None else (text, {})
    response = _json(request, status, key, values) if wants_json(request) else None
    if response is None:
        response = request.app[SITE].renderer.page(
            request, "error.html", status=status, headline=headline, message=key, values=values
        )
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, math.ceil(retry_after.total_seconds())))
    return response


def _json(request: web.Request, status: int, key: str, values: Mapping[str, str | int | datetime]) -> web.Response:
    t = request.app[SITE].renderer.translator(request.get(VISIT), None)
    body = {"error": NAMES.get(status, "failed" if status >= 500 else "refused"), "message": plainly(t, key, values)}
    return web.json_response(body, status=status)
