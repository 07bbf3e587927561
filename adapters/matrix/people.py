"""Accounts, by the names that rooms show."""

from __future__ import annotations

import unicodedata

import nio

from adapters.matrix import refs
from bot.domain.events import Who
from bot.domain.text import one_line, repair

_JOINERS = "\u200c\u200d"  # within words of some scripts, and within emoji


def who_is(room: nio.MatrixRoom, user: str) -> Who:
    """Somebody, by the name that is shown in the room."""
    member = room.users.get(user)
    shown = member.display_name if member is not None else None
    return Who(ref=refs.account(user), name=clean_name(shown or "") or localpart(user))


def localpart(user: str) -> str:
    """What a user's ID begins with, without its sign."""
    return clean_name(user.partition(":")[0].removeprefix("@")) or user


def clean_name(name: str) -> str:
    """A name on one line, without invisible signs that turn the text around it."""
    seen = (each for each in one_line(repair(name)) if unicodedata.category(each) != "Cf" or each in _JOINERS)
    return one_line("".join(seen))
