"""The blocks of sanitised HTML, with what stands before their lines in Discord's markdown."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import count, groupby

from adapters.discord.markup.runs import Link, Run

DEEPEST = 5
"""Quotes in one another, and lists; what is deeper stands at that depth."""

_STYLES = {
    **dict.fromkeys(("strong", "b", "h4", "h5", "h6"), "strong"),
    **dict.fromkeys(("em", "i", "cite", "var"), "em"),
    **dict.fromkeys(("u", "ins"), "under"),
    **dict.fromkeys(("s", "del"), "strike"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
}
_HEADINGS = {"h1": "# ", "h2": "## ", "h3": "### "}
_BLOCKS = frozenset(
    "p div dd dl dt figure figcaption hr li ul ol blockquote pre h1 h2 h3 h4 h5 h6 "
    "table caption thead tbody tfoot tr".split()
)
_ROWS = frozenset("table caption thead tbody tfoot tr".split())
_SPACES = re.compile(r"\s+")


@dataclass(slots=True)
class Block:
    """A paragraph, a heading, the words of a list's item, a row of a table, or a block of code.

    `quotes` are the numbers of the quotes around it, `whole` that of its list or table (0 for none); `first` and `rest`
    stand before its lines, behind the signs of the quotes.
    """

    code: bool
    quotes: tuple[int, ...]
    whole: int
    first: str
    rest: str
    runs: list[Run]

    @property
    def size(self) -> int:
        """Characters of text."""
        return sum(len(run.text) for run in self.runs)


def blocks(html: str) -> list[Block]:
    """The blocks of HTML that `sanitise` returned, none without text."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    parser.end_block()
    return parser.blocks


@dataclass(slots=True)
class _List:
    """A list that is being read; `marker` is still to be set before its item's first words."""

    indent: str
    number: int | None  # of the next item; None where the items are not counted
    marker: str = ""
    width: int = 2


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._runs: list[Run] = []
        self._styles: Counter[str] = Counter()
        self._links: list[Link] = []
        self._quotes: list[int] = []
        self._lists: list[_List] = []
        self._tables = 0
        self._whole = 0
        self._heading = ""
        self._code = 0
        self._numbers = count(1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._part(tag)
        if style := _STYLES.get(tag):
            self._styles[style] += 1
        if tag == "a":
            self._links.append(Link(dict(attrs).get("href") or "", next(self._numbers)))
        elif tag == "br":
            self._break()
        elif tag in {"td", "th"} and any(run.text.strip() for run in self._runs):
            self._add(" | ")
        elif tag in _HEADINGS:
            self._begin_heading(tag)
        else:
            self._begin(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._part(tag)
        style = _STYLES.get(tag) or ("strong" if tag in _HEADINGS and not self._heading else None)
        if style:
            self._styles[style] -= 1
        if tag == "a" and self._links:
            self._links.pop()
        elif tag in _HEADINGS:
            self._heading = ""
        else:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if self._code and self._tight:
            self._code_lines(data)
        elif self._code:
            self._add(data)
        else:
            text = _SPACES.sub(" ", data)
            blank = not self._runs or self._runs[-1].text[-1:].isspace()
            self._styled(text.lstrip() if blank else text)

    def end_block(self) -> None:
        """What was read since the last block is one."""
        runs, self._runs = self._runs, []
        if not any(run.text.strip() for run in runs):
            return
        first, rest = self._before()
        code = bool(self._code) and not self._tight
        self.blocks.append(Block(code, tuple(self._quotes[:DEEPEST]), self._whole, first, rest, _joined(runs)))

    @property
    def _tight(self) -> bool:
        """Whether the block is one of lines that stand close, where no block of code can."""
        return bool(self._lists or self._tables or self._heading)

    def _before(self) -> tuple[str, str]:
        if not self._lists:
            return self._heading, ""
        around = self._lists[-1]
        marker, around.marker = around.marker, ""
        around.width = len(marker) or around.width
        rest = around.indent + " " * around.width
        return (around.indent + marker if marker else rest), rest

    def _part(self, tag: str) -> None:
        """Parts two blocks; within a row they are parted by a space."""
        if self._tables and tag not in _ROWS:
            self._blank()
        else:
            self.end_block()

    def _begin(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "pre":
            self._code += 1
            self._styles["code"] += self._tight
        elif tag == "table":
            self._tables += 1
            self._whole = self._whole or next(self._numbers)
        elif self._tables:
            return
        elif tag == "blockquote" and not self._lists:
            self._quotes.append(next(self._numbers))
        elif tag in {"ul", "ol"}:
            self._begin_list(_number(attributes.get("start")) if tag == "ol" else None)
        elif tag == "li" and self._lists:
            self._begin_item(self._lists[-1])

    def _end(self, tag: str) -> None:
        if tag == "pre" and self._code:
            self._code -= 1
            self._styles["code"] -= self._tight
        elif tag == "table" and self._tables:
            self._tables -= 1
            self._whole = self._whole if self._tables or self._lists else 0
        elif self._tables:
            return
        elif tag == "blockquote" and self._quotes and not self._lists:
            self._quotes.pop()
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._whole = self._whole if self._lists else 0

    def _begin_heading(self, tag: str) -> None:
        if self._tight:
            self._styles["strong"] += 1
        else:
            self._heading = _HEADINGS[tag]

    def _begin_list(self, number: int | None) -> None:
        indent = ""
        if self._lists:
            around = self._lists[-1]
            width = len(around.marker) or around.width
            indent = around.indent + " " * (width if len(self._lists) < DEEPEST else 0)
            around.marker = ""
        self._lists.append(_List(indent, number))
        self._whole = self._whole or next(self._numbers)

    def _begin_item(self, around: _List) -> None:
        around.marker = "- "
        if around.number is not None:
            around.marker = f"{around.number}. "
            around.number += 1

    def _break(self) -> None:
        """A line end; no more than one empty line, and none where lines stand close."""
        if self._code and not self._tight:
            self._add("\n")
            return
        if self._heading or self._tables:
            self._blank()
            return
        ending = [run.text for run in self._runs[-2:]]
        if self._runs and ending != ["\n"] * 2 and not (self._lists and ending[-1] == "\n"):
            self._runs.append(Run("\n"))

    def _code_lines(self, data: str) -> None:
        """Code where no block of it can stand: each line by itself."""
        for number, line in enumerate(data.split("\n")):
            if number:
                self._break()
            if line.strip():
                self._styled(line)
            elif line:
                self._blank()

    def _add(self, text: str) -> None:
        self._runs.append(Run(text))

    def _blank(self) -> None:
        if self._runs and not self._runs[-1].text[-1].isspace():
            self._add(" ")

    def _styled(self, text: str) -> None:
        if text:
            styles = frozenset(style for style, times in self._styles.items() if times > 0)
            self._runs.append(Run(text, styles, self._links[-1] if self._links else None))


def _joined(runs: list[Run]) -> list[Run]:
    """`runs` with one for all neighbours that are alike, so that what means something is seen as a whole."""
    groups = groupby(runs, key=lambda run: (run.styles, run.link))
    return [Run("".join(run.text for run in alike), styles, link) for (styles, link), alike in groups]


def _number(start: str | None) -> int:
    return int(start) if start and start.isascii() and start.isdecimal() and len(start) < 7 else 1
