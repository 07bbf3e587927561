"""What the query of an address asks for."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from bot.ports.pages import ArticleSort

ARTICLES_A_PAGE = 25
COMMENTS_A_PAGE = 50

PERIODS: dict[str, timedelta | None] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
    "all": None,
}
"""How far back `top` looks."""

_FURTHEST = 100_000

Choice = TypeVar("Choice", bound=StrEnum)


def choice(request: web.Request, choices: type[Choice], otherwise: Choice) -> Choice:
    """The order that is asked for; `otherwise` where none is, or one that there is not."""
    asked = request.query.get("sort", "")
    return choices(asked) if asked in set(choices) else otherwise


def page_number(request: web.Request) -> int:
    """The page that is asked for, 1 where that is no number."""
    asked = request.query.get("page", "1")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        return 1
    return min(max(1, int(asked)), _FURTHEST)


def period(request: web.Request) -> str:
    """How far back `top` looks: a key of `PERIODS`."""
    asked = request.query.get("period", "")
    return asked if asked in PERIODS else "week"


def span(name: str, sort: ArticleSort) -> timedelta | None:
    """The time that a list is bounded to, None for all."""
    return PERIODS[name] if sort is ArticleSort.TOP else None


def number(request: web.Request, name: str) -> int:
    """A number in the path, as the route's pattern has made sure."""
    return int(request.match_info[name])
