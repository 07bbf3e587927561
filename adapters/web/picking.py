"""What a page picks out of a command's answer, to draw it in a way of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.ports.commands import Address, Answer, Cell, Facts, Listing

Row = Mapping[str, Cell]


def listing_of(answer: Answer) -> Listing | None:
    """The first list of an answer."""
    return next((block for block in answer.blocks if isinstance(block, Listing)), None)


def rows_of(answer: Answer) -> Sequence[Row]:
    """The rows of an answer's first list, their values by the names of the columns."""
    listing = listing_of(answer)
    if listing is None:
        return ()
    names = [column.name for column in listing.columns]
    return [dict(zip(names, row, strict=True)) for row in listing.rows]


def facts_of(answer: Answer) -> Row:
    """All facts of an answer, by their names."""
    return {fact.name: fact.value for block in answer.blocks if isinstance(block, Facts) for fact in block.facts}


def address_of(answer: Answer) -> Address | None:
    """The first address of an answer."""
    return next((block for block in answer.blocks if isinstance(block, Address)), None)
