"""The words by which articles and comments are found: written with them, and made anew from them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.html import plain_text
from bot.domain.model import ArticleId, CommentId
from bot.domain.search import Sought, Term, words
from storage.schema.columns import BigId
from storage.schema.news import articles
from storage.schema.search import DERIVED
from storage.schema.talk import comments
from storage.sql import Sql

AT_ONCE = 500  # rows
GAP = 100  # words between title and lead, so that no phrase reaches from one into the other
LAST_PLACE = 16_383  # PostgreSQL counts no further

Row = dict[str, Any]

_LIVE = "FROM comments WHERE id = :p_id AND deleted_at IS NULL AND hidden_at IS NULL"
_ARTICLE: Mapping[str, TextClause] = {
    "sqlite": text("INSERT OR REPLACE INTO article_words (rowid, title, lead) VALUES (:p_id, :p_title, :p_lead)"),
    "postgresql": text(
        "INSERT INTO article_words (rowid, words) VALUES (:p_id, CAST(CAST(:p_words AS text) AS tsvector)) "
        "ON CONFLICT (rowid) DO UPDATE SET words = excluded.words"
    ),
}
_COMMENT: Mapping[str, TextClause] = {
    "sqlite": text(f"INSERT OR REPLACE INTO comment_words (rowid, words) SELECT id, :p_words {_LIVE}"),
    "postgresql": text(
        f"INSERT INTO comment_words (rowid, words) SELECT id, CAST(CAST(:p_words AS text) AS tsvector) {_LIVE} "
        "ON CONFLICT (rowid) DO UPDATE SET words = excluded.words"
    ),
}
_after = bindparam("p_after", type_=BigId)
_ARTICLES = (
    select(articles.c.id, articles.c.title, articles.c.lead)
    .where(articles.c.id > _after)
    .order_by(articles.c.id)
    .limit(AT_ONCE)
)
_COMMENTS = (
    select(comments.c.id, comments.c.html)
    .where(comments.c.id > _after, comments.c.deleted_at.is_(None), comments.c.hidden_at.is_(None))
    .order_by(comments.c.id)
    .limit(AT_ONCE)
)


class SqlWords:
    """Writes the words of what was stored, in its transaction."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def article(self, article_id: ArticleId, title: str, lead: str) -> None:
        """Let an article be found as it is now."""
        await self._sql.run(_ARTICLE[self._sql.engine], **_article_row(self._sql.engine, article_id, title, lead))

    async def comment(self, comment_id: CommentId, html: str) -> None:
        """Let a comment be found as it is now, where it is to be read."""
        await self._sql.run(_COMMENT[self._sql.engine], **_comment_row(self._sql.engine, comment_id, html))

    async def scrub(self) -> None:
        """Leave no trace of words that are gone: SQLite keeps them inside until it has merged its lists."""
        if self._sql.engine == "sqlite":
            for name in DERIVED:
                await self._sql.run(text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))


async def rebuild(connection: AsyncConnection) -> tuple[int, int]:
    """Make the words of all articles and comments anew; how many of each."""
    engine = connection.dialect.name
    for name in DERIVED:
        await connection.execute(text(f"DELETE FROM {name}"))
    return (
        await _write_all(connection, _ARTICLES, _ARTICLE[engine], lambda row: _article_row(engine, *row)),
        await _write_all(connection, _COMMENTS, _COMMENT[engine], lambda row: _comment_row(engine, *row)),
    )


async def _write_all(
    connection: AsyncConnection, source: Any, target: TextClause, row_of: Callable[[Sequence[Any]], Row]
) -> int:
    done, last = 0, 0
    while rows := (await connection.execute(source, {"p_after": last})).all():
        # To take texts apart is work for the processor: it must not stop the bot.
        await connection.execute(target, await asyncio.to_thread(lambda these: [row_of(each) for each in these], rows))
        done, last = done + len(rows), rows[-1].id
    return done


def _article_row(engine: str, article_id: int, title: str, lead: str) -> Row:
    titled, led = words(title), words(lead)
    if engine == "sqlite":
        return {"p_id": article_id, "p_title": " ".join(titled), "p_lead": " ".join(led)}
    return {"p_id": article_id, "p_words": f"{_vector(titled, 1, 'A')} {_vector(led, len(titled) + GAP, 'B')}"}


def _comment_row(engine: str, comment_id: int, html: str) -> Row:
    found = words(plain_text(html))
    return {"p_id": comment_id, "p_words": " ".join(found) if engine == "sqlite" else _vector(found, 1, "D")}


def _vector(found: Sequence[str], start: int, weight: str) -> str:
    """Words with their places, as PostgreSQL writes them down."""
    return " ".join(f"'{word}':{min(place, LAST_PLACE)}{weight}" for place, word in enumerate(found, start=start))


def query(engine: str, sought: Sought, *, title: bool = False) -> str:
    """What is sought as the engine writes it; `title`: in titles only. All words are letters and digits."""
    if engine == "sqlite":
        joined = " AND ".join(f'"{" ".join(each.words)}"{" *" if each.beginning else ""}' for each in sought.terms)
        return f"title : ({joined})" if title else joined
    return " & ".join(f"({_followed(each, 'A' if title else '')})" for each in sought.terms)


def _followed(term: Term, weight: str) -> str:
    last = len(term.words) - 1
    signs = [("*" if term.beginning and place == last else "") + weight for place in range(len(term.words))]
    parts = (f"'{word}':{sign}" if sign else f"'{word}'" for word, sign in zip(term.words, signs, strict=True))
    return " <-> ".join(parts)
