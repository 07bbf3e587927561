"""Comments, reactions, votes and the people behind them in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.model import (
    Account,
    AccountId,
    ChannelId,
    Comment,
    CommentId,
    CommunityId,
    DiscussionId,
    MemberId,
    Reaction,
    Ref,
    Role,
    Subject,
    Totals,
)
from bot.domain.ranking import Liveliness
from bot.domain.votes import Cast
from bot.ports.sessions import Session, SignInLink


class Discussions(Protocol):
    """Comments, reactions, votes."""

    async def alone_with(self, discussion_id: DiscussionId) -> None:
        """Until this transaction ends nobody else counts in this discussion; asked for before anything is counted."""
        ...

    async def comment_by_ref(self, ref: Ref) -> Comment | None: ...

    async def best(
        self, discussion_id: DiscussionId, channel_id: ChannelId, network: str, limit: int
    ) -> Sequence[tuple[Comment, str]]:
        """The best live comments of a discussion on a network, the best first, with their authors' names: those from
        the channel where they are asked for, and from others that are not private."""
        ...

    async def add_comment(
        self,
        *,
        discussion_id: DiscussionId,
        channel_id: ChannelId,
        account_id: AccountId,
        ref: Ref,
        parent_id: CommentId | None,
        html: str,
        at: datetime,
        sensitive: str | None = None,
    ) -> CommentId | None:
        """Store a comment with its first revision; None where `ref` is there already."""
        ...

    async def edit_comment(
        self, comment_id: CommentId, html: str, at: datetime, sensitive: str | None = None
    ) -> None: ...

    async def delete_comment(self, comment_id: CommentId, at: datetime) -> None:
        """Its text and revisions go, its place and its votes stay."""
        ...

    async def add_reaction(self, subject: Subject, reaction: Reaction) -> bool:
        """Store a reaction; one that was undone comes back to life. False where it is live already."""
        ...

    async def remove_reaction(self, ref: Ref, at: datetime) -> tuple[Subject, MemberId] | None:
        """Undo a reaction; whose it was and on what, None where it is unknown or undone already."""
        ...

    async def clear_reactions(self, subject: Subject, emoji: str | None, at: datetime) -> Sequence[MemberId]:
        """Undo all reactions, or those with one emoji; whose they were."""
        ...

    async def reactions(self, subject: Subject, member_id: MemberId) -> Sequence[Reaction]:
        """All reactions of a member on a subject, undone ones included."""
        ...

    async def author_of(self, subject: Subject) -> MemberId | None:
        """Who wrote a comment; None for an article."""
        ...

    async def set_vote(self, subject: Subject, member_id: MemberId, cast: Cast | None, *, void: bool) -> None:
        """Store what was derived from a member's reactions."""
        ...

    async def count_votes(self, subject: Subject) -> Totals:
        """Count the votes stored on a subject; void ones do not count."""
        ...

    async def set_totals(self, subject: Subject, totals: Totals) -> None: ...

    async def liveliness(self, discussion_id: DiscussionId) -> Liveliness:
        """The votes on the article and the distinct members with a live comment, by the trust they have now."""
        ...

    async def set_activity(self, discussion_id: DiscussionId, *, comments: int, hot: float) -> None:
        """Store the derived number of live comments and the rank."""
        ...

    async def live_comments(self, discussion_id: DiscussionId) -> int:
        """How many comments are neither deleted nor hidden."""
        ...

    async def subject_of(self, ref: Ref) -> tuple[Subject, DiscussionId, CommunityId] | None:
        """What a message is: a post's message is its article, a comment's is the comment."""
        ...

    async def place_of(self, subject: Subject) -> tuple[CommunityId, DiscussionId] | None:
        """Where a subject is discussed."""
        ...

    async def dated(self, discussion_id: DiscussionId) -> datetime | None:
        """When the discussed article is dated."""
        ...


class Members(Protocol):
    """Accounts, members and their standing; links and sessions of the page (also called by the web adapter)."""

    async def seen(self, network: str, ref: Ref, name: str, *, bot: bool, now: datetime) -> Account:
        """The account with this reference, made with a member of its own if it is new, renamed if it changed."""
        ...

    async def account(self, account_id: AccountId) -> Account | None: ...

    async def by_ref(self, ref: Ref) -> Account | None: ...

    async def named(self, community_id: CommunityId, beginning: str, limit: int) -> Sequence[Account]:
        """Accounts of who takes part in a community or has (bots left out) whose name begins so, whatever the case, by
        name."""
        ...

    async def accounts(self, community_id: CommunityId, member_id: MemberId) -> Sequence[Account]:
        """A member's accounts, where the member has a standing, an account, a comment or a vote in the community."""
        ...

    async def role(self, community_id: CommunityId, member_id: MemberId) -> Role:
        """`MEMBER` for who has no other."""
        ...

    async def grant(self, community_id: CommunityId, member_id: MemberId, role: Role) -> None:
        """Give a role that holds whatever the member's network says."""
        ...

    async def revoke(self, community_id: CommunityId, member_id: MemberId) -> None:
        """Take back what was granted: the role is what the member's network says, else a member's."""
        ...

    async def register(
        self,
        community_id: CommunityId,
        network: str,
        ref: Ref,
        name: str,
        *,
        now: datetime,
        member_id: MemberId | None = None,
    ) -> Account | None:
        """Make an account with a name of its own in a community, for a member or (None) with a new one; None where the
        name (case-folded) is taken."""
        ...

    async def registered(self, community_id: CommunityId, network: str, name: str) -> Account | None:
        """The account that has registered this name (case-folded) in a community."""
        ...

    async def add_link(
        self,
        token_hash: bytes,
        *,
        community_id: CommunityId,
        role: Role,
        name: str | None,
        account_id: AccountId | None,
        expires_at: datetime,
        now: datetime,
    ) -> None:
        """Store a one-time sign-in link: for an account, or for whoever opens it (who may then choose a name)."""
        ...

    async def use_link(self, token_hash: bytes, now: datetime) -> SignInLink | None:
        """Use a link up; None where it is unknown, used or expired."""
        ...

    async def peek_link(self, token_hash: bytes, now: datetime) -> SignInLink | None:
        """The same without using it up."""
        ...

    async def add_session(
        self,
        session_hash: bytes,
        account_id: AccountId,
        *,
        community_id: CommunityId,
        expires_at: datetime,
        now: datetime,
    ) -> None: ...

    async def session(self, session_hash: bytes, now: datetime) -> Session | None: ...

    async def end_session(self, session_hash: bytes) -> None: ...


class Words(Protocol):
    """The words by which articles and comments are found. They follow what is stored by themselves."""

    async def scrub(self) -> None:
        """Leave no trace of words that are gone, however long it takes: of what was erased, not only deleted."""
        ...
