"""Accounts, by the names that Discord shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import discord

from adapters.discord import refs
from bot.domain.events import Who
from bot.domain.text import one_line, repair

_JOINERS = "\u200c\u200d"  # within words of some scripts, and within emoji


def who_is(user: discord.abc.User) -> Who:
    """Somebody, by the name that is shown in the server."""
    return Who(ref=refs.account(user.id), name=clean_name(user.display_name) or str(user.id), bot=user.bot)


def named(user: Mapping[str, Any]) -> Who:
    """Somebody as a list names them."""
    name = clean_name(user.get("global_name") or user["username"])
    number = int(user["id"])
    return Who(ref=refs.account(number), name=name or str(number), bot=bool(user.get("bot", False)))


def unnamed(user: int) -> Who:
    """Somebody of whom Discord says nothing but the number."""
    return Who(ref=refs.account(user), name=str(user))


def clean_name(name: str) -> str:
    """A name on one line, without invisible signs that turn the text around it."""
    seen = (each for each in one_line(repair(name)) if unicodedata.category(each) != "Cf" or each in _JOINERS)
    return one_line("".join(seen))
