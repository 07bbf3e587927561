"""The plain text that stands beside a message's HTML, for notifications and for clients that show no HTML."""

from __future__ import annotations

import re

from adapters.matrix.markup.escaping import address_as_text, harmless

_PARAGRAPHS = frozenset("p blockquote ul ol pre table dl figure h1 h2 h3 h4 h5 h6 hr".split())
_LINES = frozenset("div li tr caption dt dd figcaption".split())
_SPACES = re.compile(r"\s+")


class Plain:
    """Told of elements and text in their order."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._apart = False  # an empty line is due before what follows
        self._lists: list[int | None] = []  # the number of each list's next item
        self._first = ""  # what stands before the next words
        self._quotes = 0
        self._pre = 0
        self._links: list[tuple[str, str]] = []  # where each leads, and its words so far

    def text(self) -> str:
        """All of it; it calls nobody."""
        self._break()
        return harmless("\n".join(self._lines).strip("\n"))

    def begins(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "br":
            self._break()
        elif tag in _PARAGRAPHS or tag in _LINES:
            self._part(tag)
        if tag in {"ul", "ol"}:
            start = attributes.get("start", "")
            self._lists.append(None if tag == "ul" else int(start) if start.isdecimal() and len(start) < 7 else 1)
        elif tag == "li":
            self._item()
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._pre += 1
        elif tag in {"td", "th"} and self._line.strip():
            self._line += " | "
        elif tag == "a":
            self._links.append((attributes.get("href", "").removeprefix("mailto:"), ""))

    def ends(self, tag: str) -> None:
        if tag in _PARAGRAPHS or tag in _LINES:
            self._part(tag)
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._first = ""
        elif tag == "blockquote":
            self._quotes -= 1
        elif tag == "pre":
            self._pre -= 1
        elif tag == "a" and self._links:
            self._lead(*self._links.pop())

    def says(self, text: str) -> None:
        if self._links:
            address, words = self._links[-1]
            self._links[-1] = address, words + text
        if self._pre:
            *ended, last = text.split("\n")
            for each in ended:
                self._line += each
                self._break(empty=True)
            self._line += last
            return
        words = _SPACES.sub(" ", text)
        self._line += words.lstrip() if not self._line or self._line[-1].isspace() else words

    def _lead(self, address: str, words: str) -> None:
        """Where a link leads, if its words do not say it."""
        if address.startswith(("http://", "https://")) and words.strip() not in {address, address.rstrip("/")}:
            shown = address_as_text(address)
            self._line += f" ({shown})" if words.strip() else shown

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else None
        self._first = "- " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _part(self, tag: str) -> None:
        self._break()
        self._apart = self._apart or (tag in _PARAGRAPHS and not self._lists)

    def _break(self, *, empty: bool = False) -> None:
        """Ends a line; one that is `empty` is none but in code."""
        line, self._line = self._line.rstrip(), ""
        if not line and not empty:
            return
        if self._apart and self._lines:
            self._lines.append("")
        self._apart = False
        indent = "  " * (len(self._lists) - 1)
        self._lines.append("> " * self._quotes + indent + self._first + line)
        self._first = " " * len(self._first) if self._lists else ""
