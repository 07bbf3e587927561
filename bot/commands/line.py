"""Typed lines: words, quotes, named values; what cannot be understood is answered with the place and the nearest name.

feed add https://example.org --channel news --filter "école OR 'climate change'" --members-only
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.errors import RequestError
from bot.ports.commands import Command, Completion, Kind, Line, Parameter

_CLOSING = {'"': '"', "'": "'", "“": "”", "«": "»", "‘": "’", "„": "“"}
YES = "yes"
NO = "no-"

_UNCLOSED = "The quote that opens at character {place} is never closed: {rest}"
_NO_COMMAND = "There is no command “{name}”. Did you mean “{nearest}”?"
UNKNOWN_COMMAND = "There is no command “{name}”. “help” lists them all."
_INCOMPLETE = "“{name}” is only the beginning of a command. There are: {known}."
_NO_PARAMETER = "“{command}” has nothing called “{name}”. Did you mean “{nearest}”?"
_UNKNOWN_PARAMETER = "“{command}” has nothing called “{name}”. There are: {known}."
_NO_PARAMETERS = "“{command}” takes nothing called “{name}”: it has no parameters."
_NO_VALUE = "“--{name}” wants a value after it."
_TWICE = "“{name}” is given twice."
_TOO_MANY = "“{word}” is more than “{command}” takes. Several words that belong together stand in quotes."


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word of a line; `quoted` where it began with a quote: it is a value then, whatever it looks like."""

    text: str
    quoted: bool


def addressed(message: str, prefix: str) -> str | None:
    """What stands after `prefix` at the beginning of a message, whatever its case; None where it does not stand there
    as a word of its own."""
    text = message.strip()
    if text[: len(prefix)].casefold() != prefix.casefold():
        return None
    rest = text[len(prefix) :]
    return rest.lstrip(",:").strip() if not rest or rest[0].isspace() or rest[0] in ",:" else None


def split(line: str) -> list[Word]:
    """The words of a line. A quote opens at the beginning of a word, or after its "="; within a word it is an
    apostrophe. A backslash takes the next quote or backslash as it is.

    Raises `RequestError` where a quote is not closed.
    """
    words: list[Word] = []
    at = 0
    while (at := _past_spaces(line, at)) < len(line):
        word, at = _word(line, at)
        words.append(word)
    return words


def _past_spaces(line: str, at: int) -> int:
    while at < len(line) and line[at].isspace():
        at += 1
    return at


def _word(line: str, at: int) -> tuple[Word, int]:
    text, begun = "", at
    while at < len(line) and not line[at].isspace():
        if line[at] in _CLOSING and (at == begun or (line[at - 1] == "=" and text.startswith("--"))):
            inner, at = _quoted(line, at)
            text += inner
        elif line[at] == "\\" and at + 1 < len(line) and (line[at + 1] in _CLOSING or line[at + 1] == "\\"):
            text, at = text + line[at + 1], at + 2
        else:
            text, at = text + line[at], at + 1
    return Word(text=text, quoted=line[begun] in _CLOSING), at


def _quoted(line: str, opened: int) -> tuple[str, int]:
    closing, text, at = _CLOSING[line[opened]], "", opened + 1
    while at < len(line):
        if line[at] == closing:
            return (text.strip() if closing == "»" else text), at + 1
        if line[at] == "\\" and at + 1 < len(line) and line[at + 1] in (closing, "\\"):
            at += 1
        text, at = text + line[at], at + 1
    raise RequestError(_UNCLOSED, place=opened + 1, rest=line[opened : opened + 30])


def parse(line: str, commands: Sequence[Command]) -> Line:
    """What a line asks for; an empty one asks for help. Raises `RequestError`."""
    return _understood(split(line), commands)


def parse_words(words: Sequence[str], commands: Sequence[Command]) -> Line:
    """The same for words that a shell has split. Raises `RequestError`."""
    return _understood([Word(text=each, quoted=False) for each in words], commands)


def _understood(words: Sequence[Word], commands: Sequence[Command]) -> Line:
    words = words or [Word(text="help", quoted=False)]
    command, used = named([word.text for word in words], commands)
    values, confirmed = _Reading(command).read(words[used:])
    return Line(command=command, values=tuple(values.items()), confirmed=confirmed)


def named(words: Sequence[str], commands: Sequence[Command]) -> tuple[Command, int]:
    """The command that a line begins with, and how many words name it. Raises `RequestError`."""
    known = {each.name: each for each in commands}
    for length in (2, 1):
        name = " ".join(words[:length]).casefold()
        if len(words) >= length and name in known:
            return known[name], length
    raise _unknown(words, known)


def _unknown(words: Sequence[str], known: Iterable[str]) -> RequestError:
    first = words[0].casefold() if words else ""
    group = sorted(name for name in known if name.split()[0] == first)
    if group and len(words) == 1:
        return RequestError(_INCOMPLETE, name=first, known=", ".join(group))
    typed = " ".join(words[:2]).casefold() if group else first
    nearest = get_close_matches(typed, group or list(known), n=1, cutoff=0.5) or get_close_matches(
        " ".join(words[:2]).casefold(), list(known), n=1, cutoff=0.6
    )
    shown = " ".join(words[:2])
    if nearest:
        return RequestError(_NO_COMMAND, name=shown, nearest=nearest[0])
    return RequestError(UNKNOWN_COMMAND, name=shown)


