"""Repairs of a document's text that let it be read as XML."""

from __future__ import annotations

import re
from html.entities import html5

from bot.domain.text import repair
from feeds.cut import without_doctype

_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE = re.compile(r"&(?!(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9._-]{0,40});)")
_REFERENCE = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_LEADING = "\ufeff\u200b \t\r\n"


def tidy(text: str) -> str:
    """`text` without what stands before its first tag, without document type, its characters repaired."""
    text = repair(text).lstrip(_LEADING)
    if not text.startswith("<") and (start := text.find("<?xml", 0, 2000)) > 0:
        text = text[start:]
    return _without_forbidden_references(without_doctype(text))


def mend(text: str) -> str:
    """`text` with the entities of HTML as characters and its bare ampersands escaped, outside of CDATA."""
    parts = _CDATA.split(text)
    for index in range(0, len(parts), 2):
        parts[index] = _BARE.sub("&amp;", _NAMED.sub(_character, parts[index]))
    return "".join(parts)


def _character(match: re.Match[str]) -> str:
    if match[1] in _XML_NAMES:
        return match[0]
    return html5.get(match[1] + ";", f"&amp;{match[1]};").replace("<", "&lt;")


def _without_forbidden_references(text: str) -> str:
    if "&#" not in text:
        return text
    return _REFERENCE.sub(lambda match: match[0] if _allowed(match) else "", text)


def _allowed(match: re.Match[str]) -> bool:
    code = int(match[1]) if match[1] else int(match[2], 16)
    return code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
