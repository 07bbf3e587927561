"""Sanitised HTML as the HTML that Matrix's clients show, and as the plain text that stands beside it.

What Matrix has no element for keeps its words: a mark is bold, a quote within a line has its signs, a picture is
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from adapters.matrix.markup.escaping import as_html, names_somebody
from adapters.matrix.markup.plain import Plain

_MORE = "…"
_SAME = frozenset(
    "blockquote p ul ol li b i u em strong code pre del sup sub h1 h2 h3 h4 h5 h6 table thead tbody tr th td caption "
    "div".split()
)
_OTHERS = {
    "cite": "em",
    "var": "em",
    "ins": "u",
    "s": "del",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
    "mark": "strong",
    "dt": "div",
    "dd": "div",
    "dl": "div",
    "figure": "div",
    "figcaption": "div",
    "tfoot": "tbody",
}
_SHOWN_AS = {**{each: each for each in _SAME}, **_OTHERS}
_EMPTY = {"br": "<br>", "hr": "<hr>"}
_LINKED = ("http://", "https://", "mailto:")


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The same twice: HTML for clients that show it, plain text for the others."""

    html: str
    plain: str


def to_matrix(html: str, limit: int | None = None) -> Words:
    """What `sanitise` returned, of at most `limit` characters of text; nothing in it calls anybody.

    What is too long is cut, and ends with "…".
    """
    writer = _Writer(limit)
    writer.feed(html)
    writer.close()
    return writer.words()


class _Writer(HTMLParser):
    def __init__(self, limit: int | None) -> None:
        super().__init__(convert_charrefs=True)
        self._left = limit
        self._full = False  # something was cut
        self._out: list[str] = []
        self._open: list[tuple[str, str]] = []  # as it was written and as it has to be ended
        self._plain = Plain()

    def words(self) -> Words:
        """All of it, with everything ended."""
        while self._open:
            self._end()
        return Words(html="".join(self._out).strip(), plain=self._plain.text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._full:
            return
        attributes = {name: value or "" for name, value in attrs}
        if tag in _EMPTY:
            self._out.append(_EMPTY[tag])
            self._plain.begins(tag, attributes)
            return
        if tag == "q":
            self.handle_data("“")
        shown = _opening(tag, attributes)
        self._out.append(shown)
        self._open.append((tag, f"</{_name(shown)}>" if shown else ""))
        self._plain.begins(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if self._full or not any(each == tag for each, _ in self._open):
            return
        while self._open[-1][0] != tag:
            self._end()
        self._end()

    def handle_data(self, data: str) -> None:
        if self._full:
            return
        if self._left is not None and len(data) > self._left:
            data = data[: self._left].rstrip(" \n,;:.–—-") + _MORE
            self._full = True
        elif self._left is not None:
            self._left -= len(data)
        # What reads HTML drops a line's end that stands first there: it is no part of what was meant.
        self._out.append(as_html(data.lstrip("\n") if self._begins_pre() else data))
        self._plain.says(data)

    def _begins_pre(self) -> bool:
        return next((each for each in reversed(self._out) if each), "") == "<pre>"

    def _end(self) -> None:
        tag, ending = self._open.pop()
        if tag == "q" and not self._full:
            self.handle_data("”")
        self._out.append(ending)
        self._plain.ends(tag)


def _opening(tag: str, attributes: dict[str, str]) -> str:
    """How an element begins on Matrix; "" where there is none like it."""
    if tag == "a":
        return _link(attributes.get("href", ""))
    if tag == "ol" and (start := attributes.get("start", "")).isdecimal():
        return f'<ol start="{escape(start)}">'
    shown = _SHOWN_AS.get(tag)
    return f"<{shown}>" if shown is not None else ""


def _link(address: str) -> str:
    """Where it would be shown as somebody's name, its words are shown."""
    if not address.lower().startswith(_LINKED) or names_somebody(address):
        return ""
    return f'<a href="{escape(address)}">'


def _name(opening: str) -> str:
    return opening.strip("<>").partition(" ")[0]
