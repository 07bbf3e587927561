"""How communities keep order: flags, cases, moderators' notes, corrections."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from bot.domain.model import (
    CaseState,
    CorrectionKind,
    CorrectionState,
    FlagOutcome,
    FlagReason,
    Measure,
    Ruling,
    Sanction,
    SubjectKind,
)
from storage.schema.columns import BigId, Span, counted, link, metadata, moment, number, word

# Subjects are of two tables, so that no foreign key holds them: what removes a subject removes these too.
cases = Table(
    "cases",
    metadata,
    number(),
    link("community_id", "communities"),
    link("discussion_id", "discussions", index=True),
    word("subject_kind", SubjectKind),
    Column("subject_id", BigId, nullable=False),
    link("author_id", "members", nullable=True, index=True),  # of a comment
    word("state", CaseState),
    Column("version", Integer, nullable=False),
    moment("opened_at"),
    Column("reopened", Boolean, nullable=False),
    link("claimed_by", "accounts", ondelete="SET NULL", nullable=True, index=True),
    moment("claimed_until", nullable=True),
    moment("decided_at", nullable=True),
    link("decided_by", "accounts", ondelete="SET NULL", nullable=True, index=True),
    word("ruling", Ruling, nullable=True),
    word("measure", Measure, nullable=True),
    word("sanction", Sanction, nullable=True),
    Column("mute_for", Span),
    Column("sensitive", Text),
    Column("words", Text),
    Column("origin_id", BigId),  # of an article: the discussion before it was merged
    link("merged_into", "cases", ondelete="SET NULL", nullable=True, index=True, within=True),
    Index(None, "community_id", "state", "opened_at"),
    Index(None, "subject_kind", "subject_id"),
    Index(
        "uq_cases_open",
        "subject_kind",
        "subject_id",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    **counted,
)

# The messages by which moderators are shown cases.
case_posts = Table(
    "case_posts",
    metadata,
    link("case_id", "cases", primary_key=True),
    link("channel_id", "channels", primary_key=True, index=True),
    Column("marker", Text, nullable=False),
    Column("ref", Text, unique=True),  # NULL until it was shown
    sqlite_with_rowid=False,
)

flags = Table(
    "flags",
    metadata,
    number(),
    link("community_id", "communities"),
    link("case_id", "cases", index=True),
    word("subject_kind", SubjectKind),
    Column("subject_id", BigId, nullable=False),
    link("account_id", "accounts", index=True),
    link("member_id", "members", index=True),
    word("reason", FlagReason),
    Column("trust", Integer, nullable=False),  # of the reporter, and what it weighed: as they were when it was made
    Column("weight", Float(53), nullable=False),
    Column("subject_revision", Integer, nullable=False),
    moment("at"),
    moment("closed_at", nullable=True),
    word("outcome", FlagOutcome, nullable=True),
    Column("origin_id", BigId),  # of an article: the discussion before it was merged
    Column("text", Text, nullable=False),
    Column("subject_text", Text, nullable=False),  # as it was flagged
    Index(None, "subject_kind", "subject_id"),
    Index(None, "community_id", "at"),
    Index(
        "uq_flags_open",
        "subject_kind",
        "subject_id",
        "member_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    **counted,
)

notes = Table(
    "notes",
    metadata,
    number(),
    link("community_id", "communities", index=True),
    link("case_id", "cases", nullable=True, index=True),
    link("member_id", "members", nullable=True, index=True),  # whom it is about
    link("account_id", "accounts", ondelete="SET NULL", nullable=True, index=True),  # who wrote it
    moment("at"),
    Column("text", Text, nullable=False),
    **counted,
)

corrections = Table(
    "corrections",
    metadata,
    number(),
    link("community_id", "communities"),
    link("discussion_id", "discussions", index=True),
    link("article_id", "articles", index=True),
    link("origin_id", "discussions", ondelete="SET NULL", nullable=True, index=True),  # before it was merged
    word("kind", CorrectionKind),
    word("state", CorrectionState),
    Column("same_key", Text, nullable=False),  # what reports are joined by
    Column("revision", Integer, nullable=False),
    moment("at"),
    Column("offered_revision", Integer),
    moment("decided_at", nullable=True),
    link("decided_by", "accounts", ondelete="SET NULL", nullable=True, index=True),
    Column("excerpt", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("offered_text", Text),
    Index(None, "community_id", "state", "at"),
    **counted,
)

correction_reports = Table(
    "correction_reports",
    metadata,
    link("correction_id", "corrections"),
    link("member_id", "members", index=True),
    link("account_id", "accounts", index=True),
    moment("at"),
    Column("remark", Text, nullable=False),
    PrimaryKeyConstraint("correction_id", "member_id"),
)
