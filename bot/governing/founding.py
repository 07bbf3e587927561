"""A community that a server makes: its short name, and what it is called."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection

from bot.domain.model import CommunityId, Ref
from bot.domain.text import one_line, repair, shorten
from bot.governing.communities import JOINED, LONGEST_NAME
from bot.office import Act
from bot.ports.stores import Tx

LONGEST_SLUG = 40
_JOINERS = "\u200c\u200d"  # they belong into words of some languages, and into emoji
_USUAL = "server"  # the short name of what has no letters of ours
_OTHERS = re.compile(r"[^a-z0-9]+")


def called(name: str) -> str:
    """A name that a network gave, as it is stored: one line, not too long, without invisible characters that turn
    the text around it; "" where nothing is left."""
    seen = "".join(each for each in one_line(repair(name)) if unicodedata.category(each) != "Cf" or each in _JOINERS)
    return shorten(one_line(seen), LONGEST_NAME)


def slug_of(name: str, taken: Collection[str]) -> str:
    """A short name for addresses that is not taken, made of the letters of `name`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = _OTHERS.sub("-", plain).strip("-")[:LONGEST_SLUG].rstrip("-") or _USUAL
    slug, number = stem, 1
    while slug in taken:
        number += 1
        end = f"-{number}"
        slug = stem[: LONGEST_SLUG - len(end)].rstrip("-") + end
    return slug


async def found(act: Act, server: Ref, name: str) -> CommunityId:
    """Make a server a community of its own."""
    name = name or server.rpartition("/")[2]
    slug = slug_of(name, await _taken(act.tx))
    return await act.tx.places.put_community(slug, name, default=False)


async def _taken(tx: Tx) -> set[str]:
    """Short names that are in use, or stand for a community that was joined into another."""
    joined = json.loads(await tx.settings.get(JOINED) or "{}")
    return {each.slug for each in await tx.places.communities()} | set(joined)
