"""Which messages ask the bot for something, and for what: typed after the prefix, or beginning with its name."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from adapters.matrix.events import Relation, relation_of
from bot.domain.html import plain_text

_QUOTED = re.compile(r"(?:>[^\n]*(?:\n|$))+\n?")
_REPLY = re.compile(r"\s*<mx-reply>.*?</mx-reply>", re.DOTALL | re.IGNORECASE)
_PILL = re.compile(
    r"\s*(?:<p>\s*)?<a\s[^>]*?href=[\"']https://matrix\.to/#/([^\"'/?]{1,300})[^\"']*[\"'][^>]*>([^<]*)</a>",
    re.IGNORECASE,
)

_LONGEST = 4_000  # characters of a formatted command; what is longer is read as plain text

Content = Mapping[str, Any]


def addressed(read: Callable[[str], str | None], content: Content, me: str, name: str | None) -> str | None:
    """The line that a message asks the bot for, without what it is addressed with; None where it is not for the bot.

    `read` reads a line after the prefix, `me` is the bot, `name` what the room calls it. Whoever writes in a thread
    or answers something talks about the bot, not to it, where its name does not come first.
    """
    hangs = relation_of({"content": content})
    if hangs.replaces is not None:
        return None
    words = _own_words(content, answers=hangs.reply_to is not None)
    line = read(words)
    if line is not None:
        return line
    return _called(content, words, me, name, among_others=hangs != Relation())


def _own_words(content: Content, *, answers: bool) -> str:
    """The text without the quote that old clients put before an answer."""
    body = content.get("body")
    text = body if isinstance(body, str) else ""
    quoted = _QUOTED.match(text) if answers else None
    return text[quoted.end() :].strip() if quoted else text.strip()


def _called(content: Content, words: str, me: str, name: str | None, *, among_others: bool) -> str | None:
    pill = _pill(content, me)
    if pill is None and me not in _mentioned(content):
        return None
    names = _names(me, name, pill[0] if pill else None)
    rest = _after(words, names)
    if rest is not None:
        return rest
    if pill is not None:
        return pill[1].lstrip(",: ").strip()
    return None if among_others else _without(words, names)


def _pill(content: Content, me: str) -> tuple[str, str] | None:
    """What the bot is called by a link to it at the beginning of a message, and the text that follows."""
    formatted = content.get("formatted_body")
    if not isinstance(formatted, str):
        return None
    quote = _REPLY.match(formatted)  # it stands first, and to look for it everywhere would take long
    own = (formatted[quote.end() :] if quote is not None else formatted)[:_LONGEST]
    found = _PILL.match(own)
    if found is None or unquote(html.unescape(found[1])) != me:
        return None
    return html.unescape(found[2]), plain_text(own[found.end() :])


def _mentioned(content: Content) -> Iterable[object]:
    mentions = content.get("m.mentions")
    users = mentions.get("user_ids") if isinstance(mentions, Mapping) else None
    return users if isinstance(users, list) else ()


def _names(me: str, *others: str | None) -> list[str]:
    """What the bot can be called, the longest first: a shorter one may be its beginning."""
    known = {me, me.partition(":")[0], me.partition(":")[0].removeprefix("@"), *(each for each in others if each)}
    return sorted({*known, *(f"@{each}" for each in known if not each.startswith("@"))}, key=len, reverse=True)


def _after(words: str, names: Iterable[str]) -> str | None:
    """What stands after one of the names at the beginning, where one stands there as a word of its own."""
    for name in names:
        rest = words[len(name) :]
        if words[: len(name)].casefold() == name.casefold() and (not rest or rest[0].isspace() or rest[0] in ",:"):
            return rest.lstrip(",:").strip()
    return None


def _without(words: str, names: Iterable[str]) -> str:
    """The words without the first of the names that stands in them."""
    for name in names:
        at = words.casefold().find(name.casefold())
        if at >= 0:
            return " ".join(f"{words[:at].rstrip(' ,:')} {words[at + len(name) :].lstrip(' ,:')}".split())
    return words
