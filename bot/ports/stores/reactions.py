"""Many reactions at once in the database: each method takes a few statements, however many it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.events import Who
from bot.domain.model import Account, ChannelId, CommunityId, DiscussionId, MemberId, Reaction, Ref, Standing, Subject
from bot.domain.votes import Cast

Pair = tuple[Subject, MemberId]


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What a reaction stands on, and where that is discussed."""

    subject: Subject
    discussion_id: DiscussionId
    community_id: CommunityId
    author: MemberId | None  # of a comment
    channel_id: ChannelId | None = None  # of the message that was named


@dataclass(frozen=True, kw_only=True, slots=True)
class Derived:
    """The vote that a member's reactions on a subject came to, None for no vote."""

    cast: Cast | None
    void: bool


class Reactions(Protocol):
    """Reactions, and what is derived from them, in bulk. What is unknown is not in the answer."""

    async def targets(self, messages: Collection[Ref]) -> Mapping[Ref, Target]:
        """What messages are: a post's message is its article, a comment's is the comment."""
        ...

    async def stored(self, refs: Collection[Ref]) -> Mapping[Ref, tuple[Target, Reaction]]:
        """Reactions by their references, undone ones included."""
        ...

    async def alone_with(self, discussions: Collection[DiscussionId]) -> None:
        """Until this transaction ends nobody else counts in these discussions."""
        ...

    async def accounts(self, people: Collection[Who], now: datetime) -> Mapping[Ref, Account]:
        """The accounts with these references, made where they are new, renamed where they changed."""
        ...

    async def sanctioned(
        self, members: Collection[tuple[CommunityId, MemberId]]
    ) -> Mapping[tuple[CommunityId, MemberId], Standing]:
        """The standing of those who were muted or banned or whose votes are void; it may be over."""
        ...

    async def put(self, reactions: Sequence[tuple[Target, Reaction]]) -> None:
        """Store reactions as they are now; of those that are there, subject and account stay."""
        ...

    async def of_members(self, pairs: Collection[Pair]) -> Mapping[Pair, Sequence[Reaction]]:
        """All reactions of members on subjects, undone ones included."""
        ...

    async def in_channel(self, channel_id: ChannelId) -> Mapping[Pair, Target]:
        """What has reactions that were made in a channel, and whose."""
        ...

    async def set_votes(self, votes: Mapping[Pair, Derived]) -> None:
        """Store what was derived from the members' reactions."""
        ...

    async def recount(self, subjects: Collection[Subject]) -> None:
        """Set the totals of subjects to what the stored votes come to; void ones do not count."""
        ...
