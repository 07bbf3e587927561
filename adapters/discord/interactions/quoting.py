"""How a quote and the words below it stand in a message that the bot posts for somebody, and how it is read back.

> The words that are quoted
**Somebody** [↪](https://discord.com/channels/<server>/<channel>/<message>)
What somebody says to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.discord import refs
from adapters.discord.markup import escape_line
from bot.domain.model import Ref

LONGEST_QUOTE = 300
LONGEST_MESSAGE = 2000
_NAMELESS = "–"

_WRITTEN = re.compile(
    r"(?P<quote>(?:> [^\n]*\n)*)"
    r"\*\*(?P<name>[^\n]+)\*\* \[↪\]\(https://discord\.com/channels/\d{1,20}/(?P<channel>\d{1,20})/(?P<message>\d{1,20})\)\n"
    r"(?P<words>.+)",
    re.DOTALL,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quoted:
    """A quote and the words below it, both as Discord's markdown; `message` is what is quoted."""

    quote: str  # without the signs before its lines
    words: str
    message: Ref

    @property
    def markdown(self) -> str:
        """What somebody would have typed: the quote, and below it the words."""
        return f"{as_quote(self.quote)}{self.words}"


def as_quote(text: str) -> str:
    """Each line of a text after the sign of a quote; nothing where there is no text."""
    return "".join(f"> {line}\n" for line in text.splitlines())


def excerpt(text: str) -> str:
    """The beginning of a message, to be quoted."""
    lines = "\n".join(line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(">"))
    return lines if len(lines) <= LONGEST_QUOTE else f"{lines[:LONGEST_QUOTE].rstrip()}…"


def parted(typed: str) -> tuple[str, str]:
    """The quote and the words of what somebody typed below a quote, which may have been changed or taken away."""
    lines = typed.strip().splitlines()
    quoted = 0
    while quoted < len(lines) and lines[quoted].startswith(">"):
        quoted += 1
    quote = "\n".join(line[1:].removeprefix(" ") for line in lines[:quoted])
    return quote.strip(), "\n".join(lines[quoted:]).strip()


def written(quoted: Quoted, *, name: str, server: int) -> str:
    """The message that the bot posts for somebody."""
    at = refs.message_id(quoted.message)
    link = f"https://discord.com/channels/{server}/{at.channel}/{at.message}"
    return f"{as_quote(quoted.quote)}**{escape_line(name) or _NAMELESS}** [↪]({link})\n{quoted.words}"


def read_back(content: str) -> Quoted | None:
    """What such a message says; None where it is another one."""
    found = _WRITTEN.fullmatch(content)
    if found is None:
        return None
    quote = "\n".join(line.removeprefix("> ") for line in found["quote"].splitlines())
    message = refs.message(int(found["channel"]), int(found["message"]))
    return Quoted(quote=quote, words=found["words"], message=message)
