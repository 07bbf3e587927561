"""What stands in a line of a Discord message: stress, code, links, mentions, emoji, times."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape

from bot.domain.text import one_line

_TOKEN = re.compile(
    r"(?P<shrug>¯\\_\(ツ\)_/¯)"
    r"|\\(?P<escaped>[^0-9A-Za-z\s])"
    r"|(?P<ticks>`+)"
    r"|<(?P<address>https?://[^\s<>]+)>"
    r"|<@!?(?P<user>[0-9]{1,20})>"
    r"|<@&(?P<role>[0-9]{1,20})>"
    r"|<#(?P<channel>[0-9]{1,20})>"
    r"|<(?P<command>/[^\n<>:]{1,100}):[0-9]{1,20}>"
    r"|<a?(?P<emoji>:\w{1,32}:)[0-9]{1,20}>"
    r"|<t:(?P<time>-?[0-9]{1,13})(?::(?P<style>[tTdDfFR]))?>"
    r"|\[(?P<label>(?:[^\[\]]++|\[[^\[\]]*+\])++)\]"
    r"\((?:<(?P<hidden>https?://[^\s<>]+)>|(?P<target>https?://(?:[^\s()<>]|\([^\s()<>]*+\))++))"
    r"(?:[ ]+(?:\"[^\"\n]*+\"|'[^'\n]*+'))?[ ]*+\)"
    r"|(?P<link>https?://[^\s<>]+)"
    r"|(?P<mark>\*+|_+|~~+)"
    r"|(?P<line>\n\s*+)"
)
_TAGS = {"*": "em", "_": "em", "**": "strong", "__": "u", "~~": "s"}
_PADDING = re.compile(r"^ (?= *`)|(?<=`) $")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIMES = {"t": "%H:%M UTC", "T": "%H:%M:%S UTC", "d": "%Y-%m-%d", "D": "%Y-%m-%d"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """Who and what a message mentions, by Discord's numbers. Who is missing is shown as unknown."""

    users: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)


def read_line(text: str, names: Names) -> str:
    """The inline HTML of `text`; line ends are `<br>`."""
    return _Reader(text, names).html(paragraphs=False)


def read_paragraphs(text: str, names: Names) -> str:
    """The HTML of `text` whose empty lines part paragraphs; stress may go on across them."""
    return f"<p>{_Reader(text, names).html(paragraphs=True)}</p>"


@dataclass(slots=True)
class _Piece:
    """A part of a line: ready HTML, a tag that opens or ends, or a line end."""

    html: str
    opens: str = ""
    ends: str = ""
    breaks: int = 0


