"""The discussion: who says what, and who thinks what of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.model.names import AccountId, ChannelId, CommentId, CommunityId, DiscussionId, MemberId, Ref


class Role(StrEnum):
    """What somebody may do in a community, least first; the values are stored."""

    READER = "reader"
    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"
    OPERATOR = "operator"

    @property
    def rank(self) -> int:
        """0 for a reader, rising."""
        return _RANKS[self]

    def allows(self, needed: Role) -> bool:
        """Whether this role may do what `needed` may."""
        return self.rank >= needed.rank


_RANKS = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Somebody's identity on one network, with the member behind it."""

    id: AccountId
    member_id: MemberId
    network: str
    ref: Ref
    name: str
    bot: bool = False


class SubjectKind(StrEnum):
    """What can be voted on and flagged; the values are stored."""

    ARTICLE = "article"  # an article as one community discusses it
    COMMENT = "comment"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A discussion's article (`id` is a DiscussionId) or a comment (`id` is a CommentId)."""

    kind: SubjectKind
    id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """A live or undone reaction, as stored."""

    ref: Ref
    account_id: AccountId
    member_id: MemberId
    bot: bool
    emoji: str  # normalised
    at: datetime | None  # None where the network does not say
    seen_at: datetime  # when we learnt of it
    counted: bool = True  # quotas, and whether its member was barred: decided once when it came in
    removed_at: datetime | None = None
    channel_id: ChannelId | None = None  # of the message that it stands under


class Vote(StrEnum):
    """Which way a member votes; the values are stored."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """What the votes on a subject come to."""

    up: int = 0
    down: int = 0

    @property
    def net(self) -> int:
        """▲ − ▼."""
        return self.up - self.down


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """What a member wrote in a discussion."""

    id: CommentId
    discussion_id: DiscussionId
    community_id: CommunityId
    channel_id: ChannelId
    account_id: AccountId
    member_id: MemberId
    ref: Ref
    parent_id: CommentId | None
    html: str  # sanitised; "" once deleted
    revision: int
    created_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    hidden_at: datetime | None = None  # out of sight for all but its author and moderators
    sensitive: str | None = None  # why it stands behind a curtain
    totals: Totals = Totals()


class FlagReason(StrEnum):
    """Why something is reported; the values are stored."""

    SPAM = "spam"
    OFF_TOPIC = "off-topic"
    UNKIND = "unkind"
    ILLEGAL = "illegal"
    PRIVATE_DATA = "private-data"
    OTHER = "other"  # with a text
