"""A block's words with their stress and links, as Discord's markdown.

Discord shows the backslashes in a masked link's words, and takes the whole for text where they hold an address or a
mention. So words with such signs are not masked: they stand before the address instead.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, urlsplit

from adapters.discord.markup.escaping import GAP, broken_up, escape_within
from bot.domain.text import one_line

_MARKS = {"strike": "~~", "under": "__", "strong": "**", "em": "*"}  # from the outside to the inside
_UNMASKABLE = re.compile(r"[\\*_~|`<\[\]@\n]|://|:[\w~+-]{1,50}:")
_HOST = re.compile(r"(?<![\w./-])[\w.-]+")
_UNSAFE = re.compile(r"[\s<>\"\\`|*\x00-\x1f]|@(?=everyone|here)", re.IGNORECASE)
_BRACKETS = str.maketrans({"(": "%28", ")": "%29"})


@dataclass(frozen=True, slots=True)
class Link:
    """An `<a>`; `number` tells neighbours with one address apart."""

    address: str
    number: int


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one stress (`strike`, `under`, `strong`, `em`, `code`); line ends are line ends."""

    text: str
    styles: frozenset[str] = frozenset()
    link: Link | None = None


def written(runs: list[Run]) -> str:
    """`runs` as markdown that begins a line."""
    writer = _Writer()
    for link, linked in groupby(runs, key=lambda run: run.link):
        writer.write(list(linked), link)
    return writer.text().strip()


class _Writer:
    """Opens and ends marks so that no two of them can be taken for another."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: list[str] = []
        self._space = ""  # stands outside of the marks, so it waits for the next word
        self._last = ""
        self._fresh = True  # nothing but marks stands on the line

    def write(self, runs: list[Run], link: Link | None) -> None:
        """Writes runs of one link, or of none."""
        text = one_line("".join(run.text for run in runs))
        if link is None or not text:
            self.words(runs)
        elif not link.address.startswith(("http://", "https://")):
            self._beside(runs, text, link.address.removeprefix("mailto:"))
        elif text in {link.address, link.address.removesuffix("/")}:
            self._whole(runs, f"<{_quoted(text)}>")
        elif _UNMASKABLE.search(text) or _host(link.address) is None:
            self.words(runs)
            self._put(f" (<{_quoted(link.address)}>)")
        else:
            self._mask(runs, text, link.address)

    def words(self, runs: list[Run]) -> None:
        """Writes runs without regard to their links."""
        for run in runs:
            core = run.text.strip()
            if not core:
                self._space += run.text
                continue
            before, after = run.text.split(core, 1) if core != run.text else ("", "")
            self._space += before
            self._turn([style for style in _MARKS if style in run.styles])
            self._say(_code(core) if "code" in run.styles else escape_within(core, starts=self._fresh))
            self._space = after

    def text(self) -> str:
        """All of it, with every mark ended."""
        self._turn([])
        return "".join(self._out)

    def _whole(self, runs: list[Run], markdown: str) -> None:
        """Puts `markdown` where the words of `runs` would stand."""
        text = "".join(run.text for run in runs)
        core = text.strip()
        before, after = text.split(core, 1)
        self._space += before
        self._put(markdown)
        self._space = after

    def _beside(self, runs: list[Run], text: str, address: str) -> None:
        self.words(runs)
        if address and text != address:
            self._put(escape_within(f" ({address})", starts=False))

    def _mask(self, runs: list[Run], text: str, address: str) -> None:
        words = _Writer()
        words._fresh = False
        words.words([Run(run.text.replace("\n", " "), run.styles) for run in runs])
        other = _other_host(text, address)
        shown = f" ({escape_within(other, starts=False)})" if other else ""
        self._whole(runs, f"[{words.text().strip()}](<{_quoted(address).translate(_BRACKETS)}>){shown}")

    def _turn(self, styles: list[str]) -> None:
        """Ends the marks that do not go on, and opens the new ones."""
        same = 0
        while same < min(len(styles), len(self._open)) and styles[same] == self._open[same]:
            same += 1
        while len(self._open) > same:
            self._mark(self._open.pop())
        self._blank()
        for style in styles[same:]:
            self._mark(style)
            self._open.append(style)

    def _blank(self) -> None:
        if self._space:
            self._fresh = self._fresh or "\n" in self._space
            self._add(self._space)
            self._space = ""

    def _mark(self, style: str) -> None:
        if self._last == _MARKS[style][0]:
            self._add(GAP)
        self._add(_MARKS[style])

    def _put(self, markdown: str) -> None:
        self._turn([])
        self._say(markdown)

    def _say(self, markdown: str) -> None:
        if self._last == "`" == markdown[0]:
            self._add(GAP)
        self._add(markdown)
        self._fresh = False

    def _add(self, markdown: str) -> None:
        self._out.append(markdown)
        self._last = markdown[-1:]


def _code(text: str) -> str:
    inner = broken_up(re.sub("`(?=`)", "`" + GAP, text))
    if "`" not in inner:
        return f"`{inner}`"
    return f"``{' ' * inner.startswith('`')}{inner}{' ' * inner.endswith('`')}``"


def _quoted(address: str) -> str:
    return _UNSAFE.sub(lambda match: quote(match[0], safe="") if match[0] != "@" else "%40", address)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _other_host(text: str, address: str) -> str | None:
    """Where `address` leads, if `text` reads like the address of some other place."""
    host = (_host(address) or "").removeprefix("www.")
    folded = unicodedata.normalize("NFKC", "".join(c for c in text if unicodedata.category(c) != "Cf")).casefold()
    for found in _HOST.findall(folded):
        name = found.strip(".-_").removeprefix("www.")
        top = name.rpartition(".")[2] if "." in name else ""
        if len(top) > 1 and not top.isdecimal() and not f".{host}".endswith(f".{name}"):
            return host
    return None
