"""Comments, reactions and votes."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from bot.domain.model import HiddenBy, SubjectKind, Vote
from storage.schema.columns import BigId, counted, link, metadata, moment, number, word

# The current text stands in the comment's own row.
comments = Table(
    "comments",
    metadata,
    number(),
    link("discussion_id", "discussions", index=True),
    link("channel_id", "channels", ondelete="RESTRICT", index=True),
    link("account_id", "accounts", ondelete="RESTRICT", index=True),
    Column("ref", Text, nullable=False, unique=True),
    link("parent_id", "comments", ondelete="SET NULL", nullable=True, index=True),
    Column("revision", Integer, nullable=False),
    moment("created_at"),
    moment("edited_at", nullable=True),
    moment("deleted_at", nullable=True),
    moment("hidden_at", nullable=True),
    word("hidden_by", HiddenBy, nullable=True),
    # Where it was written, after its discussion was merged into another.
    link("origin_id", "discussions", ondelete="SET NULL", nullable=True, index=True),
    Column("up", Integer, nullable=False),
    Column("down", Integer, nullable=False),
    Column("score", Integer, nullable=False),  # up − down
    Column("sensitive", Text),  # why it stands behind a curtain
    Column("curtained", Boolean, nullable=False),  # a moderator put it there: its author cannot take it away
    Column("html", Text, nullable=False),
    **counted,
)

# What a comment said before its current revision.
comment_revisions = Table(
    "comment_revisions",
    metadata,
    link("comment_id", "comments", primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("html", Text, nullable=False),
    moment("at"),
)

# Subjects are of two tables, so that no foreign key holds them: what removes a subject removes these too.
reactions = Table(
    "reactions",
    metadata,
    Column("ref", Text, primary_key=True),
    word("subject_kind", SubjectKind),
    Column("subject_id", BigId, nullable=False),
    link("account_id", "accounts", index=True),
    Column("emoji", Text, nullable=False),
    moment("at", nullable=True),
    moment("seen_at"),
    Column("counted", Boolean, nullable=False),
    Column("origin_id", BigId),  # the discussion before it was merged
    Column("channel_id", BigId),  # of the message: which emoji are votes hangs on it
    moment("removed_at", nullable=True),
    Index(None, "subject_kind", "subject_id", "account_id"),
    Index(None, "removed_at"),
)

# Counted by subject, all the time: they lie in the order of their key.
votes = Table(
    "votes",
    metadata,
    word("subject_kind", SubjectKind),
    Column("subject_id", BigId, nullable=False),
    link("member_id", "members"),
    word("vote", Vote),
    moment("at"),
    Column("void", Boolean, nullable=False),  # its member is banned, and the votes with the member
    Index(None, "member_id", "subject_kind", "subject_id"),
    PrimaryKeyConstraint("subject_kind", "subject_id", "member_id"),
    sqlite_with_rowid=False,
)
