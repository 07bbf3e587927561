"""The outbox with its lanes, what admins are told, and small values."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from bot.domain.orders import OutboxState
from storage.schema.columns import Pairs, counted, link, metadata, moment, number, word


class OrderKind(StrEnum):
    """Which order a row holds."""

    PUBLISH = "publish"
    REFRESH = "refresh"
    SPEAK = "speak"
    REMOVE = "remove"
    TELL = "tell"
    HIDE = "hide"
    LOCK = "lock"
    TAKE_OFF = "take-off"
    RENAME = "rename"
    PUBLISH_CASE = "publish-case"
    REFRESH_CASE = "refresh-case"
    LEAVE = "leave"


outbox = Table(
    "outbox",
    metadata,
    number(),
    Column("lane", Text, nullable=False),
    word("kind", OrderKind),
    link("post_id", "posts", nullable=True, index=True),
    link("case_id", "cases", nullable=True, index=True),
    link("shown_in", "channels", nullable=True, index=True),  # where a case is shown
    Column("place", Text),  # where a Speak goes, whom a Tell is for, what the others act on
    Column("wanted", Boolean),  # hidden or locked, or no longer
    Column("language", Text),
    Column("marker", Text),
    Column("key", Text, nullable=False, unique=True),
    word("state", OutboxState),
    moment("created_at"),
    moment("due_at"),  # when it could first be done: what was put off on purpose was not held up until then
    moment("next_at"),
    moment("expires_at", nullable=True),
    moment("finished_at", nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("last_answer", Text),
    Column("in_doubt", Boolean, nullable=False),
    Column("started", Boolean, nullable=False),  # a step has been marked
    Column("spread", Boolean, nullable=False),
    Column("steps", Text, nullable=False),
    Column("html", Text),
    Index(None, "lane", "state", "id"),
    Index(None, "state", "finished_at"),
    **counted,
)

# One row for each lane that ever held work. `next_at` is when its head is due, NULL while nothing waits: kept here so
# that to look for work costs the same however long the lanes are. The epoch outlives its leases.
lanes = Table(
    "lanes",
    metadata,
    Column("lane", Text, primary_key=True),
    Column("network", Text, nullable=False),
    moment("next_at", nullable=True),
    Column("owner", Text),
    Column("epoch", Integer, nullable=False),
    moment("until", nullable=True),
    Index(None, "network", "next_at"),
)

notices = Table(
    "notices",
    metadata,
    number(),
    link("community_id", "communities", index=True),
    Column("key", Text, nullable=False),
    Column("fill", Pairs, nullable=False),
    moment("at"),
    **counted,
)

audit_log = Table(
    "audit_log",
    metadata,
    number(),
    link("community_id", "communities"),
    moment("at"),
    link("account_id", "accounts", ondelete="SET NULL", nullable=True, index=True),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Index(None, "community_id", "at"),
    Index(None, "community_id", "subject"),
    **counted,
)

settings = Table("settings", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

page_messages = Table(
    "page_messages",
    metadata,
    number(),
    Column("ref", Text, nullable=False, unique=True),
    Column("place", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("marker", Text, nullable=False),
    moment("at"),
    moment("read_at", nullable=True),  # by the one it is for
    Index(None, "place", "marker"),
    **counted,
)
