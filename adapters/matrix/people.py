"""Accounts, by the names that members see in a room."""

from __future__ import annotations

import re
import unicodedata

import nio

from adapters.matrix import refs
from bot.domain.events import Who
from bot.domain.text import one_line, repair, shorten

_JOINERS = "\u200c\u200d"  # within words of some scripts, and within emoji
_LIKE_ACCOUNT = re.compile(r"@[^\s:]+:[^\s:]")
_LONGEST = 100  # homeservers take a quarter of a thousand


def who_is(room: nio.MatrixRoom, user: str) -> Who:
    """Somebody, by the name that is shown in the room."""
    return Who(ref=refs.account(user), name=name_in(room, user))


def name_in(room: nio.MatrixRoom, user: str) -> str:
    """How a room calls somebody: with the account beside the name where the name could be taken for somebody else's,
    by the account alone where they have none."""
    known = room.users.get(user)
    shown = known.display_name if known is not None and isinstance(known.display_name, str) else ""
    name, account = clean_name(shown), clean_name(user)
    if not name:
        return account
    own = name == shown and len(room.names.get(shown, ())) < 2 and not _LIKE_ACCOUNT.search(name)
    return name if own or name == account else f"{name} ({account})"


def clean_name(name: str) -> str:
    """A name on one line and not too long, without invisible signs that turn the text around it."""
    seen = (each for each in one_line(repair(name)) if unicodedata.category(each) != "Cf" or each in _JOINERS)
    return shorten(one_line("".join(seen)), _LONGEST)
