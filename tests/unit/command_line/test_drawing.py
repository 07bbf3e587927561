"""Answers as tables on a terminal, as lines elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console

from bot.command_line.drawing import draw
from bot.domain.telling import Sentence
from bot.locale import translator
from bot.locale.answers import as_text
from bot.ports.commands import (
    Address,
    Answer,
    Block,
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

CARD = Card(
    title="Bridge [bold]opened", link="https://news.example/1", source="Example", author="Ann", lead="At last.",
    image=None, dated=datetime(2026, 1, 12, tzinfo=UTC), up=0, down=0, comments=0, marker="m", language="en",
)  # fmt: skip
LIST = Listing(
    title=Sentence(key="Parameters"),
    columns=(Column(name="name", label="Parameter"), Column(name="count", label="What it is")),
    rows=(("[red]one", 1), ("two", None), ("three", 12_345)),
    empty=Sentence(key="Help"),
    page=1,
    pages=2,
    total=5,
)
FACTS = Facts(
    title=Sentence(key="Examples"),
    facts=(
        Fact(name="since", label="Example", value=timedelta(hours=26)),
        Fact(name="none", label="Who may", value=None),
    ),
)
OFFERS = Offers(
    question=Sentence(key="Options"),
    offers=(Offer(label=Sentence(key="Help"), command="feed add", values=(("address", "https://a.example/$x y"),)),),
)


def drawn(*blocks: Block, language: str = "en", terminal: bool = True) -> tuple[str, str]:
    """What goes to the standard output, and what goes beside it."""
    out, aside = StringIO(), StringIO()
    consoles = [Console(file=each, force_terminal=terminal, width=70, color_system=None) for each in (out, aside)]
    draw(Answer(blocks=blocks), translator(language), "Europe/Paris", *consoles)
    return out.getvalue(), aside.getvalue()


def test_a_list_is_a_table_in_the_readers_language() -> None:
    text, _ = drawn(LIST, language="fr")
    assert "Paramètre" in text
    assert "[red]one" in text  # what people wrote is no markup
    assert "12\u202f345 │" in text  # numbers stand to the right
    assert "1" in text.splitlines()[-1]


def test_a_column_without_a_value_takes_no_room() -> None:
    columns = (*LIST.columns, Column(name="nothing", label="One of"))
    rows: tuple[tuple[Cell, ...], ...] = (("one", 1, None), ("two", 2, ""))
    text, _ = drawn(Listing(columns=columns, rows=rows, empty=Sentence(key="Help")))
    assert "One of" not in text
    assert "What it is" in text


def test_an_empty_list_says_so() -> None:
    empty = Listing(columns=LIST.columns, rows=(), empty=Sentence(key="There is no command for you here."))
    assert drawn(empty)[0] == "There is no command for you here.\n"


def test_facts_stand_under_each_other() -> None:
    lines = drawn(FACTS)[0].splitlines()
    assert [each.split() for each in lines] == [
        ["Examples"],
        ["Example", "1", "day", "2", "hours"],
        ["Who", "may", "–"],
    ]


def test_a_preview_is_framed() -> None:
    text, _ = drawn(Preview(card=CARD))
    assert "Bridge [bold]opened" in text
    assert "At last." in text
    assert "https://news.example/1" in text


def test_what_could_be_asked_next_can_be_pasted_into_a_shell() -> None:
    assert "tribune feed add --address 'https://a.example/$x y'" in drawn(OFFERS)[0]


def test_a_link_is_never_broken() -> None:
    url = "https://news.example/" + "x" * 200
    assert url in drawn(Address(label="Help", url=url))[0].replace("\n", "")


@pytest.mark.parametrize("terminal", [True, False])
def test_a_file_goes_out_alone(terminal: bool) -> None:
    document = Document(name="feeds.opml", media_type="text/x-opml", text="<opml>[bold]\n</opml>\n")
    out, aside = drawn(Sentence(key="Help"), document, terminal=terminal)
    assert (out, aside) == ("<opml>[bold]\n</opml>\n", "Help\n")


def test_elsewhere_there_are_plain_lines() -> None:
    blocks: tuple[Block, ...] = (Sentence(key="Help"), LIST, FACTS, Preview(card=CARD), OFFERS)
    out, aside = drawn(*blocks, terminal=False)
    assert out == as_text(Answer(blocks=blocks), translator("en"), "Europe/Paris") + "\n"
    assert aside == ""
