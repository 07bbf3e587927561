"""What Tribune says to people, in English and in French.

A message is named by its English source text, with places like `{name}`, which the catalogues (`*.po`) translate.
They are read as they are, when a language is first used: there is no build step.
"""

from __future__ import annotations

import re
from functools import lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = ("en", "fr")
"""The languages that there are catalogues for; the first is what is spoken where nothing else fits."""

NAMES = {"en": "English", "fr": "Français"}
"""What each language calls itself."""

_RANGE = re.compile(r"^([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*$")


class Translator:
    """Says things in one language."""

    def __init__(self, language: str, catalogue: GNUTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, message: str, **values: object) -> str:
        """`message` in this language with `values` in their places; as it is where the catalogue does not know it."""
        return self._catalogue.gettext(message).format(**values)

    def known(self, text: str) -> str:
        """`text` in this language where it is a message of the catalogue, as it is otherwise."""
        return self._catalogue.gettext(text) if text else text

    def number(self, value: int) -> str:
        """A whole number as this language writes it."""
        return format_decimal(value, locale=self.language)

    def counted(self, one: str, many: str, number: int, **values: object) -> str:
        """The form of a message that goes with `number`; what fills it is all in `values`."""
        return self._catalogue.ngettext(one, many, number).format(**values)

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """The form of a message that goes with `count`, which fills `{count}`."""
        return self._catalogue.ngettext(one, many, count).format(count=count, **values)


@lru_cache(maxsize=len(LANGUAGES))
def _load(language: str) -> Translator:
    with (Path(__file__).parent / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translator(language, GNUTranslations(compiled))


def translator(language: str) -> Translator:
    """The translator for a language tag ("fr", "fr-CA"); English where there is no catalogue for it."""
    return _load(supported(language) or LANGUAGES[0])


def supported(tag: str) -> str | None:
    """The language of ours that a tag asks for, None if there is none."""
    match = _RANGE.match(tag.strip())
    language = match[1].lower() if match else ""
    return language if language in LANGUAGES else None


def negotiate(accepted: str) -> str | None:
    """The language of ours that an Accept-Language header (RFC 9110, 12.5.4) likes best, None if it names none."""
    wishes = [_wish(part) for part in accepted[:1000].split(",")]
    best = max(((quality, -place) for place, (language, quality) in enumerate(wishes) if language), default=None)
    if best is None or best[0] <= 0:
        return None
    return wishes[-best[1]][0]


def _wish(part: str) -> tuple[str | None, float]:
    tag, _, parameter = part.partition(";")
    quality = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", parameter) if parameter else None
    if parameter and not quality:
        return supported(tag), 0.0
    return supported(tag), float(quality[1]) if quality else 1.0
