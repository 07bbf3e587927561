"""What somebody typed in a Discord message, as HTML.

HTML has no curtain for a few words: the bars of a `||spoiler||` stay in the text, and `spoils` tells that there is
one, so that the whole comment can stand behind its author's curtain. The language of a block of code is not kept.
Discord shows a quote in a quote as a sign; here it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from adapters.discord.markup.inline import Names, read_line, read_paragraphs
from bot.domain.text import one_line, repair

DEEPEST = 6
"""Quotes in one another, and lists."""

_FENCE = "```"
_FENCED = re.compile(r"(?<!\\)```")
_LANGUAGE = re.compile(r"[\w+#.-]*\n(?=\s*\S)")
_QUOTED = re.compile(r" *> (.*)")
_QUOTED_ON = re.compile(r" *>(?: (.*)|)")
_QUOTED_REST = re.compile(r" *>>> ")
_HEADING = re.compile(r" *(#{1,3}) +(\S.*)")
_SMALL = re.compile(r" *-# +(\S.*)")
_ITEM = re.compile(r"( *)([-*]|\d{1,9}\.) +(\S.*)")
_VEILED = re.compile(r"\\[^0-9A-Za-z\s]|```.*?```|`[^`]+`|(?P<bars>\|\|)", re.DOTALL)


def to_html(content: str, names: Names | None = None) -> str:
    """`content` as well-formed HTML, still to be sanitised; "" where it says nothing."""
    text = repair(content).replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return "".join(_Blocks(text, names or Names(), 0).read())


def spoils(content: str) -> bool:
    """Whether something in `content` stands behind bars (`||…||`). In doubt it does."""
    for match in _VEILED.finditer(content):
        if match["bars"]:
            return content.find("||", match.end() + 1) >= 0
    return False


def with_attachments(html: str, names: Iterable[str]) -> str:
    """`html` and below it the names of the attachments, each on a line; their addresses expire and are no use."""
    lines = (f"<p>[{escape(one_line(repair(name)), quote=False)}]</p>" for name in names)
    return "".join([html, *lines])


@dataclass(slots=True)
class _Item:
    """A line of a list, with the lines that go on with it."""

    indent: int
    marker: str
    lines: list[str]

    @property
    def tag(self) -> str:
        return "ul" if self.marker in "-*" else "ol"

    @property
    def opening(self) -> str:
        number = 1 if self.tag == "ul" else int(self.marker[:-1])
        return f"<{self.tag}>" if number == 1 else f'<ol start="{number}">'


@dataclass(slots=True)
class _Blocks:
    """Takes a text apart, line after line."""

    text: str
    names: Names
    depth: int
    at: int = 0
    loose: list[str] = field(default_factory=list)  # lines of running text that are still to be said

    def read(self) -> Iterator[str]:
        """The HTML of one block after another."""
        while self.at < len(self.text):
            line = self._line()
            html = self._quote(line) or self._fenced(line) or self._block(line)
            if html is not None:
                yield html
            else:
                self.loose.append(line)
                self.at += len(line) + 1
        yield self._said()

    def _line(self) -> str:
        end = self.text.find("\n", self.at)
        return self.text[self.at : end if end >= 0 else len(self.text)]

    def _said(self) -> str:
        """The running text so far."""
        text = "\n".join(self.loose).strip()
        self.loose.clear()
        return read_paragraphs(text, self.names) if text else ""

    def _quote(self, line: str) -> str | None:
        if self.depth >= DEEPEST:
            return None
        if rest := _QUOTED_REST.match(line):
            inner = self.text[self.at + rest.end() :]
            self.at = len(self.text)
        elif _QUOTED.fullmatch(line):
            inner = "\n".join(self._quoted_lines())
        else:
            return None
        html = "".join(_Blocks(inner, self.names, self.depth + 1).read())
        return self._said() + (f"<blockquote>{html}</blockquote>" if html else "")

    def _quoted_lines(self) -> Iterator[str]:
        while self.at < len(self.text) and (match := _QUOTED_ON.fullmatch(line := self._line())):
            if _QUOTED_REST.match(line):
                return
            yield match[1] or ""
            self.at += len(line) + 1

    def _fenced(self, line: str) -> str | None:
        span = self._span(line)
        if span is None:
            return None
        start, end = span
        self.loose.append(line[: start - len(_FENCE) - self.at])
        code = self.text[start:end]
        language = _LANGUAGE.match(code)
        code = code[language.end() if language else 0 :].strip("\n")
        self.at = end + len(_FENCE)
        if self.text.startswith("\n", self.at):
            self.at += 1
        return f"{self._said()}<pre><code>{escape(code, quote=False)}</code></pre>"

    def _span(self, line: str) -> tuple[int, int] | None:
        """Where the code begins and ends whose fence is in `line`; None where there is none, or nothing in it."""
        opening = _FENCED.search(line)
        if opening is None:
            return None
        start = self.at + opening.end()
        end = self.text.find(_FENCE, start)
        return (start, end) if end >= 0 and self.text[start:end].strip() else None

    def _block(self, line: str) -> str | None:
        if _ITEM.fullmatch(line):
            items = list(self._items())
            return self._said() + self._list(items)
        if match := _HEADING.fullmatch(line):
            html = f"<h{len(match[1])}>{read_line(match[2], self.names)}</h{len(match[1])}>"
        elif match := _SMALL.fullmatch(line):
            html = f"<p><small>{read_line(match[1], self.names)}</small></p>"
        else:
            return None
        self.at += len(line) + 1
        return self._said() + html

    def _items(self) -> Iterator[_Item]:
        item: _Item | None = None
        while self.at < len(self.text):
            line = self._line()
            begins = _ITEM.fullmatch(line)
            if not (begins or (item and line.startswith("  ") and line.strip())) or self._span(line):
                break
            if begins:
                if item:
                    yield item
                item = _Item(len(begins[1]), begins[2], [begins[3]])
            elif item:
                item.lines.append(line.strip())
            self.at += len(line) + 1
        if item:
            yield item

    def _list(self, items: list[_Item]) -> str:
        parts: list[str] = []
        levels: list[_Item] = []
        for item in items:
            while len(levels) > 1 and item.indent < levels[-1].indent and item.indent <= levels[-2].indent + 1:
                parts.append(f"</li></{levels.pop().tag}>")
            if not levels or (item.indent > levels[-1].indent + 1 and len(levels) < DEEPEST):
                parts.append(item.opening)
                levels.append(item)
            elif item.tag != levels[-1].tag:
                parts.append(f"</li></{levels[-1].tag}>{item.opening}")
                levels[-1] = item
            else:
                parts.append("</li>")
            parts.append(f"<li>{read_line(chr(10).join(item.lines), self.names)}")
        return "".join([*parts, *(f"</li></{level.tag}>" for level in reversed(levels))])
