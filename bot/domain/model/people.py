"""What members chose, and what they follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.model.names import CommunityId, DiscussionId, FollowId, MemberId


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """What a member chose in a community."""

    language: str | None = None  # of what the member is told; None: that of where it happens
    notify: bool = True  # what is followed is told


@dataclass(frozen=True, kw_only=True, slots=True)
class Follow:
    """A word or a phrase that a member follows. `key` is the form in which it is compared."""

    id: FollowId
    community_id: CommunityId
    member_id: MemberId
    word: str
    key: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """An article that came, and the word in it that a member follows."""

    discussion_id: DiscussionId
    word: str
    title: str
    source: str  # what the feed is called, else its host
    link: str | None