class _Reader:
    """Reads a text once, from left to right. A mark that is never answered stays what it was: text."""

    def __init__(self, text: str, names: Names, *, linked: bool = False) -> None:
        self._text = text
        self._names = names
        self._linked = linked
        self._pieces: list[_Piece] = []
        self._open: list[tuple[str, int]] = []  # marks and where they stand, each at most once: it stays short
        self._ticks: dict[int, list[int]] = {}
        for run in re.finditer("`+", text):
            self._ticks.setdefault(len(run[0]), []).append(run.start())
        self._read()

    def html(self, *, paragraphs: bool) -> str:
        """What was read; tags that are open at a paragraph's end go on in the next one."""
        out: list[str] = []
        tags: list[str] = []
        for piece in self._pieces:
            if piece.breaks > 1 and paragraphs:
                out += [*(f"</{tag}>" for tag in reversed(tags)), "</p><p>", *(f"<{tag}>" for tag in tags)]
                continue
            if piece.opens:
                tags.append(piece.opens)
            elif piece.ends:
                tags.pop()
            out.append(piece.html)
        return "".join(out)

    def _read(self) -> None:
        at = 0
        while match := _TOKEN.search(self._text, at):
            self._say(self._text[at : match.start()])
            at = self._token(match)
        self._say(self._text[at:])

    def _say(self, text: str) -> None:
        if text:
            self._pieces.append(_Piece(escape(text, quote=False)))

    def _token(self, match: re.Match[str]) -> int:
        """Reads what was found; returns where to go on."""
        kind = next(name for name in _ORDER if match[name] is not None)
        if kind == "mark":
            self._mark(match)
        elif kind == "line":
            self._pieces.append(_Piece("<br>", breaks=match[0].count("\n")))
        elif kind == "ticks":
            return self._code(match)
        elif kind in {"label", "address", "link"}:
            return self._link(kind, match)
        else:
            self._pieces.append(_Piece(_SHOWN[kind](match[kind], match, self._names)))
        return match.end()

    def _code(self, match: re.Match[str]) -> int:
        width = len(match["ticks"])
        same = self._ticks.get(width, [])
        after = bisect_left(same, match.end())
        if after == len(same):
            self._say(match[0])
            return match.end()
        code = _PADDING.sub("", self._text[match.end() : same[after]])
        self._pieces.append(_Piece(f"<code>{escape(code, quote=False)}</code>"))
        return same[after] + width

    def _link(self, kind: str, match: re.Match[str]) -> int:
        if self._linked:
            self._say(match[0])
            return match.end()
        if kind == "label":
            return self._masked(match)
        address = match[kind] if kind == "address" else _without_punctuation(match[kind])
        if not address.partition("//")[2]:
            self._say(match[0])
            return match.end()
        self._pieces.append(_Piece(_linked(address, escape(address, quote=False))))
        return match.end() if kind == "address" else match.start() + len(address)

    def _masked(self, match: re.Match[str]) -> int:
        if not match["label"].strip():
            self._say("[")
            return match.start() + 1
        words = _Reader(match["label"], self._names, linked=True).html(paragraphs=False)
        self._pieces.append(_Piece(_linked(match["hidden"] or match["target"], words)))
        return match.end()

    def _mark(self, match: re.Match[str]) -> None:
        before = self._text[match.start() - 1 : match.start()]
        after = self._text[match.end() : match.end() + 1]
        left = match[0]
        while left and len(match[0]) <= 3 and (mark := self._answered(left, before, after)):
            self._end(mark)
            left = left[len(mark) :]
        for mark in self._opening(left, before, after):
            self._open.append((mark, len(self._pieces)))
            self._say(mark)
            left = ""
        self._say(left)

    def _answered(self, run: str, before: str, after: str) -> str | None:
        fitting = {run} if len(run) < 3 else {run[0], run[:2]}
        for mark, _ in reversed(self._open):
            if mark in fitting and _may_end(mark, before, after):
                return mark
        return None

    def _opening(self, run: str, before: str, after: str) -> list[str]:
        marks = [run] if run in _TAGS else [run[:2], run[0]] if run in {"***", "___"} else []
        taken = {mark for mark, _ in self._open}
        return marks if all(_may_open(each, before, after) and each not in taken for each in marks) else []

    def _end(self, mark: str) -> None:
        """Ends what `mark` opened; what was opened since and not ended is text."""
        depth = next(i for i, (each, _) in enumerate(self._open) if each == mark)
        at = self._open[depth][1]
        if depth == len(self._open) - 2 and self._open[-1][1] == at + 1:  # `***a** b*`: either may be the inner one
            other = self._open[-1][0]
            self._pieces[at].html = escape(other)
            self._open[depth:] = [(other, at)]
            at += 1
        else:
            del self._open[depth:]
        tag = _TAGS[mark]
        self._pieces[at] = _Piece(f"<{tag}>", opens=tag)
        self._pieces.append(_Piece(f"</{tag}>", ends=tag))


def _may_open(mark: str, before: str, after: str) -> bool:
    if len(mark) == 2:
        return bool(after)
    return bool(after.strip()) and not (mark == "_" and before.isalnum())


def _may_end(mark: str, before: str, after: str) -> bool:
    if len(mark) == 2:
        return True
    return bool(before.strip()) and not (mark == "_" and after.isalnum())


def _linked(address: str, html: str) -> str:
    return f'<a href="{escape(address)}">{html}</a>'


def _without_punctuation(address: str) -> str:
    """An address less what ends the sentence or the stress around it; a bracket stays where the address opened it."""
    unopened = address.count(")") - address.count("(")
    end = len(address)
    while end and (address[end - 1] in ".,;:!?'\"]*_~|`\\" or (address[end - 1] == ")" and unopened > 0)):
        unopened -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def _time(digits: str, style: str | None) -> str | None:
    """The moment in UTC: what is relative would be wrong soon, and nobody's zone is known."""
    try:
        at = _EPOCH + timedelta(seconds=int(digits))
    except OverflowError:
        return None
    return f'<time datetime="{at.isoformat()}">{at.strftime(_TIMES.get(style or "", "%Y-%m-%d %H:%M UTC"))}</time>'


def _named(sign: str, name: str | None) -> str:
    return escape(sign + (one_line(name or "") or "unknown"), quote=False)


_SHOWN: dict[str, Callable[[str, re.Match[str], Names], str]] = {
    "shrug": lambda text, match, names: escape(text),
    "escaped": lambda text, match, names: escape(text, quote=False),
    "user": lambda text, match, names: _named("@", names.users.get(int(text))),
    "role": lambda text, match, names: _named("@", names.roles.get(int(text))),
    "channel": lambda text, match, names: _named("#", names.channels.get(int(text))),
    "command": lambda text, match, names: escape(text, quote=False),
    "emoji": lambda text, match, names: text,
    "time": lambda text, match, names: _time(text, match["style"]) or escape(match[0], quote=False),
}
_ORDER = (*_SHOWN, "ticks", "label", "address", "link", "mark", "line")
