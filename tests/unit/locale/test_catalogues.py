"""Both catalogues know every message that is said, no other, and keep its places."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot import locale
from bot.locale import LANGUAGES, negotiate, supported, translator
from tests.unit.locale.messages import said

_PLACE = re.compile(r"\{(\w*)\}")


def catalogue(language: str) -> Catalog:
    with (Path(locale.__file__).parent / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_what_is_said_and_no_more(language: str) -> None:
    known = {form for message in messages(language) for form in forms(message.id)}
    assert known == said()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    untranslated = [message.id for message in messages(language) if not all(forms(message.string)) or message.fuzzy]
    assert untranslated == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_are_the_same_in_every_form(language: str) -> None:
    for message in messages(language):
        wanted = sorted(_PLACE.findall(forms(message.id)[0]))
        for form in (*forms(message.id), *forms(message.string)):
            assert sorted(_PLACE.findall(form)) == wanted, form


def test_english_says_what_its_messages_are_called() -> None:
    assert all(forms(message.id) == forms(message.string) for message in messages("en"))


def test_french_counts_nought_as_one() -> None:
    t = translator("fr")
    said_of = [t.plural("{count} comment", "{count} comments", count) for count in (0, 1, 2)]
    assert said_of == ["0 commentaire", "1 commentaire", "2 commentaires"]


def test_a_language_that_is_not_there_is_english() -> None:
    assert translator("de").language == "en"
    assert translator("fr-CA").language == "fr"
    assert translator("").language == "en"


def test_an_unknown_message_is_said_as_it_is() -> None:
    assert translator("fr")("Not in the {what}.", what="catalogue") == "Not in the catalogue."


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr", "fr"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de, fr;q=0.8, en;q=0.9", "en"),
        ("de, it", None),
        ("", None),
        ("*", None),
        ("fr;q=0", None),
        ("fr;q=0, en;q=0.1", "en"),
        ("fr;q=nonsense, en", "en"),
        ("EN-gb", "en"),
        (",;q=1,,", None),
        ("fr" * 5000, None),
    ],
)
def test_the_language_that_is_liked_best(accepted: str, language: str | None) -> None:
    assert negotiate(accepted) == language


@pytest.mark.parametrize(("tag", "language"), [("fr", "fr"), ("FR-fr", "fr"), ("f r", None), ("../en", None)])
def test_tags(tag: str, language: str | None) -> None:
    assert supported(tag) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_names_each_message_once(language: str) -> None:
    lines = (Path(locale.__file__).parent / f"{language}.po").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line.startswith("msgid ")]
    assert [line for line, times in Counter(named).items() if times > 1] == []
