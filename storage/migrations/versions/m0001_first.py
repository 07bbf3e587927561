"""The schema of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MAKE_WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE article_words USING fts5(title, lead, tokenize = 'ascii', columnsize = 0)",
        "CREATE VIRTUAL TABLE comment_words USING fts5(words, tokenize = 'ascii', columnsize = 0)",
        "CREATE TRIGGER article_words_gone AFTER DELETE ON articles BEGIN DELETE FROM "
        "article_words WHERE rowid = OLD.id; END",
        "CREATE TRIGGER article_words_changed AFTER UPDATE OF title, lead ON articles BEGIN "
        "DELETE FROM article_words WHERE rowid = OLD.id; END",
        "CREATE TRIGGER comment_words_gone AFTER DELETE ON comments BEGIN DELETE FROM "
        "comment_words WHERE rowid = OLD.id; END",
        "CREATE TRIGGER comment_words_changed AFTER UPDATE OF html, deleted_at, hidden_at ON "
        "comments BEGIN DELETE FROM comment_words WHERE rowid = OLD.id; END",
    ),
    "postgresql": (
        "CREATE TABLE article_words (rowid BIGINT PRIMARY KEY REFERENCES articles (id) ON "
        "DELETE CASCADE, words TSVECTOR NOT NULL)",
        "CREATE TABLE comment_words (rowid BIGINT PRIMARY KEY REFERENCES comments (id) ON "
        "DELETE CASCADE, words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_article_words_words ON article_words USING gin (words)",
        "CREATE INDEX ix_comment_words_words ON comment_words USING gin (words)",
        "CREATE FUNCTION article_words_leave() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN "
        "DELETE FROM article_words WHERE rowid = OLD.id; RETURN NULL; END'",
        "CREATE FUNCTION comment_words_leave() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN "
        "DELETE FROM comment_words WHERE rowid = OLD.id; RETURN NULL; END'",
        "CREATE TRIGGER article_words_changed AFTER UPDATE OF title, lead ON articles FOR EACH"
        " ROW EXECUTE FUNCTION article_words_leave()",
        "CREATE TRIGGER comment_words_changed AFTER UPDATE OF html, deleted_at, hidden_at ON "
        "comments FOR EACH ROW EXECUTE FUNCTION comment_words_leave()",
    ),
}
DROP_WORDS = {
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


def upgrade() -> None:
    op.create_table(
        "communities",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communities")),
        sa.UniqueConstraint("slug", name=op.f("uq_communities_slug")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "lanes",
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_lanes")),
    )
    op.create_index(op.f("ix_lanes_network_next_at"), "lanes", ["network", "next_at"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "page_messages",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_messages")),
        sa.UniqueConstraint("ref", name=op.f("uq_page_messages_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_page_messages_place_marker"), "page_messages", ["place", "marker"], unique=False)
    op.create_table(
        "settings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("name_key", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_accounts_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_accounts_member_id_members"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint(
            "community_id", "network", "name_key", name=op.f("uq_accounts_community_id_network_name_key")
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_accounts_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_accounts_member_id"), "accounts", ["member_id"], unique=False)
    op.create_table(
        "channels",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column(
            "visibility",
            sa.Text(),
            sa.CheckConstraint("visibility IN ('public', 'community', 'private')", name=op.f("ck_channels_visibility")),
            nullable=False,
        ),
        sa.Column(
            "sort",
            sa.Text(),
            sa.CheckConstraint("sort IN ('hot', 'new', 'top')", name=op.f("ck_channels_sort")),
            nullable=True,
        ),
        sa.Column("up", sa.Text(), nullable=True),
        sa.Column("down", sa.Text(), nullable=True),
        sa.Column("flag", sa.Text(), nullable=True),
        sa.Column("hide_weight", sa.Float(precision=53), nullable=True),
        sa.Column("colour", sa.Integer(), nullable=True),
        sa.Column("cases", sa.Boolean(), nullable=False),
        sa.Column("server", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_channels_community_id_communities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("ref", name=op.f("uq_channels_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_channels_community_id"), "channels", ["community_id"], unique=False)
    op.create_index(op.f("ix_channels_server"), "channels", ["server"], unique=False)
    op.create_table(
        "feeds",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("owner_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Text(),
            sa.CheckConstraint("state IN ('active', 'paused', 'gone')", name=op.f("ck_feeds_state")),
            nullable=False,
        ),
        sa.Column("interval", sa.BigInteger(), nullable=False),
        sa.Column("ttl", sa.BigInteger(), nullable=True),
        sa.Column("from_config", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_digest", sa.LargeBinary(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("first_read_at", sa.BigInteger(), nullable=True),
        sa.Column("last_polled_at", sa.BigInteger(), nullable=True),
        sa.Column("last_read_at", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column(
            "failure",
            sa.Text(),
            sa.CheckConstraint(
                "failure IN ('unreachable', 'timeout', 'tls', 'forbidden-address', 'too-large', "
                "'too-many-redirects', 'refused', 'busy', 'server', 'gone', 'unreadable')",
                name=op.f("ck_feeds_failure"),
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "told",
            sa.Text(),
            sa.CheckConstraint("told IN ('nothing', 'failing', 'gone')", name=op.f("ck_feeds_told")),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["communities.id"], name=op.f("fk_feeds_owner_id_communities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("address", "owner_id", name=op.f("uq_feeds_address_owner_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feeds_owner_id"), "feeds", ["owner_id"], unique=False)
    op.create_index(op.f("ix_feeds_state_next_at"), "feeds", ["state", "next_at"], unique=False)
    op.create_index(
        "uq_feeds_address",
        "feeds",
        ["address"],
        unique=True,
        sqlite_where=sa.text("owner_id IS NULL"),
        postgresql_where=sa.text("owner_id IS NULL"),
    )
    op.create_table(
        "follows",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_follows_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_follows_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follows")),
        sa.UniqueConstraint("community_id", "member_id", "key", name=op.f("uq_follows_community_id_member_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_follows_member_id"), "follows", ["member_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fill", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_notices_community_id_communities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notices_community_id"), "notices", ["community_id"], unique=False)
    op.create_table(
        "preferences",
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("notified_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_preferences_community_id_communities"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_preferences_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("community_id", "member_id", name=op.f("pk_preferences")),
    )
    op.create_index(op.f("ix_preferences_member_id"), "preferences", ["member_id"], unique=False)
    op.create_table(
        "recounts",
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_recounts_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_recounts_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("community_id", "member_id", name=op.f("pk_recounts")),
    )
    op.create_index(op.f("ix_recounts_member_id"), "recounts", ["member_id"], unique=False)
    op.create_table(
        "servers",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "standing",
            sa.Text(),
            sa.CheckConstraint(
                "standing IN ('admitted', 'asked', 'refused', 'left')", name=op.f("ck_servers_standing")
            ),
            nullable=False,
        ),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("invited_by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_servers_community_id_communities"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_servers")),
    )
    op.create_index(op.f("ix_servers_community_id"), "servers", ["community_id"], unique=False)
    op.create_table(
        "standings",
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column(
            "role",
            sa.Text(),
            sa.CheckConstraint(
                "role IN ('reader', 'member', 'moderator', 'admin', 'operator')", name=op.f("ck_standings_role")
            ),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("upvoters", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "trust",
            sa.Integer(),
            sa.CheckConstraint("trust BETWEEN 0 AND 3", name=op.f("ck_standings_trust")),
            nullable=False,
        ),
        sa.Column("trust_locked", sa.Boolean(), nullable=False),
        sa.Column("muted_until", sa.BigInteger(), nullable=True),
        sa.Column("banned_at", sa.BigInteger(), nullable=True),
        sa.Column("votes_void", sa.Boolean(), nullable=False),
        sa.Column("role_set", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_standings_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_standings_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("community_id", "member_id", name=op.f("pk_standings")),
    )
    op.create_index(op.f("ix_standings_member_id"), "standings", ["member_id"], unique=False)
    op.create_table(
        "votes",
        sa.Column(
            "subject_kind",
            sa.Text(),
            sa.CheckConstraint("subject_kind IN ('article', 'comment')", name=op.f("ck_votes_subject_kind")),
            nullable=False,
        ),
        sa.Column("subject_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column(
            "vote", sa.Text(), sa.CheckConstraint("vote IN ('up', 'down')", name=op.f("ck_votes_vote")), nullable=False
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_votes_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", "member_id", name=op.f("pk_votes")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_votes_member_id_subject_kind_subject_id"),
        "votes",
        ["member_id", "subject_kind", "subject_id"],
        unique=False,
    )
    op.create_table(
        "articles",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("primary_feed", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("dated", sa.BigInteger(), nullable=False),
        sa.Column("revised_at", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("published", sa.BigInteger(), nullable=True),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("comments_url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("teaser", sa.Boolean(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["articles.id"],
            name=op.f("fk_articles_merged_into_articles"),
            ondelete="SET NULL",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["primary_feed"], ["feeds.id"], name=op.f("fk_articles_primary_feed_feeds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_articles_first_seen"), "articles", ["first_seen"], unique=False)
    op.create_index(op.f("ix_articles_marker"), "articles", ["marker"], unique=False)
    op.create_index(
        op.f("ix_articles_merged_into"),
        "articles",
        ["merged_into"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(op.f("ix_articles_primary_feed"), "articles", ["primary_feed"], unique=False)
    op.create_table(
        "audit_log",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_audit_log_account_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_audit_log_community_id_communities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_log_account_id"), "audit_log", ["account_id"], unique=False)
    op.create_index(op.f("ix_audit_log_community_id_at"), "audit_log", ["community_id", "at"], unique=False)
    op.create_index(op.f("ix_audit_log_community_id_subject"), "audit_log", ["community_id", "subject"], unique=False)
    op.create_table(
        "channel_roles",
        sa.Column("channel_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column(
            "role",
            sa.Text(),
            sa.CheckConstraint(
                "role IN ('reader', 'member', 'moderator', 'admin', 'operator')", name=op.f("ck_channel_roles_role")
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_channel_roles_channel_id_channels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_channel_roles_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", "member_id", name=op.f("pk_channel_roles")),
    )
    op.create_index(op.f("ix_channel_roles_member_id"), "channel_roles", ["member_id"], unique=False)
    op.create_table(
        "feed_access",
        sa.Column("feed_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("user", sa.Text(), nullable=True),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_feed_access_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_feed_access")),
    )
    op.create_table(
        "feed_forms",
        sa.Column("feed_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_feed_forms_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_feed_forms")),
    )
    op.create_table(
        "forgotten",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_forgotten_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_forgotten")),
    )
    op.create_index(op.f("ix_forgotten_account_id"), "forgotten", ["account_id"], unique=False)
    op.create_table(
        "former_addresses",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("feed_id", BIG_ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_former_addresses_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("address", "feed_id", name=op.f("pk_former_addresses")),
    )
    op.create_index(op.f("ix_former_addresses_feed_id"), "former_addresses", ["feed_id"], unique=False)
    op.create_table(
        "reactions",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Text(),
            sa.CheckConstraint("subject_kind IN ('article', 'comment')", name=op.f("ck_reactions_subject_kind")),
            nullable=False,
        ),
        sa.Column("subject_id", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("emoji", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("origin_id", BIG_ID, nullable=True),
        sa.Column("channel_id", BIG_ID, nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_reactions_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_reactions")),
    )
    op.create_index(op.f("ix_reactions_account_id"), "reactions", ["account_id"], unique=False)
    op.create_index(op.f("ix_reactions_removed_at"), "reactions", ["removed_at"], unique=False)
    op.create_index(
        op.f("ix_reactions_subject_kind_subject_id_account_id"),
        "reactions",
        ["subject_kind", "subject_id", "account_id"],
        unique=False,
    )
    op.create_table(
        "sessions",
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_sessions_community_id_communities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_index(op.f("ix_sessions_community_id"), "sessions", ["community_id"], unique=False)
    op.create_table(
        "signin_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column(
            "role",
            sa.Text(),
            sa.CheckConstraint(
                "role IN ('reader', 'member', 'moderator', 'admin', 'operator')", name=op.f("ck_signin_links_role")
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_signin_links_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_signin_links_community_id_communities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_signin_links")),
    )
    op.create_index(op.f("ix_signin_links_account_id"), "signin_links", ["account_id"], unique=False)
    op.create_index(op.f("ix_signin_links_community_id"), "signin_links", ["community_id"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("feed_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("channel_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("backlog", sa.Integer(), nullable=False),
        sa.Column("primed", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("mention", sa.Text(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("members_only", sa.Boolean(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.Column("quiet", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("digest_due", sa.BigInteger(), nullable=True),
        sa.Column("suspended", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_subscriptions_channel_id_channels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_subscriptions_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("feed_id", "channel_id", name=op.f("uq_subscriptions_feed_id_channel_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_subscriptions_channel_id"), "subscriptions", ["channel_id"], unique=False)
    op.create_index(
        op.f("ix_subscriptions_digest_due"),
        "subscriptions",
        ["digest_due"],
        unique=False,
        sqlite_where=sa.text("digest_due IS NOT NULL"),
        postgresql_where=sa.text("digest_due IS NOT NULL"),
    )
    op.create_table(
        "aliases",
        sa.Column(
            "key", sa.LargeBinary(), sa.CheckConstraint("length(key) = 16", name=op.f("ck_aliases_key")), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Text(),
            sa.CheckConstraint("kind IN ('id', 'link', 'fingerprint')", name=op.f("ck_aliases_kind")),
            nullable=False,
        ),
        sa.Column("article_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("feed_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("origin_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_aliases_article_id_articles"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name=op.f("fk_aliases_feed_id_feeds"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["articles.id"], name=op.f("fk_aliases_origin_id_articles"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_aliases")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_aliases_article_id"), "aliases", ["article_id"], unique=False)
    op.create_index(op.f("ix_aliases_feed_id"), "aliases", ["feed_id"], unique=False)
    op.create_index(op.f("ix_aliases_origin_id"), "aliases", ["origin_id"], unique=False)
    op.create_table(
        "article_revisions",
        sa.Column("article_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("published", sa.BigInteger(), nullable=True),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("comments_url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("teaser", sa.Boolean(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_revisions_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "revision", name=op.f("pk_article_revisions")),
    )
    op.create_table(
        "article_sources",
        sa.Column("article_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("feed_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("origin_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_sources_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_article_sources_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["articles.id"], name=op.f("fk_article_sources_origin_id_articles"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("article_id", "feed_id", name=op.f("pk_article_sources")),
    )
    op.create_index(op.f("ix_article_sources_feed_id"), "article_sources", ["feed_id"], unique=False)
    op.create_index(op.f("ix_article_sources_origin_id"), "article_sources", ["origin_id"], unique=False)
    op.create_table(
        "discussions",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("article_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("dated", sa.BigInteger(), nullable=False),
        sa.Column("up", sa.Integer(), nullable=False),
        sa.Column("down", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("shares", sa.Integer(), nullable=False),
        sa.Column("hot", sa.Float(precision=53), nullable=False),
        sa.Column("hidden_at", sa.BigInteger(), nullable=True),
        sa.Column("locked_at", sa.BigInteger(), nullable=True),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.Column("slow", sa.BigInteger(), nullable=True),
        sa.Column("sensitive", sa.Text(), nullable=True),
        sa.Column("merged_into", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("origin_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("watched", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_discussions_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_discussions_community_id_communities"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["discussions.id"],
            name=op.f("fk_discussions_merged_into_discussions"),
            ondelete="SET NULL",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["articles.id"], name=op.f("fk_discussions_origin_id_articles"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussions")),
        sa.UniqueConstraint("article_id", "community_id", name=op.f("uq_discussions_article_id_community_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_discussions_community_id_dated"), "discussions", ["community_id", "dated"], unique=False)
    op.create_index(op.f("ix_discussions_community_id_hot"), "discussions", ["community_id", "hot"], unique=False)
    op.create_index(
        op.f("ix_discussions_locked_until"),
        "discussions",
        ["locked_until"],
        unique=False,
        sqlite_where=sa.text("locked_until IS NOT NULL"),
        postgresql_where=sa.text("locked_until IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_discussions_merged_into"),
        "discussions",
        ["merged_into"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(op.f("ix_discussions_origin_id"), "discussions", ["origin_id"], unique=False)
    op.create_index(
        "ix_discussions_unwatched",
        "discussions",
        ["id"],
        unique=False,
        sqlite_where=sa.text("watched IS NULL"),
        postgresql_where=sa.text("watched IS NULL"),
    )
    op.create_table(
        "verdicts",
        sa.Column("article_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("subscription_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column(
            "passage",
            sa.Text(),
            sa.CheckConstraint(
                "passage IN ('passed', 'stopped', 'held', 'deferred', 'gathered', 'paused', 'suspended', 'backlog')",
                name=op.f("ck_verdicts_passage"),
            ),
            nullable=False,
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_verdicts_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_verdicts_subscription_id_subscriptions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "subscription_id", name=op.f("pk_verdicts")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_verdicts_subscription_id"), "verdicts", ["subscription_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("discussion_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column(
            "subject_kind",
            sa.Text(),
            sa.CheckConstraint("subject_kind IN ('article', 'comment')", name=op.f("ck_cases_subject_kind")),
            nullable=False,
        ),
        sa.Column("subject_id", BIG_ID, nullable=False),
        sa.Column("author_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column(
            "state",
            sa.Text(),
            sa.CheckConstraint("state IN ('open', 'decided')", name=op.f("ck_cases_state")),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("reopened", sa.Boolean(), nullable=False),
        sa.Column("claimed_by", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", BIG_ID, autoincrement=False, nullable=True),
        sa.Column(
            "ruling",
            sa.Text(),
            sa.CheckConstraint("ruling IN ('agree', 'disagree', 'ignore')", name=op.f("ck_cases_ruling")),
            nullable=True,
        ),
        sa.Column(
            "measure",
            sa.Text(),
            sa.CheckConstraint("measure IN ('keep', 'hide', 'delete')", name=op.f("ck_cases_measure")),
            nullable=True,
        ),
        sa.Column(
            "sanction",
            sa.Text(),
            sa.CheckConstraint("sanction IN ('none', 'warn', 'mute')", name=op.f("ck_cases_sanction")),
            nullable=True,
        ),
        sa.Column("mute_for", sa.BigInteger(), nullable=True),
        sa.Column("sensitive", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("origin_id", BIG_ID, nullable=True),
        sa.Column("merged_into", BIG_ID, autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_cases_author_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by"], ["accounts.id"], name=op.f("fk_cases_claimed_by_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_cases_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["accounts.id"], name=op.f("fk_cases_decided_by_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["discussion_id"], ["discussions.id"], name=op.f("fk_cases_discussion_id_discussions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["cases.id"],
            name=op.f("fk_cases_merged_into_cases"),
            ondelete="SET NULL",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_cases_author_id"), "cases", ["author_id"], unique=False)
    op.create_index(op.f("ix_cases_claimed_by"), "cases", ["claimed_by"], unique=False)
    op.create_index(
        op.f("ix_cases_community_id_state_opened_at"), "cases", ["community_id", "state", "opened_at"], unique=False
    )
    op.create_index(op.f("ix_cases_decided_by"), "cases", ["decided_by"], unique=False)
    op.create_index(op.f("ix_cases_discussion_id"), "cases", ["discussion_id"], unique=False)
    op.create_index(op.f("ix_cases_merged_into"), "cases", ["merged_into"], unique=False)
    op.create_index(op.f("ix_cases_subject_kind_subject_id"), "cases", ["subject_kind", "subject_id"], unique=False)
    op.create_index(
        "uq_cases_open",
        "cases",
        ["subject_kind", "subject_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "comments",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("discussion_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("channel_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("parent_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("hidden_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "hidden_by",
            sa.Text(),
            sa.CheckConstraint("hidden_by IN ('flags', 'moderator')", name=op.f("ck_comments_hidden_by")),
            nullable=True,
        ),
        sa.Column("origin_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("up", sa.Integer(), nullable=False),
        sa.Column("down", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("sensitive", sa.Text(), nullable=True),
        sa.Column("curtained", sa.Boolean(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_comments_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_comments_channel_id_channels"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["discussion_id"],
            ["discussions.id"],
            name=op.f("fk_comments_discussion_id_discussions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["discussions.id"], name=op.f("fk_comments_origin_id_discussions"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id_comments"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("ref", name=op.f("uq_comments_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_comments_account_id"), "comments", ["account_id"], unique=False)
    op.create_index(op.f("ix_comments_channel_id"), "comments", ["channel_id"], unique=False)
    op.create_index(op.f("ix_comments_discussion_id"), "comments", ["discussion_id"], unique=False)
    op.create_index(op.f("ix_comments_origin_id"), "comments", ["origin_id"], unique=False)
    op.create_index(op.f("ix_comments_parent_id"), "comments", ["parent_id"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("discussion_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("article_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("origin_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column(
            "kind",
            sa.Text(),
            sa.CheckConstraint(
                "kind IN ('typo', 'fact', 'dead-link', 'wrong-image', 'duplicate')", name=op.f("ck_corrections_kind")
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Text(),
            sa.CheckConstraint(
                "state IN ('received', 'sent-on', 'corrected', 'rejected')", name=op.f("ck_corrections_state")
            ),
            nullable=False,
        ),
        sa.Column("same_key", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("offered_revision", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("offered_text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_corrections_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_corrections_community_id_communities"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["accounts.id"], name=op.f("fk_corrections_decided_by_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["discussion_id"],
            ["discussions.id"],
            name=op.f("fk_corrections_discussion_id_discussions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["discussions.id"], name=op.f("fk_corrections_origin_id_discussions"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_corrections_article_id"), "corrections", ["article_id"], unique=False)
    op.create_index(
        op.f("ix_corrections_community_id_state_at"), "corrections", ["community_id", "state", "at"], unique=False
    )
    op.create_index(op.f("ix_corrections_decided_by"), "corrections", ["decided_by"], unique=False)
    op.create_index(op.f("ix_corrections_discussion_id"), "corrections", ["discussion_id"], unique=False)
    op.create_index(op.f("ix_corrections_origin_id"), "corrections", ["origin_id"], unique=False)
    op.create_table(
        "follow_hits",
        sa.Column("follow_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("discussion_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["discussion_id"],
            ["discussions.id"],
            name=op.f("fk_follow_hits_discussion_id_discussions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["follow_id"], ["follows.id"], name=op.f("fk_follow_hits_follow_id_follows"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follow_id", "discussion_id", name=op.f("pk_follow_hits")),
    )
    op.create_index(op.f("ix_follow_hits_discussion_id"), "follow_hits", ["discussion_id"], unique=False)
    op.create_table(
        "posts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("article_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("discussion_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("channel_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("subscription_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column(
            "state",
            sa.Text(),
            sa.CheckConstraint(
                "state IN ('pending', 'held', 'gathered', 'skipped', 'posted', 'left-out', "
                "'failed', 'deleted', 'digested')",
                name=op.f("ck_posts_state"),
            ),
            nullable=False,
        ),
        sa.Column("members_only", sa.Boolean(), nullable=False),
        sa.Column("origin_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column(
            "former",
            sa.Text(),
            sa.CheckConstraint(
                "former IN ('pending', 'held', 'gathered', 'skipped', 'posted', 'left-out', "
                "'failed', 'deleted', 'digested')",
                name=op.f("ck_posts_former"),
            ),
            nullable=True,
        ),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("thread_name", sa.Text(), nullable=True),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_posts_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_posts_channel_id_channels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["discussion_id"], ["discussions.id"], name=op.f("fk_posts_discussion_id_discussions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["articles.id"], name=op.f("fk_posts_origin_id_articles"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_posts_subscription_id_subscriptions"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("article_id", "channel_id", name=op.f("uq_posts_article_id_channel_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_posts_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_posts_channel_id_state"), "posts", ["channel_id", "state"], unique=False)
    op.create_index(op.f("ix_posts_discussion_id"), "posts", ["discussion_id"], unique=False)
    op.create_index(op.f("ix_posts_origin_id"), "posts", ["origin_id"], unique=False)
    op.create_index(op.f("ix_posts_subscription_id"), "posts", ["subscription_id"], unique=False)
    op.create_index(op.f("ix_posts_thread"), "posts", ["thread"], unique=False)
    op.create_table(
        "shares",
        sa.Column("discussion_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("channel_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_shares_account_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_shares_channel_id_channels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["discussion_id"], ["discussions.id"], name=op.f("fk_shares_discussion_id_discussions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("discussion_id", "channel_id", name=op.f("pk_shares")),
    )
    op.create_index(op.f("ix_shares_account_id"), "shares", ["account_id"], unique=False)
    op.create_index(op.f("ix_shares_channel_id"), "shares", ["channel_id"], unique=False)
    op.create_table(
        "case_posts",
        sa.Column("case_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("channel_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_posts_case_id_cases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_case_posts_channel_id_channels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "channel_id", name=op.f("pk_case_posts")),
        sa.UniqueConstraint("ref", name=op.f("uq_case_posts_ref")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_case_posts_channel_id"), "case_posts", ["channel_id"], unique=False)
    op.create_table(
        "comment_revisions",
        sa.Column("comment_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_revisions_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "revision", name=op.f("pk_comment_revisions")),
    )
    op.create_table(
        "correction_reports",
        sa.Column("correction_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_correction_reports_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["corrections.id"],
            name=op.f("fk_correction_reports_correction_id_corrections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_correction_reports_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("correction_id", "member_id", name=op.f("pk_correction_reports")),
    )
    op.create_index(op.f("ix_correction_reports_account_id"), "correction_reports", ["account_id"], unique=False)
    op.create_index(op.f("ix_correction_reports_member_id"), "correction_reports", ["member_id"], unique=False)
    op.create_table(
        "flags",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("case_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column(
            "subject_kind",
            sa.Text(),
            sa.CheckConstraint("subject_kind IN ('article', 'comment')", name=op.f("ck_flags_subject_kind")),
            nullable=False,
        ),
        sa.Column("subject_id", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column(
            "reason",
            sa.Text(),
            sa.CheckConstraint(
                "reason IN ('spam', 'off-topic', 'unkind', 'illegal', 'private-data', 'other')",
                name=op.f("ck_flags_reason"),
            ),
            nullable=False,
        ),
        sa.Column("trust", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(precision=53), nullable=False),
        sa.Column("subject_revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "outcome",
            sa.Text(),
            sa.CheckConstraint(
                "outcome IN ('agreed', 'disagreed', 'ignored', 'withdrawn')", name=op.f("ck_flags_outcome")
            ),
            nullable=True,
        ),
        sa.Column("origin_id", BIG_ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_flags_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_flags_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_flags_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_flags_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_flags_account_id"), "flags", ["account_id"], unique=False)
    op.create_index(op.f("ix_flags_case_id"), "flags", ["case_id"], unique=False)
    op.create_index(op.f("ix_flags_community_id_at"), "flags", ["community_id", "at"], unique=False)
    op.create_index(op.f("ix_flags_member_id"), "flags", ["member_id"], unique=False)
    op.create_index(op.f("ix_flags_subject_kind_subject_id"), "flags", ["subject_kind", "subject_id"], unique=False)
    op.create_index(
        "uq_flags_open",
        "flags",
        ["subject_kind", "subject_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "notes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("community_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("case_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("member_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("account_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notes_account_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notes_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_notes_community_id_communities"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_notes_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notes_account_id"), "notes", ["account_id"], unique=False)
    op.create_index(op.f("ix_notes_case_id"), "notes", ["case_id"], unique=False)
    op.create_index(op.f("ix_notes_community_id"), "notes", ["community_id"], unique=False)
    op.create_index(op.f("ix_notes_member_id"), "notes", ["member_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            sa.CheckConstraint(
                "kind IN ('publish', 'refresh', 'speak', 'remove', 'tell', 'hide', 'lock', 'take-"
                "off', 'rename', 'publish-case', 'refresh-case', 'leave')",
                name=op.f("ck_outbox_kind"),
            ),
            nullable=False,
        ),
        sa.Column("post_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("case_id", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("shown_in", BIG_ID, autoincrement=False, nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Boolean(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("marker", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Text(),
            sa.CheckConstraint("state IN ('pending', 'done', 'parked', 'expired')", name=op.f("ck_outbox_state")),
            nullable=False,
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_answer", sa.Text(), nullable=True),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("started", sa.Boolean(), nullable=False),
        sa.Column("spread", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_outbox_post_id_posts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["shown_in"], ["channels.id"], name=op.f("fk_outbox_shown_in_channels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_case_id"), "outbox", ["case_id"], unique=False)
    op.create_index(op.f("ix_outbox_lane_state_id"), "outbox", ["lane", "state", "id"], unique=False)
    op.create_index(op.f("ix_outbox_post_id"), "outbox", ["post_id"], unique=False)
    op.create_index(op.f("ix_outbox_shown_in"), "outbox", ["shown_in"], unique=False)
    op.create_index(op.f("ix_outbox_state_finished_at"), "outbox", ["state", "finished_at"], unique=False)
    for statement in MAKE_WORDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in DROP_WORDS[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_index(op.f("ix_outbox_state_finished_at"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_shown_in"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_post_id"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_lane_state_id"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_case_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_notes_member_id"), table_name="notes")
    op.drop_index(op.f("ix_notes_community_id"), table_name="notes")
    op.drop_index(op.f("ix_notes_case_id"), table_name="notes")
    op.drop_index(op.f("ix_notes_account_id"), table_name="notes")
    op.drop_table("notes")
    op.drop_index("uq_flags_open", table_name="flags")
    op.drop_index(op.f("ix_flags_subject_kind_subject_id"), table_name="flags")
    op.drop_index(op.f("ix_flags_member_id"), table_name="flags")
    op.drop_index(op.f("ix_flags_community_id_at"), table_name="flags")
    op.drop_index(op.f("ix_flags_case_id"), table_name="flags")
    op.drop_index(op.f("ix_flags_account_id"), table_name="flags")
    op.drop_table("flags")
    op.drop_index(op.f("ix_correction_reports_member_id"), table_name="correction_reports")
    op.drop_index(op.f("ix_correction_reports_account_id"), table_name="correction_reports")
    op.drop_table("correction_reports")
    op.drop_table("comment_revisions")
    op.drop_index(op.f("ix_case_posts_channel_id"), table_name="case_posts")
    op.drop_table("case_posts")
    op.drop_index(op.f("ix_shares_channel_id"), table_name="shares")
    op.drop_index(op.f("ix_shares_account_id"), table_name="shares")
    op.drop_table("shares")
    op.drop_index(op.f("ix_posts_thread"), table_name="posts")
    op.drop_index(op.f("ix_posts_subscription_id"), table_name="posts")
    op.drop_index(op.f("ix_posts_origin_id"), table_name="posts")
    op.drop_index(op.f("ix_posts_discussion_id"), table_name="posts")
    op.drop_index(op.f("ix_posts_channel_id_state"), table_name="posts")
    op.drop_table("posts")
    op.drop_index(op.f("ix_follow_hits_discussion_id"), table_name="follow_hits")
    op.drop_table("follow_hits")
    op.drop_index(op.f("ix_corrections_origin_id"), table_name="corrections")
    op.drop_index(op.f("ix_corrections_discussion_id"), table_name="corrections")
    op.drop_index(op.f("ix_corrections_decided_by"), table_name="corrections")
    op.drop_index(op.f("ix_corrections_community_id_state_at"), table_name="corrections")
    op.drop_index(op.f("ix_corrections_article_id"), table_name="corrections")
    op.drop_table("corrections")
    op.drop_index(op.f("ix_comments_parent_id"), table_name="comments")
    op.drop_index(op.f("ix_comments_origin_id"), table_name="comments")
    op.drop_index(op.f("ix_comments_discussion_id"), table_name="comments")
    op.drop_index(op.f("ix_comments_channel_id"), table_name="comments")
    op.drop_index(op.f("ix_comments_account_id"), table_name="comments")
    op.drop_table("comments")
    op.drop_index("uq_cases_open", table_name="cases")
    op.drop_index(op.f("ix_cases_subject_kind_subject_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_merged_into"), table_name="cases")
    op.drop_index(op.f("ix_cases_discussion_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_decided_by"), table_name="cases")
    op.drop_index(op.f("ix_cases_community_id_state_opened_at"), table_name="cases")
    op.drop_index(op.f("ix_cases_claimed_by"), table_name="cases")
    op.drop_index(op.f("ix_cases_author_id"), table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_verdicts_subscription_id"), table_name="verdicts")
    op.drop_table("verdicts")
    op.drop_index("ix_discussions_unwatched", table_name="discussions")
    op.drop_index(op.f("ix_discussions_origin_id"), table_name="discussions")
    op.drop_index(op.f("ix_discussions_merged_into"), table_name="discussions")
    op.drop_index(op.f("ix_discussions_locked_until"), table_name="discussions")
    op.drop_index(op.f("ix_discussions_community_id_hot"), table_name="discussions")
    op.drop_index(op.f("ix_discussions_community_id_dated"), table_name="discussions")
    op.drop_table("discussions")
    op.drop_index(op.f("ix_article_sources_origin_id"), table_name="article_sources")
    op.drop_index(op.f("ix_article_sources_feed_id"), table_name="article_sources")
    op.drop_table("article_sources")
    op.drop_table("article_revisions")
    op.drop_index(op.f("ix_aliases_origin_id"), table_name="aliases")
    op.drop_index(op.f("ix_aliases_feed_id"), table_name="aliases")
    op.drop_index(op.f("ix_aliases_article_id"), table_name="aliases")
    op.drop_table("aliases")
    op.drop_index(op.f("ix_subscriptions_digest_due"), table_name="subscriptions")
    op.drop_index(op.f("ix_subscriptions_channel_id"), table_name="subscriptions")
    op.drop_table("subscriptions")
    op.drop_index(op.f("ix_signin_links_community_id"), table_name="signin_links")
    op.drop_index(op.f("ix_signin_links_account_id"), table_name="signin_links")
    op.drop_table("signin_links")
    op.drop_index(op.f("ix_sessions_community_id"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_account_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_reactions_subject_kind_subject_id_account_id"), table_name="reactions")
    op.drop_index(op.f("ix_reactions_removed_at"), table_name="reactions")
    op.drop_index(op.f("ix_reactions_account_id"), table_name="reactions")
    op.drop_table("reactions")
    op.drop_index(op.f("ix_former_addresses_feed_id"), table_name="former_addresses")
    op.drop_table("former_addresses")
    op.drop_index(op.f("ix_forgotten_account_id"), table_name="forgotten")
    op.drop_table("forgotten")
    op.drop_table("feed_forms")
    op.drop_table("feed_access")
    op.drop_index(op.f("ix_channel_roles_member_id"), table_name="channel_roles")
    op.drop_table("channel_roles")
    op.drop_index(op.f("ix_audit_log_community_id_subject"), table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_community_id_at"), table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_account_id"), table_name="audit_log")
    op.drop_table("audit_log")
    op.drop_index(op.f("ix_articles_primary_feed"), table_name="articles")
    op.drop_index(op.f("ix_articles_merged_into"), table_name="articles")
    op.drop_index(op.f("ix_articles_marker"), table_name="articles")
    op.drop_index(op.f("ix_articles_first_seen"), table_name="articles")
    op.drop_table("articles")
    op.drop_index(op.f("ix_votes_member_id_subject_kind_subject_id"), table_name="votes")
    op.drop_table("votes")
    op.drop_index(op.f("ix_standings_member_id"), table_name="standings")
    op.drop_table("standings")
    op.drop_index(op.f("ix_servers_community_id"), table_name="servers")
    op.drop_table("servers")
    op.drop_index(op.f("ix_recounts_member_id"), table_name="recounts")
    op.drop_table("recounts")
    op.drop_index(op.f("ix_preferences_member_id"), table_name="preferences")
    op.drop_table("preferences")
    op.drop_index(op.f("ix_notices_community_id"), table_name="notices")
    op.drop_table("notices")
    op.drop_index(op.f("ix_follows_member_id"), table_name="follows")
    op.drop_table("follows")
    op.drop_index("uq_feeds_address", table_name="feeds")
    op.drop_index(op.f("ix_feeds_state_next_at"), table_name="feeds")
    op.drop_index(op.f("ix_feeds_owner_id"), table_name="feeds")
    op.drop_table("feeds")
    op.drop_index(op.f("ix_channels_server"), table_name="channels")
    op.drop_index(op.f("ix_channels_community_id"), table_name="channels")
    op.drop_table("channels")
    op.drop_index(op.f("ix_accounts_member_id"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_table("settings")
    op.drop_index(op.f("ix_page_messages_place_marker"), table_name="page_messages")
    op.drop_table("page_messages")
    op.drop_table("members")
    op.drop_index(op.f("ix_lanes_network_next_at"), table_name="lanes")
    op.drop_table("lanes")
    op.drop_table("communities")
