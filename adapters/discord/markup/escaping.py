"""Plain text that Discord shows as it is.

A backslash takes a sign's meaning away where Discord reads markdown: in messages, descriptions and fields of embeds. In
names of threads and in the words of a masked link it would show. It does not keep Discord's servers from seeing
`@everyone` or `<@1>`: those are broken up, so that they are harmless whatever is allowed to ping.
"""

from __future__ import annotations

import re

from bot.domain.text import one_line, repair

GAP = "\u200b"
"""A space without width: shows nothing, and keeps apart what would mean something together."""

_SIGNS = re.compile(
    r"(?P<call>@(?=everyone|here))"
    r"|[\\*_~|`<\[]"
    r"|(?<=<)[@#&]"
    r"|:(?=//)|:(?=[\w~+-]{1,50}:)"  # addresses; emoji by their names
    r"|(?<=discord\.gg)/|(?<=discord\.com)/(?=invite/)|(?<=discordapp\.com)/(?=invite/)",  # they need no scheme
    re.IGNORECASE,
)
_LINE_START = re.compile(r"(?m)^([^\S\n]*)([#>-]|\d+(?=\.(?:\s|$)))")
_TOKENS = re.compile(r"(?<=@)(?=everyone|here)|(?<=<)(?=[@#])", re.IGNORECASE)


def escape(text: str) -> str:
    """`text`, which may have several lines, as Discord's markdown that shows just that: no stress, links, mentions."""
    return escape_within("\n".join(repair(text).splitlines()), starts=True)


def escape_line(text: str) -> str:
    """As `escape`, on one line."""
    return escape_within(one_line(repair(text)), starts=True)


def escape_within(text: str, *, starts: bool) -> str:
    """As `escape`, of a part of a text; `starts` is whether it is the beginning of a line."""
    signed = _SIGNS.sub(_harmless, text)
    if starts:
        return _LINE_START.sub(_not_a_block, signed)
    first, end, rest = signed.partition("\n")
    return first + end + _LINE_START.sub(_not_a_block, rest)


def broken_up(text: str) -> str:
    """`text` for where no backslash works (code): what would be a mention is kept apart."""
    return _TOKENS.sub(GAP, text)


def _harmless(match: re.Match[str]) -> str:
    if match["call"]:
        sign = "\\@" if match.string[match.start() - 1 : match.start()] == "<" else "@"
        return sign + GAP
    return "\\" + match[0]


def _not_a_block(match: re.Match[str]) -> str:
    if match[2].isdecimal():
        return f"{match[1]}{match[2]}\\"
    return f"{match[1]}\\{match[2]}"
