"""Names that people choose."""

from __future__ import annotations

import re
import unicodedata

from bot.errors import RequestError

SHORTEST, LONGEST = 2, 40

_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_MARKS = {"Mn", "Me"}
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that show nothing
_SPACES = re.compile(r"\s+")


def clean_name(text: str) -> str:
    """`text` as a name: NFC, every run of white space one space, without characters that cannot be seen.

    Of combining marks in a row two stay. Raises `RequestError` where what is left has not 2 to 40 characters, or
    neither a letter nor a digit.
    """
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", text[:400]))
    seen = "".join(character for character in spaced if _shows(character))
    name = _SPACES.sub(" ", _tamed(unicodedata.normalize("NFC", seen))).strip()
    if not SHORTEST <= len(name) <= LONGEST:
        raise RequestError("A name has {least} to {most} characters.", least=SHORTEST, most=LONGEST)
    if not any(character.isalnum() for character in name):
        raise RequestError("A name has at least one letter or digit.")
    return name


def _shows(character: str) -> bool:
    if character in _BLANKS or unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
        return False
    return unicodedata.category(character) not in _DROPPED


def _tamed(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in _MARKS else 0
        if marks <= 2:
            kept.append(character)
    return "".join(kept)
