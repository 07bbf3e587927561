"""What a regular expression costs that other engines never come back from, beside a literal search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from bot.domain import filters
from bot.domain.filter_text import Reading
from bot.domain.model import Content

CHARACTERS = 1_000_000
LITERAL = "text:/bridge/"
_SEARCHES = 50  # in one run, after one that prepares the text and the engine

TEXTS = {
    "only “a”": "a" * CHARACTERS,
    "“a”, at its end “!”": "a" * (CHARACTERS - 1) + "!",
    "words": ("The aardvarks at the gate had a banana. " * (CHARACTERS // 40))[:CHARACTERS],
}
"""What is searched, a million characters each."""

EXPRESSIONS = ("text:/(a+)+$/", "text:/^(a+)+$/")


@dataclass(frozen=True, kw_only=True, slots=True)
class Searched:
    """One text: seconds for the literal, and for each of `EXPRESSIONS`."""

    text: str
    literal: float
    seconds: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """The expressions beside the literal."""
        return tuple(each / self.literal for each in self.seconds)


def measure_filters(runs: int, say: Callable[[str], None]) -> list[Searched]:
    """Search each text for the literal and the expressions in turn; the quickest of each."""
    found = []
    for name, text in TEXTS.items():
        reading = Reading(Content(title="A title", link=None, lead=text))
        taken = [_seconds(expression, reading, runs) for expression in (LITERAL, *EXPRESSIONS)]
        found.append(Searched(text=name, literal=taken[0], seconds=tuple(taken[1:])))
        say(f"filters, {name}: {', '.join(f'{each * 1000:.2f} ms' for each in taken)}")
    return found


def _seconds(expression: str, reading: Reading, runs: int) -> float:
    wanted = filters.read(expression)
    expected = wanted.judge(reading)
    return min(_once(wanted, reading, expected) for _ in range(runs * _SEARCHES))


def _once(wanted: filters.Filter, reading: Reading, expected: filters.Judgement) -> float:
    begun = perf_counter()
    judgement = wanted.judge(reading)
    taken = perf_counter() - begun
    if judgement != expected:
        raise RuntimeError(f"{wanted.expression} was judged in two ways")
    return taken
