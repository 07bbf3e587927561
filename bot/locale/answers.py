"""What a command answered, said in a language and zone: as lines of text, and as plain data for programs.

Both are the same at every door: a door with tables or buttons of its own draws them from the blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.locale import Translator
from bot.locale.moments import when
from bot.ports.commands import (
    Address,
    Answer,
    Block,
    Cell,
    Document,
    Facts,
    Listing,
    Offers,
    Preview,
)

SPANS = (
    ("{count} day", "{count} days", 86_400),
    ("{count} hour", "{count} hours", 3_600),
    ("{count} minute", "{count} minutes", 60),
    ("{count} second", "{count} seconds", 1),
)
_PAGE = "Page {page} of {pages}, {total} in all"


def say(t: Translator, sentence: Sentence, zone: str) -> str:
    """A sentence in a language, its moments in a zone. Only its `count` is a quantity: other numbers name something."""
    values = {name: shown(t, value, zone, plain=name != "count") for name, value in sentence.values.items()}
    count = sentence.values.get("count")
    if sentence.many and isinstance(count, int):
        return t.counted(sentence.key, sentence.many, count, **values)
    return t(sentence.key, **values)


def refusal(t: Translator, refused: RequestError, zone: str) -> str:
    """Why something was refused; a value that is itself a message (the help of a parameter) is said in the language."""
    values = {name: t.known(value) if isinstance(value, str) else value for name, value in refused.values.items()}
    return t(refused.key, **{name: shown(t, value, zone, plain=True) for name, value in values.items()})


def shown(t: Translator, value: Cell, zone: str, *, plain: bool = False) -> str:
    """A value as people read it, "" where there is none; a `plain` number as it is typed."""
    match value:
        case None:
            return ""
        case Sentence():
            return say(t, value, zone)
        case datetime():
            return when(value, zone, t.language)
        case timedelta():
            return span(t, value)
        case int():
            return str(value) if plain else t.number(value)
    return value


def span(t: Translator, value: timedelta) -> str:
    """A length of time in its two largest units that are not nought."""
    left, parts = int(value.total_seconds()), []
    for one, many, seconds in SPANS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(t.plural(one, many, count))
    return " ".join(parts[:2]) or t.plural(*SPANS[-1][:2], 0)


def as_text(answer: Answer, t: Translator, zone: str) -> str:
    """An answer as plain lines, an empty one between its blocks."""
    return "\n\n".join("\n".join(_lines(block, t, zone)) for block in answer.blocks)


def _lines(block: Block, t: Translator, zone: str) -> Iterator[str]:
    match block:
        case Sentence():
            yield say(t, block, zone)
        case Facts():
            if block.title is not None:
                yield say(t, block.title, zone)
            for fact in block.facts:
                yield t(
                    "{label}: {value}", label=t(fact.label), value=shown(t, fact.value, zone, plain=fact.plain) or "–"
                )
        case Listing():
            yield from _listing(block, t, zone)
        case Preview(card=card):
            yield card.title
            yield from (line for line in (card.words if card.words is not None else card.lead, card.link) if line)
        case Document():
            yield block.text
        case Address():
            yield t("{label}: {value}", label=t(block.label), value=block.url)
        case Offers():
            yield say(t, block.question, zone)
            for number, offer in enumerate(block.offers, 1):
                yield f"{number}. {say(t, offer.label, zone)}"
                yield f"   {typed(offer.command, offer.values)}"


def _listing(block: Listing, t: Translator, zone: str) -> Iterator[str]:
    if block.title is not None:
        yield say(t, block.title, zone)
    if not block.rows:
        yield say(t, block.empty, zone)
    for row in block.rows:
        yield f"• {_row(block, row, t, zone)}"
    if block.pages > 1:
        yield t(_PAGE, page=block.page, pages=block.pages, total=t.number(block.total))


def _row(block: Listing, row: tuple[Cell, ...], t: Translator, zone: str) -> str:
    """The first value, and in brackets what the others are called with what they are, as far as there are any; of two
    the second needs no name."""
    columns = zip(block.columns, row, strict=True)
    first, *others = (shown(t, cell, zone, plain=column.plain) for column, cell in columns)
    if len(others) == 1:
        return f"{first} – {others[0]}" if others[0] else first
    named = zip(block.columns[1:], others, strict=True)
    told = [t("{label}: {value}", label=t(column.label), value=text) for column, text in named if text]
    return f"{first} ({'; '.join(told)})" if told else first


def typed(command: str, values: tuple[tuple[str, str], ...]) -> str:
    """A command with its values as a typed line."""
    return " ".join([command, *(_typed(name, value) for name, value in values)])


def _typed(name: str, value: str) -> str:
    """A switch is read as one only where its value hangs on its name."""
    return f"--{name}={value}" if value in ("yes", "no") else f"--{name} {quoted(value)}"


def quoted(value: str) -> str:
    """A value as a typed line takes it back as it is."""
    plain = value and not any(each.isspace() or each in "\"'“”«»‘’„\\" for each in value) and not value.startswith("-")
    if plain:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def as_data(answer: Answer, t: Translator, zone: str) -> list[dict[str, Any]]:
    """An answer for programs: one object for each block; moments in ISO 8601, lengths of time in seconds."""
    return [_data(block, t, zone) for block in answer.blocks]


def _data(block: Block, t: Translator, zone: str) -> dict[str, Any]:
    match block:
        case Sentence():
            return {"kind": "sentence", "text": say(t, block, zone)}
        case Facts():
            title = {"title": say(t, block.title, zone)} if block.title is not None else {}
            return (
                {"kind": "facts"} | title | {"facts": {each.name: _value(each.value, t, zone) for each in block.facts}}
            )
        case Listing():
            names = [column.name for column in block.columns]
            rows = [dict(zip(names, (_value(cell, t, zone) for cell in row), strict=True)) for row in block.rows]
            return {"kind": "list", "page": block.page, "pages": block.pages, "total": block.total, "rows": rows}
        case Preview(card=card):
            said = {"title": card.title, "link": card.link, "source": card.source, "author": card.author}
            return {"kind": "preview"} | said | {"lead": card.lead, "words": card.words, "image": card.image}
        case Document():
            return {"kind": "document", "name": block.name, "media_type": block.media_type, "text": block.text}
        case Address():
            return {"kind": "address", "label": t(block.label), "url": block.url}
        case Offers():
            offers = [
                {"label": say(t, each.label, zone), "command": each.command, "values": dict(each.values)}
                for each in block.offers
            ]
            return {"kind": "offers", "question": say(t, block.question, zone), "offers": offers}


def _value(cell: Cell, t: Translator, zone: str) -> str | int | float | None:
    match cell:
        case Sentence():
            return say(t, cell, zone)
        case datetime():
            return cell.isoformat()
        case timedelta():
            return cell.total_seconds()
    return cell
