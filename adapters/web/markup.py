"""What people type, as HTML, and back.

An empty line parts paragraphs, a line end is a line end, `> ` quotes, `*word*` stresses, `` `word` `` is code, three
backticks fence a block of code, and addresses become links. A quote whose first line is `[#12] whoever` quotes
comment 12; the name is for the writer's eyes and not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import takewhile

from bot.domain.html import sanitise
from bot.domain.text import repair

DEEPEST = 6

_FENCE = "```"
_OPENING = re.compile(r"\s*```\s*[\w+#.-]*")
_QUOTED = re.compile(r"\[#(\d{1,18})\][^\n]*")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|(?P<link>https?://[^\s<>\"`]+)"
    r"|(?<![\w*])\*(?P<stress>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
)
_CITE = "tribune:comment/"


def to_html(text: str) -> str:
    """`text` as sanitised HTML; "" where it says nothing."""
    lines = repair(text).replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    return sanitise("".join(_blocks([line.rstrip() for line in lines], 0)))


def _blocks(lines: list[str], depth: int) -> Iterator[str]:
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        taken, html = _block(lines[at:], depth)
        at += taken
        yield html


def _block(lines: list[str], depth: int) -> tuple[int, str]:
    """The block that begins with the first line, and how many lines it takes."""
    if _OPENING.fullmatch(lines[0]):
        return _fenced(lines)
    if _quotes(lines[0], depth):
        inner = list(takewhile(lambda line: _quotes(line, depth), lines))
        return len(inner), _quote([line.lstrip()[1:].removeprefix(" ") for line in inner], depth)
    text = [lines[0], *takewhile(lambda line: _goes_on(line, depth), lines[1:])]
    return len(text), f"<p>{'<br>'.join(_inline(line.strip()) for line in text)}</p>"


def _quotes(line: str, depth: int) -> bool:
    return depth < DEEPEST and line.lstrip().startswith(">")


def _goes_on(line: str, depth: int) -> bool:
    return bool(line.strip()) and not _OPENING.fullmatch(line) and not _quotes(line, depth)


def _fenced(lines: list[str]) -> tuple[int, str]:
    code = list(takewhile(lambda line: line.strip() != _FENCE, lines[1:]))
    text = escape("\n".join(code), quote=False)
    return len(code) + 2, f"<pre><code>{text}</code></pre>"


def _quote(lines: list[str], depth: int) -> str:
    cited = _QUOTED.fullmatch(lines[0])
    inner = "".join(_blocks(lines[1:] if cited else lines, depth + 1))
    cite = f' cite="{_CITE}{int(cited[1])}"' if cited else ""
    return f"<blockquote{cite}>{inner}</blockquote>"


def _inline(line: str) -> str:
    parts: list[str] = []
    at = 0
    for match in _INLINE.finditer(line):
        parts.append(escape(line[at : match.start()], quote=False))
        parts.append(_marked(match))
        at = match.end()
    return "".join(parts) + escape(line[at:], quote=False)


def _marked(match: re.Match[str]) -> str:
    if match["code"] is not None:
        return f"<code>{escape(match['code'], quote=False)}</code>"
    if match["stress"] is not None:
        return f"<em>{_inline(match['stress'])}</em>"
    address = _without_punctuation(match["link"])
    rest = escape(match["link"][len(address) :], quote=False)
    return f'<a href="{escape(address)}">{escape(address, quote=False)}</a>{rest}'


def _without_punctuation(address: str) -> str:
    """An address less what ends the sentence around it; a bracket stays where it was opened in the address."""
    unopened = address.count(")") - address.count("(")
    end = len(address)
    while end and (address[end - 1] in ".,;:!?'*" or (address[end - 1] == ")" and unopened > 0)):
        unopened -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def to_text(html: str, names: Mapping[int, str] | None = None) -> str:
    """What has to be typed to get `html`; `names` are of the authors of quoted comments, by the comment's id."""
    return _Typist(names or {}).read(html)


def quoted(comment_id: int, author: str, html: str) -> str:
    """What the writer of an answer finds typed already: another's comment, quoted without the quotes in it."""
    lines = _Typist({}, quotes=False).read(html).split("\n")
    return "\n".join([f"> [#{comment_id}] {author}", *(f"> {line}".rstrip() for line in lines)]) + "\n\n"


@dataclass(slots=True)
class _Level:
    """The blocks of a quote, or of the whole; `cited` is the line that says who is quoted."""

    cited: str | None = None
    blocks: list[str] = field(default_factory=list)

    def typed(self) -> str:
        """The text of a quote, before it is marked as one; an empty line keeps a first line from citing somebody."""
        text = "\n\n".join(self.blocks)
        if self.cited is not None:
            return f"{self.cited}\n{text}" if text else self.cited
        return f"\n{text}" if _QUOTED.match(text) else text


class _Typist(HTMLParser):
    """Types HTML that `to_html` has made, or that reads like it."""

    def __init__(self, names: Mapping[int, str], *, quotes: bool = True) -> None:
        super().__init__(convert_charrefs=True)
        self._names = names
        self._quotes = quotes
        self._levels = [_Level()]
        self._line = ""
        self._fenced = False

    def read(self, html: str) -> str:
        """The text."""
        self.feed(html)
        self.close()
        self._end_block()
        while len(self._levels) > 1:
            self._end_quote()
        return "\n\n".join(self._levels[0].blocks)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ENDING:
            self._end_block()
        if tag == "blockquote":
            self._levels.append(_Level(cited=self._citation(dict(attrs).get("cite") or "")))
        elif tag == "br":
            self._line += "\n"
        elif tag == "pre":
            self._fenced = True
        elif not self._fenced:
            self._line += _MARKS.get(tag, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote" and len(self._levels) > 1:
            self._end_quote()
        elif tag == "pre":
            self._levels[-1].blocks.append(f"{_FENCE}\n{self._line}\n{_FENCE}")
            self._line, self._fenced = "", False
        elif tag in _ENDING:
            self._end_block()
        elif not self._fenced:
            self._line += _MARKS.get(tag, "")

    def handle_data(self, data: str) -> None:
        self._line += data

    def _end_block(self) -> None:
        if self._line.strip():
            self._levels[-1].blocks.append(self._line.strip("\n"))
        self._line = ""

    def _citation(self, cite: str) -> str | None:
        number = cite.removeprefix(_CITE)
        if not cite.startswith(_CITE) or not (number.isascii() and number.isdecimal()):
            return None
        return f"[#{number}] {self._names.get(int(number), '')}".rstrip()

    def _end_quote(self) -> None:
        self._end_block()
        text = self._levels.pop().typed()
        if self._quotes:
            self._levels[-1].blocks.append("\n".join(f"> {line}".rstrip() for line in text.split("\n")))


_MARKS = {"em": "*", "i": "*", "code": "`"}
_ENDING = {"p", "pre", "blockquote", "li", "h1", "h2", "h3", "h4", "h5", "h6"}
