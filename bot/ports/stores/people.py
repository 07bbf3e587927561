"""What members chose, what they follow, what is kept of them and how it is forgotten, in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.model import (
    Account,
    CommunityId,
    Content,
    DiscussionId,
    Follow,
    FollowId,
    Hit,
    MemberId,
    Preferences,
    Ref,
)

Addressee = tuple[CommunityId, Ref]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fresh:
    """A discussion that has not been held against what members follow."""

    id: DiscussionId
    community_id: CommunityId
    dated: datetime
    content: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """Somebody who was forgotten: the pseudonym that stands for them, and since when."""

    pseudonym: Account
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What forgetting a member came to."""

    pseudonym: Account
    touched: tuple[tuple[CommunityId, DiscussionId], ...]  # where something counts differently now
    communities: tuple[CommunityId, ...]  # where there was something of the member
    comments: int
    votes: int


class People(Protocol):
    """What members chose, what they follow, and what is kept of them."""

    # --- what they chose ---

    async def preferences(self, community_id: CommunityId, member_id: MemberId) -> Preferences:
        """The usual ones where nothing is stored."""
        ...

    async def choose_language(self, community_id: CommunityId, member_id: MemberId, language: str | None) -> None: ...

    async def choose_notify(self, community_id: CommunityId, member_id: MemberId, *, notify: bool) -> None:
        """Switched off, what waits to be told goes, too."""
        ...

    async def languages(self, addressees: Collection[Addressee]) -> Mapping[Addressee, str]:
        """The languages that accounts want to be told things in, of those that chose one."""
        ...

    async def own_accounts(self, community_id: CommunityId, member_id: MemberId) -> Sequence[Account]:
        """A member's accounts, but for those that are registered in another community."""
        ...

    # --- what they follow ---

    async def follows(self, community_id: CommunityId, member_id: MemberId) -> Sequence[Follow]:
        """In the order of their keys."""
        ...

    async def follow(self, community_id: CommunityId, member_id: MemberId, word: str, key: str, now: datetime) -> bool:
        """Follow a word; False where it is followed already."""
        ...

    async def unfollow(self, community_id: CommunityId, member_id: MemberId, key: str) -> str | None:
        """Follow a word no longer; the word as it was written, None where it was not followed."""
        ...

    async def fresh(self, limit: int) -> Sequence[Fresh]:
        """Posted discussions that have not been held against what members follow, the oldest first."""
        ...

    async def followed(self, communities: Collection[CommunityId]) -> Sequence[Follow]:
        """All that is followed there by members who are to be told."""
        ...

    async def watched(
        self, discussions: Collection[DiscussionId], hits: Collection[tuple[FollowId, DiscussionId]], now: datetime
    ) -> None:
        """Discussions were held against what is followed, with these hits: once, and only where the member may see
        the discussion in a channel."""
        ...

    async def due(self, before: datetime, limit: int) -> Sequence[tuple[CommunityId, MemberId]]:
        """Members with hits, whom nothing of the kind was told since then; the longest waiting first."""
        ...

    async def take_hits(
        self, community_id: CommunityId, member_id: MemberId, before: datetime, now: datetime
    ) -> Sequence[Hit]:
        """The hits of a member to be told in this transaction, by discussion; nothing where somebody else was quicker.
        What is out of sight by now is left out."""
        ...

    # --- what is kept of them ---

    async def kept_of(self, member_id: MemberId) -> Mapping[str, object]:
        """All that is stored about a member, by what it is, as plain values; without what others wrote, and without
        secrets."""
        ...

    async def only_admin_of(self, member_id: MemberId) -> Sequence[str]:
        """The names of the communities that would have no admin without this member."""
        ...

    async def erase(self, member_id: MemberId, pseudonym: str, now: datetime) -> Erased:
        """Forget a member: what names or tells of them goes, what counts stays with a new, nameless member.

        The account of that one has `pseudonym` for a name and in its reference. Theirs are known from now on by a keyed
        hash alone.
        """
        ...

    async def gone(self, refs: Collection[Ref]) -> Mapping[Ref, Gone]:
        """Those of these accounts that were forgotten."""
        ...

    async def stand_ins(self, reactions: Collection[Ref]) -> Mapping[Ref, Ref]:
        """What the references of reactions of forgotten accounts were replaced by; the same for the same one."""
        ...

    async def back_again(self, gone: Gone, member_id: MemberId) -> None:
        """Somebody who was forgotten acts anew, as a new member: a mute or a ban holds for that one as well."""
        ...