def unknown_parameter(command: Command, name: str) -> RequestError:
    """What to answer to a name that a command does not have."""
    known = [each.name for each in command.parameters]
    nearest = get_close_matches(name, known, n=1, cutoff=0.5)
    if nearest:
        return RequestError(_NO_PARAMETER, command=command.name, name=name, nearest=nearest[0])
    if known:
        return RequestError(_UNKNOWN_PARAMETER, command=command.name, name=name, known=", ".join(known))
    return RequestError(_NO_PARAMETERS, command=command.name, name=name)


class _Reading:
    """Takes the words after a command's name one by one."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._placed = [each for each in command.parameters if each.placed]
        self._values: dict[str, str] = {}
        self._confirmed = False

    def read(self, words: Sequence[Word]) -> tuple[dict[str, str], bool]:
        at, names_end = 0, False
        while at < len(words):
            word = words[at]
            if word.text == "--" and not word.quoted and not names_end:
                names_end, at = True, at + 1
            elif word.text.startswith("--") and len(word.text) > 2 and not word.quoted and not names_end:
                at = self._named(words, at)
            else:
                self._place(word.text)
                at += 1
        return self._values, self._confirmed

    def _named(self, words: Sequence[Word], at: int) -> int:
        name, equals, value = words[at].text[2:].partition("=")
        name = name.casefold()
        parameter = self._command.parameter(name)
        if parameter is None and name == YES:
            self._confirmed = True
            return at + 1
        if parameter is None:
            return self._denied(name, at, equals)
        if equals:
            self._set(parameter, value)
            return at + 1
        if parameter.kind is Kind.SWITCH:
            self._set(parameter, "yes")
            return at + 1
        if at + 1 >= len(words) or _names_another(words[at + 1]):
            raise RequestError(_NO_VALUE, name=name)
        self._set(parameter, words[at + 1].text)
        return at + 2

    def _denied(self, name: str, at: int, equals: str) -> int:
        """A switch with "no-" before its name."""
        parameter = self._command.parameter(name.removeprefix(NO))
        if parameter is None or parameter.kind is not Kind.SWITCH or not name.startswith(NO) or equals:
            raise unknown_parameter(self._command, name)
        self._set(parameter, "no")
        return at + 1

    def _place(self, text: str) -> None:
        for parameter in self._placed:
            if parameter.name not in self._values:
                self._values[parameter.name] = text
                return
            if parameter.rest:
                self._values[parameter.name] += f" {text}"
                return
        raise RequestError(_TOO_MANY, word=text, command=self._command.name)

    def _set(self, parameter: Parameter, value: str) -> None:
        if parameter.name in self._values:
            raise RequestError(_TWICE, name=parameter.name)
        self._values[parameter.name] = value


def _names_another(word: Word) -> bool:
    return word.text.startswith("--") and len(word.text) > 2 and not word.quoted


@dataclass(frozen=True, kw_only=True, slots=True)
class Unfinished:
    """What the last word of a line could be: one of `known`, or a value of `parameter`."""

    typed: str
    command: Command | None = None
    parameter: Parameter | None = None
    known: tuple[Completion, ...] = ()


def unfinished(line: str, commands: Sequence[Command]) -> Unfinished:
    """What is being typed at the end of a line."""
    try:
        words = split(line)
    except RequestError:  # within a quote
        opened = max((line.rfind(each), each) for each in _CLOSING)[0]
        words = [*split(line[:opened]), Word(text=line[opened + 1 :], quoted=True)]
    last = words.pop() if words and not line[-1:].isspace() else Word(text="", quoted=False)
    try:
        command, used = named([word.text for word in words], commands)
    except RequestError:
        return _naming([word.text for word in words], last.text, commands)
    return _telling(command, words[used:], last)


def _naming(words: Sequence[str], typed: str, commands: Sequence[Command]) -> Unfinished:
    if not words:
        firsts = dict.fromkeys(each.group for each in commands)
        return Unfinished(typed=typed, known=tuple(Completion(value=each, label=each) for each in firsts))
    group = [each for each in commands if each.group == words[0].casefold() and " " in each.name and len(words) == 1]
    seconds = [each.name.partition(" ")[2] for each in group]
    return Unfinished(typed=typed, known=tuple(Completion(value=each, label=each) for each in seconds))


def _telling(command: Command, words: Sequence[Word], last: Word) -> Unfinished:
    if words and _names_another(words[-1]):
        before = command.parameter(words[-1].text[2:].casefold())
        if before is not None and before.kind is not Kind.SWITCH:
            return Unfinished(typed=last.text, command=command, parameter=before)
    if last.text.startswith("-") and not last.quoted:
        given = {word.text[2:].partition("=")[0].casefold() for word in words if _names_another(word)}
        names = [f"--{each.name}" for each in command.parameters if each.name not in given]
        known = tuple(Completion(value=each, label=each) for each in names)
        return Unfinished(typed=last.text, command=command, known=known)
    return Unfinished(typed=last.text, command=command, parameter=_next_placed(command, words))


def _next_placed(command: Command, words: Sequence[Word]) -> Parameter | None:
    """The parameter that a word without a name would be."""
    at, used, given = 0, 0, set[str]()
    while at < len(words):
        parameter = command.parameter(words[at].text[2:].partition("=")[0]) if _names_another(words[at]) else None
        if parameter is None:
            used += not _names_another(words[at])
        else:
            given.add(parameter.name)
            at += "=" not in words[at].text and parameter.kind is not Kind.SWITCH
        at += 1
    open_ones = [each for each in command.parameters if each.placed and each.name not in given]
    if not open_ones:
        return None
    return open_ones[used] if used < len(open_ones) else (open_ones[-1] if open_ones[-1].rest else None)
