"""The words of articles and comments, by which they are found: derived, and so neither in the tables' metadata nor in
backups.

On SQLite they are virtual tables of FTS5, on PostgreSQL tables with a GIN index. Words come folded and parted by spaces
(`bot.domain.search`), so that both engines find the same. What is changed or taken out of sight leaves by itself,
whoever does it; what comes, or comes back, is written by `storage.words`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import column, table

from storage.schema.columns import BigId

DERIVED = ("article_words", "comment_words")

article_words = table("article_words", column("rowid", BigId))
comment_words = table("comment_words", column("rowid", BigId))

MAKE: Mapping[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE VIRTUAL TABLE article_words USING fts5(title, lead, tokenize = 'ascii', columnsize = 0)",
        "CREATE VIRTUAL TABLE comment_words USING fts5(words, tokenize = 'ascii', columnsize = 0)",
        "CREATE TRIGGER article_words_gone AFTER DELETE ON articles "
        "BEGIN DELETE FROM article_words WHERE rowid = OLD.id; END",
        "CREATE TRIGGER article_words_changed AFTER UPDATE OF title, lead ON articles "
        "BEGIN DELETE FROM article_words WHERE rowid = OLD.id; END",
        "CREATE TRIGGER comment_words_gone AFTER DELETE ON comments "
        "BEGIN DELETE FROM comment_words WHERE rowid = OLD.id; END",
        "CREATE TRIGGER comment_words_changed AFTER UPDATE OF html, deleted_at, hidden_at ON comments "
        "BEGIN DELETE FROM comment_words WHERE rowid = OLD.id; END",
    ),
    "postgresql": (
        "CREATE TABLE article_words ("
        "rowid BIGINT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, words TSVECTOR NOT NULL)",
        "CREATE TABLE comment_words ("
        "rowid BIGINT PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE, words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_article_words_words ON article_words USING gin (words)",
        "CREATE INDEX ix_comment_words_words ON comment_words USING gin (words)",
        "CREATE FUNCTION article_words_leave() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN DELETE FROM article_words WHERE rowid = OLD.id; RETURN NULL; END'",
        "CREATE FUNCTION comment_words_leave() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN DELETE FROM comment_words WHERE rowid = OLD.id; RETURN NULL; END'",
        "CREATE TRIGGER article_words_changed AFTER UPDATE OF title, lead ON articles "
        "FOR EACH ROW EXECUTE FUNCTION article_words_leave()",
        "CREATE TRIGGER comment_words_changed AFTER UPDATE OF html, deleted_at, hidden_at ON comments "
        "FOR EACH ROW EXECUTE FUNCTION comment_words_leave()",
    ),
}
"""What makes the tables and keeps what may not be found out of them, by engine."""

DROP: Mapping[str, tuple[str, ...]] = {
    "sqlite": (
        "DROP TRIGGER comment_words_changed",
        "DROP TRIGGER comment_words_gone",
        "DROP TRIGGER article_words_changed",
        "DROP TRIGGER article_words_gone",
        "DROP TABLE comment_words",
        "DROP TABLE article_words",
    ),
    "postgresql": (
        "DROP TRIGGER comment_words_changed ON comments",
        "DROP TRIGGER article_words_changed ON articles",
        "DROP FUNCTION comment_words_leave()",
        "DROP FUNCTION article_words_leave()",
        "DROP TABLE comment_words",
        "DROP TABLE article_words",
    ),
}


def is_derived(name: str | None) -> bool:
    """Whether a table of the database is one of these, or one that FTS5 keeps for them."""
    return name is not None and name.startswith(DERIVED)
