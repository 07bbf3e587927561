"""An `Answer` for people: tables on a terminal, plain lines elsewhere."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.command_line.values import as_arguments
from bot.domain.telling import Sentence
from bot.locale import Translator
from bot.locale.answers import as_text, say, shown
from bot.ports.commands import Address, Answer, Block, Cell, Document, Facts, Listing, Offers, Preview

_PAGE = "Page {page} of {pages}, {total} in all"


def draw(answer: Answer, t: Translator, zone: str, out: Console, aside: Console) -> None:
    """Write an answer. Where it holds a file, only that goes to `out`, so that it can be led into one."""
    documents = [each for each in answer.blocks if isinstance(each, Document)]
    others = Answer(blocks=tuple(each for each in answer.blocks if not isinstance(each, Document)))
    for document in documents:
        _plain(document.text.rstrip("\n"), out)
    _draw(others, t, zone, aside if documents else out)


def _draw(answer: Answer, t: Translator, zone: str, console: Console) -> None:
    if not console.is_terminal:
        if answer.blocks:
            _plain(as_text(answer, t, zone), console)
        return
    for place, block in enumerate(answer.blocks):
        if place and not (isinstance(block, Sentence) and isinstance(answer.blocks[place - 1], Sentence)):
            console.print()
        for each in _drawn(block, t, zone):
            console.print(each, highlight=False)


def _plain(text: str, console: Console) -> None:
    console.print(text, soft_wrap=True, markup=False, highlight=False, emoji=False)


def _drawn(block: Block, t: Translator, zone: str) -> Iterator[RenderableType]:
    match block:
        case Sentence():
            yield Text(say(t, block, zone))
        case Facts():
            yield _facts(block, t, zone)
        case Listing():
            yield from _listing(block, t, zone)
        case Preview(card=card):
            lines = (card.words if card.words is not None else card.lead, card.link or "")
            body = Text("\n").join(Text(each) for each in lines if each)
            yield Panel(body, title=Text(card.title, style="bold"), title_align="left", expand=False)
        case Document():
            yield Text(block.text)
        case Address():
            yield Text.assemble((t(block.label), "bold"), "\n", block.url)
        case Offers():
            yield Text(say(t, block.question, zone), style="bold")
            for number, offer in enumerate(block.offers, 1):
                words = shlex.join(as_arguments(offer.command, dict(offer.values)))
                yield Text(f"{number}. {say(t, offer.label, zone)}\n   {words}")


def _facts(block: Facts, t: Translator, zone: str) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), title_justify="left")
    table.title = Text(say(t, block.title, zone), style="bold") if block.title is not None else None
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for fact in block.facts:
        table.add_row(Text(t(fact.label)), Text(shown(t, fact.value, zone, plain=fact.plain) or "–"))
    return table


def _listing(block: Listing, t: Translator, zone: str) -> Iterator[RenderableType]:
    title = Text(say(t, block.title, zone), style="bold") if block.title is not None else None
    if not block.rows:
        yield from (each for each in (title, Text(say(t, block.empty, zone))) if each is not None)
        return
    table = Table(title=title, title_justify="left", header_style="bold", expand=False)
    filled = [place for place in range(len(block.columns)) if any(row[place] not in (None, "") for row in block.rows)]
    for place in filled:
        label = t(block.columns[place].label)
        table.add_column(label, justify="right" if _numeric(block, place) else "left", overflow="fold")
    for row in block.rows:
        table.add_row(*(Text(shown(t, row[place], zone, plain=block.columns[place].plain)) for place in filled))
    yield table
    if block.pages > 1:
        yield Text(t(_PAGE, page=block.page, pages=block.pages, total=t.number(block.total)), style="dim")


def _numeric(block: Listing, place: int) -> bool:
    cells: list[Cell] = [row[place] for row in block.rows if row[place] is not None]
    return bool(cells) and all(isinstance(each, int) for each in cells)
