"""Templates of posts: plain text with fields of the article.

    {title} ({source})[ – by {author}][
    {lead}]

A part in brackets vanishes where one of its fields is empty. `{{`, `}}`, `[[` and `]]` are the signs themselves. There
are the fields of `FIELDS` and nothing else: a template is cut into pieces when it is read, and nothing in it or in an
article is ever looked up, called or formatted. What comes out is plain text: each network's adapter says it without
markup, and so that it calls nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.model import Article
from bot.domain.text import shorten
from bot.domain.wrong import Wrong

MOST_CHARACTERS = 1_000
MOST_RENDERED = 1_500
MOST_OF_A_FIELD = 500

FIELDS: Mapping[str, str] = {
    "title": "The title.",
    "link": "The address of the article.",
    "author": "Who wrote it.",
    "source": "The title of the feed.",
    "date": "The day on which it was published.",
    "time": "The time of day at which it was published.",
    "lead": "Its first sentences.",
    "categories": "Its categories, with commas.",
}
"""What a template can show; each with a message that says what it is."""

_PIECE = re.compile(
    r"(?P<double>\{\{|\}\}|\[\[|\]\])|\{(?P<field>[^{}\[\]]*)\}|(?P<sign>[{}\[\]])|(?P<text>[^{}\[\]]+)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    text: str = ""
    field: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """Pieces that stand together, or vanish together where they are optional."""

    pieces: tuple[_Piece, ...]
    optional: bool = False

    def render(self, fields: Mapping[str, str]) -> str:
        values = [(piece.text if piece.field is None else fields.get(piece.field, "")) for piece in self.pieces]
        lacking = any(piece.field is not None and not value for piece, value in zip(self.pieces, values, strict=True))
        return "" if self.optional and lacking else "".join(values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A template that was understood."""

    text: str
    parts: tuple[_Part, ...]

    def render(self, fields: Mapping[str, str]) -> str:
        """The text for an article, as `fields_of` gives it."""
        cut = {name: value if name == "link" else shorten(value, MOST_OF_A_FIELD) for name, value in fields.items()}
        return shorten("".join(part.render(cut) for part in self.parts).strip(), MOST_RENDERED)


def read(text: str) -> Template:
    """Understand a template. Raises `Wrong`, which names the place and the remedy."""
    if len(text) > MOST_CHARACTERS:
        raise Wrong(_TOO_LONG, limit=MOST_CHARACTERS)
    return Template(text=text, parts=tuple(_parts(text)))


def fields_of(article: Article, *, zone: str = "UTC") -> dict[str, str]:
    """What a template can show of an article, all of it as text; what there is not is empty."""
    content = article.content
    dated = article.dated.astimezone(ZoneInfo(zone))
    return {
        "title": content.title,
        "link": content.link or "",
        "author": content.author or "",
        "source": article.source,
        "date": f"{dated:%Y-%m-%d}",
        "time": f"{dated:%H:%M}",
        "lead": content.lead,
        "categories": ", ".join(content.categories),
    }


def _parts(text: str) -> Iterator[_Part]:
    pieces: list[_Piece] = []
    opened: int | None = None
    for match in _PIECE.finditer(text):
        if match["sign"] == "[" and opened is None:
            yield _Part(pieces=tuple(pieces))
            pieces, opened = [], match.start() + 1
        elif match["sign"] == "]" and opened is not None:
            if all(piece.field is None for piece in pieces):
                raise Wrong(_WITHOUT_FIELD, at=opened)
            yield _Part(pieces=tuple(pieces), optional=True)
            pieces, opened = [], None
        else:
            pieces.append(_piece(match))
    if opened is not None:
        raise Wrong(_NOT_CLOSED, at=opened)
    yield _Part(pieces=tuple(pieces))


def _piece(match: re.Match[str]) -> _Piece:
    at = match.start() + 1
    if match["sign"]:
        raise Wrong(_NESTED if match["sign"] == "[" else _ALONE, at=at, sign=match["sign"])
    if match["field"] is None:
        return _Piece(text=match["double"][0] if match["double"] else match["text"])
    if match["field"] not in FIELDS:
        raise Wrong(_NO_FIELD, at=at, field=match["field"], fields=", ".join(FIELDS))
    return _Piece(field=match["field"])


_TOO_LONG = "The template is longer than {limit} characters; shorten it."
_NO_FIELD = "At character {at} of the template there is no field “{field}”. There are: {fields}."
_ALONE = "The “{sign}” at character {at} of the template stands alone; write it twice where the sign itself is meant."
_NESTED = "The “{sign}” at character {at} of the template opens a part within a part; close the first one before it."
_NOT_CLOSED = "The part in brackets at character {at} of the template is not closed; put a “]” where it ends."
_WITHOUT_FIELD = (
    "The part in brackets at character {at} of the template has no field; write the brackets twice where the signs "
    "themselves are meant."
)
