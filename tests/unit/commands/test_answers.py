"""Answers, said in a language and zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.locale import translator
from bot.locale.answers import as_data, as_text, refusal, shown, typed
from bot.ports.commands import (
    Address,
    Answer,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Listing,
    Offer,
    Offers,
    Preview,
)
from bot.ports.network import Card

AT = datetime(2026, 1, 12, 12, tzinfo=UTC)
NOTHING = Sentence(key="There is no channel here yet.")
CARD = Card(
    title="Bridge opened", link="https://n.example/1", source="News", author="Ann", lead="A lead.", image=None,
    dated=AT, up=0, down=0, comments=0, marker="m", language="en",
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (None, "", ""),
        ("x", "x", "x"),
        (12345, "12,345", "12\u202f345"),
        (AT, "12 January 2026, 13:00 CET", "12 janvier 2026 à 13:00 CET"),
        (timedelta(days=1, hours=2, minutes=3), "1 day 2 hours", "1 jour 2 heures"),
        (timedelta(0), "0 seconds", "0 seconde"),
        (Sentence(key="{count} day", many="{count} days", values={"count": 2}), "2 days", "2 jours"),
        (Sentence(key="Who may"), "Who may", "Qui y a droit"),
    ],
)
def test_values(value: Cell, english: str, french: str) -> None:
    assert shown(translator("en"), value, "Europe/Paris") == english
    assert shown(translator("fr"), value, "Europe/Paris") == french


BLOCKS = [
    (
        Sentence(key="{count} hour", many="{count} hours", values={"count": 1}),
        "1 heure",
        {"kind": "sentence", "text": "1 heure"},
    ),
    (
        Facts(facts=(Fact(name="role", label="Who may", value=None), Fact(name="n", label="Example", value=1000))),
        "Qui y a droit\u00a0: –\nExemple\u00a0: 1\u202f000",
        {"kind": "facts", "facts": {"role": None, "n": 1000}},
    ),
    (
        Listing(
            columns=(Column(name="a", label="Command"), Column(name="b", label="Example")),
            rows=(("x", AT), ("y", None)),
            empty=NOTHING,
            page=1,
            pages=2,
            total=3,
        ),
        "• x – 12 janvier 2026 à 12:00 UTC\n• y\nPage 1 sur 2, 3 en tout",
        {
            "kind": "list", "page": 1, "pages": 2, "total": 3,
            "rows": [{"a": "x", "b": "2026-01-12T12:00:00+00:00"}, {"a": "y", "b": None}],
        },
    ),
    (
        Listing(
            columns=(
                Column(name="a", label="Command", plain=True),
                Column(name="b", label="Example"),
                Column(name="c", label="What it is"),
            ),
            rows=((1000, 2000, "z"), (2, None, None), (3, "y", None)),
            empty=NOTHING,
        ),
        "• 1000 (Exemple\u00a0: 2\u202f000; Ce que c'est\u00a0: z)\n• 2\n• 3 (Exemple\u00a0: y)",
        {
            "kind": "list", "page": 1, "pages": 1, "total": 0,
            "rows": [{"a": 1000, "b": 2000, "c": "z"}, {"a": 2, "b": None, "c": None}, {"a": 3, "b": "y", "c": None}],
        },
    ),
    (
        Listing(columns=(Column(name="a", label="Command"),), rows=(), empty=NOTHING),
        "Il n'y a pas encore de canal ici.",
        {"kind": "list", "page": 1, "pages": 1, "total": 0, "rows": []},
    ),
    (
        Preview(card=CARD),
        "Bridge opened\nA lead.\nhttps://n.example/1",
        {
            "kind": "preview", "title": "Bridge opened", "link": "https://n.example/1", "source": "News",
            "author": "Ann", "lead": "A lead.", "words": None, "image": None,
        },
    ),
    (
        Document(name="x.json", media_type="application/json", text="{}"),
        "{}",
        {"kind": "document", "name": "x.json", "media_type": "application/json", "text": "{}"},
    ),
    (
        Address(label="Example", url="https://x.example/"),
        "Exemple\u00a0: https://x.example/",
        {"kind": "address", "label": "Exemple", "url": "https://x.example/"},
    ),
    (
        Offers(
            question=Sentence(key="One of"),
            offers=(Offer(label=Sentence(key="Help"), command="help", values=(("command", "feed add"),)),),
        ),
        'Au choix\n1. Aide\n   help --command "feed add"',
        {
            "kind": "offers", "question": "Au choix",
            "offers": [{"label": "Aide", "command": "help", "values": {"command": "feed add"}}],
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("block", "text", "data"), BLOCKS, ids=[type(each[0]).__name__ for each in BLOCKS])
def test_blocks(block: Sentence, text: str, data: dict[str, object]) -> None:
    t, answer = translator("fr"), Answer(blocks=(block,))
    assert as_text(answer, t, "UTC") == text
    assert as_data(answer, t, "UTC") == [data]


def test_blocks_stand_apart() -> None:
    answer = Answer(blocks=(Sentence(key="Help"), Sentence(key="Roles")))
    assert as_text(answer, translator("en"), "UTC") == "Help\n\nRoles"


def test_a_refusal_says_messages_within_it_in_the_language_too() -> None:
    refused = RequestError("“{command}” wants {name}: {help}", command="help", name="x", help="Examples")
    assert refusal(translator("fr"), refused, "UTC") == "«\u00a0help\u00a0» demande x\u00a0: Exemples"


def test_a_command_can_be_typed_again() -> None:
    assert typed("feed add", (("address", "https://x"), ("filter", 'a "b"'))) == (
        'feed add --address https://x --filter "a \\"b\\""'
    )
