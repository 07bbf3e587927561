"""What the services need of the database: one Protocol for each aggregate, reached through a transaction.

    async def work(tx: Tx) -> int:
        ...
    answer = await store.write(work)

All methods here are called by the services and, where it says so, by an adapter; all raise `StorageError` when the
database fails, and nothing else on purpose. Lists come in the order that is named, else by id.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from bot.domain.model import (
    Account,
    AccountId,
    Alias,
    Article,
    ArticleId,
    Channel,
    ChannelId,
    Comment,
    CommentId,
    Community,
    CommunityId,
    Content,
    DiscussionId,
    Feed,
    FeedId,
    FlagReason,
    KnownArticle,
    MemberId,
    OutboxId,
    PollRecord,
    Post,
    PostId,
    PostState,
    Reaction,
    Ref,
    Role,
    Subject,
    Subscription,
    SubscriptionId,
    Totals,
    Visibility,
    Vote,
)
from bot.domain.orders import Backlog, Lease, LogEntry, NewOrder, Notice, OutboxItem, OutboxState, Step
from bot.ports.sessions import Session, SignInLink

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedCount:
    """How many feeds there are, and how many of them failed at the last poll."""

    all: int
    failing: int


class Feeds(Protocol):
    """Addresses, and how polling them went."""

    async def add(self, address: str, *, interval: timedelta, from_config: bool, now: datetime) -> FeedId:
        """Store a feed that is due at once; returns the one that is there already for a known address."""
        ...

    async def get(self, feed_id: FeedId) -> Feed | None: ...

    async def by_address(self, address: str) -> Feed | None:
        """The feed at this address, or the one that moved away from it for good."""
        ...

    async def all(self) -> Sequence[Feed]: ...

    async def claim_due(self, now: datetime, *, until: datetime, limit: int) -> Sequence[Feed]:
        """Active feeds that are due, have a subscription and are not claimed, the longest due first.

        They are claimed until `until` or until `record`ed.
        """
        ...

    async def next_due(self) -> datetime | None:
        """When the next unclaimed active feed is due."""
        ...

    async def record(self, records: Sequence[PollRecord]) -> None:
        """Write down polls and end their claims. A move to an address that another feed has joins the two."""
        ...

    async def count(self) -> FeedCount: ...

    async def release_claims(self) -> None:
        """End all claims: the process that made them is gone."""
        ...

    async def poll_soon(self, feed_id: FeedId, now: datetime) -> None:
        """Make a feed due at once, reviving one that is gone."""
        ...


class Articles(Protocol):
    """Stories, what they are recognised by, and who brought them."""

    async def known(self, keys: Sequence[bytes]) -> Mapping[bytes, KnownArticle | None]:
        """For each known alias key its article; None where the key is known to identify nothing any more
        (the article was pruned, or the link is shared by several items). Unknown keys are absent, and nobody
        else can add them until this transaction ends."""
        ...

    async def add(
        self,
        feed_id: FeedId,
        content: Content,
        aliases: Sequence[Alias],
        *,
        marker: str,
        digest: bytes,
        position: int,
        now: datetime,
    ) -> ArticleId:
        """Store a new article with its first revision and `feed_id` as its primary source."""
        ...

    async def revise(
        self, article_id: ArticleId, content: Content, *, digest: bytes, replace_latest: bool, now: datetime
    ) -> None:
        """Add a revision, or replace the latest one."""
        ...

    async def learn(self, article_id: ArticleId, aliases: Sequence[Alias], now: datetime) -> None:
        """Add aliases; one that is taken stays with its article."""
        ...

    async def disown(self, keys: Sequence[bytes], now: datetime) -> None:
        """Remember that these link keys identify nothing; an article that is known by one keeps it."""
        ...

    async def add_source(self, article_id: ArticleId, feed_id: FeedId, *, position: int, now: datetime) -> None:
        """Another feed brought a known article."""
        ...

    async def get(self, article_id: ArticleId) -> Article | None: ...

    async def recent(self, feed_id: FeedId, limit: int) -> Sequence[ArticleId]:
        """A feed's newest articles, newest first (by date, then by place in the document)."""
        ...


class Places(Protocol):
    """Communities, channels, subscriptions."""

    async def put_community(self, slug: str, name: str, *, default: bool) -> CommunityId:
        """Store or rename a community."""
        ...

    async def communities(self) -> Sequence[Community]: ...

    async def put_channel(
        self, community_id: CommunityId, ref: Ref, name: str, *, language: str, zone: str, visibility: Visibility
    ) -> ChannelId:
        """Store a channel; one that is there is left as it is."""
        ...

    async def channels(self) -> Sequence[Channel]: ...

    async def subscribe(self, feed_id: FeedId, channel_id: ChannelId, *, backlog: int) -> SubscriptionId:
        """Store a subscription; one that is there is left as it is."""
        ...

    async def subscriptions(self, feed_id: FeedId | None = None) -> Sequence[Subscription]:
        """All of them, or those of a feed."""
        ...

    async def primed(self, subscriptions: Sequence[SubscriptionId]) -> None:
        """Their first poll is behind them."""
        ...


class Posts(Protocol):
    """Articles in channels. A discussion begins with an article's first post in a community."""

    async def order(
        self, article_id: ArticleId, subscription: Subscription, *, held: bool = False, now: datetime
    ) -> PostId | None:
        """Make a pending or held post; None where the article has one in that channel already."""
        ...

    async def held(self, feed_id: FeedId, community_id: CommunityId) -> Sequence[PostId]:
        """The held posts of a feed's articles in a community's channels, oldest article first."""
        ...

    async def get(self, post_id: PostId) -> Post | None: ...

    async def of_article(self, article_id: ArticleId) -> Sequence[Post]: ...

    async def of_discussion(self, discussion_id: DiscussionId) -> Sequence[Post]: ...

    async def set(
        self,
        post_id: PostId,
        *,
        state: PostState,
        ref: Ref | None = None,
        thread: Ref | None = None,
        now: datetime,
    ) -> None:
        """Note how far it has come; None leaves a reference as it was."""
        ...

    async def counts(self, discussion_id: DiscussionId) -> tuple[Totals, int]:
        """Votes on the article and the number of live comments."""
        ...

    async def find(self, ref: Ref) -> Post | None:
        """The post with this message or thread."""
        ...

    async def by_marker(self, channel: Ref, marker: str) -> Post | None:
        """The post in a channel whose article has this marker."""
        ...


class Discussions(Protocol):
    """Comments, reactions, votes, flags."""

    async def alone_with(self, discussion_id: DiscussionId) -> None:
        """Until this transaction ends nobody else counts in this discussion; asked for before anything is counted."""
        ...

    async def comment_by_ref(self, ref: Ref) -> Comment | None: ...

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
    ) -> CommentId | None:
        """Store a comment with its first revision; None where `ref` is there already."""
        ...

    async def edit_comment(self, comment_id: CommentId, html: str, at: datetime) -> None: ...

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

    async def set_vote(self, subject: Subject, member_id: MemberId, vote: Vote | None, at: datetime) -> None:
        """Store what was derived from a member's reactions."""
        ...

    async def count_votes(self, subject: Subject) -> Totals:
        """Count the votes stored on a subject."""
        ...

    async def set_totals(self, subject: Subject, totals: Totals) -> None: ...

    async def commenters(self, discussion_id: DiscussionId) -> int:
        """How many distinct members have a live comment there."""
        ...

    async def set_activity(self, discussion_id: DiscussionId, *, comments: int, hot: float) -> None:
        """Store the derived number of live comments and the rank."""
        ...

    async def live_comments(self, discussion_id: DiscussionId) -> int: ...

    async def subject_of(self, ref: Ref) -> tuple[Subject, DiscussionId, CommunityId] | None:
        """What a message is: a post's message is its article, a comment's is the comment."""
        ...

    async def place_of(self, subject: Subject) -> tuple[CommunityId, DiscussionId] | None:
        """Where a subject is discussed."""
        ...

    async def dated(self, discussion_id: DiscussionId) -> datetime | None:
        """When the discussed article is dated."""
        ...

    async def add_flag(
        self,
        subject: Subject,
        *,
        community_id: CommunityId,
        account_id: AccountId,
        reason: FlagReason,
        text: str,
        at: datetime,
    ) -> bool:
        """Store a flag with the subject's text and revision as they are; False where the member has an open one."""
        ...


class Members(Protocol):
    """Accounts, members and their standing; links and sessions of the page (also called by the web adapter)."""

    async def seen(self, network: str, ref: Ref, name: str, *, bot: bool, now: datetime) -> Account:
        """The account with this reference, made with a member of its own if it is new, renamed if it changed."""
        ...

    async def account(self, account_id: AccountId) -> Account | None: ...

    async def role(self, community_id: CommunityId, member_id: MemberId) -> Role:
        """`MEMBER` for who has no other."""
        ...

    async def grant(self, community_id: CommunityId, member_id: MemberId, role: Role) -> None: ...

    async def register(
        self, community_id: CommunityId, network: str, ref: Ref, name: str, *, now: datetime
    ) -> Account | None:
        """Make an account with a name of its own in a community; None where the name (case-folded) is taken."""
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


class Outbox(Protocol):
    """Everything that the bot is going to do. A lane is done in the order of its rows, many lanes at once."""

    async def put(self, orders: Sequence[NewOrder]) -> None:
        """Add rows. A `Refresh` of a post that has a pending, unstarted one is dropped (the earlier time stays);
        rows made while what was restored may lag behind the networks are stored as in doubt."""
        ...

    async def claim(
        self, owner: str, now: datetime, *, until: datetime, limit: int, networks: Sequence[str]
    ) -> Sequence[Lease]:
        """Lease lanes of these networks whose first pending row is due and which nobody holds, rising their epoch."""
        ...

    async def take_over(self, now: datetime) -> None:
        """End all leases: the process that held them is gone."""
        ...

    async def head(self, lease: Lease) -> OutboxItem | None:
        """The first pending row of a leased lane, due or not."""
        ...

    async def save(self, lease: Lease, item_id: OutboxId, steps: Sequence[Step]) -> bool:
        """Store progress; False, and nothing written, where the lease has been lost. So the next three."""
        ...

    async def finish(
        self,
        lease: Lease,
        item_id: OutboxId,
        state: OutboxState,
        answer: str | None,
        *,
        steps: Sequence[Step],
        now: datetime,
    ) -> bool: ...

    async def put_off(
        self,
        lease: Lease,
        item_id: OutboxId,
        *,
        attempts: int,
        next_at: datetime,
        answer: str | None,
        steps: Sequence[Step],
    ) -> bool: ...

    async def renew(self, lease: Lease, until: datetime) -> bool: ...

    async def release(self, lease: Lease) -> None: ...

    async def next_due(self, networks: Sequence[str]) -> datetime | None:
        """When the head of a lane is due next; in a lane that is held, not before its lease ends."""
        ...

    async def backlog(self, lane: str) -> Backlog:
        """The pending, unstarted `Publish` rows of a lane."""
        ...

    async def park_oldest(self, lease: Lease, keep: int, answer: str, now: datetime) -> Sequence[PostId]:
        """Park the pending, unstarted `Publish` rows of a lane but the newest `keep`; their posts, oldest first."""
        ...

    async def spread(self, lease: Lease, *, start: datetime, gap: timedelta) -> None:
        """Set the due times of a lane's pending rows `gap` apart, in their order, and mark them as spread."""
        ...

    async def counts(self) -> Mapping[OutboxState, int]: ...


class Journal(Protocol):
    """What admins should know, and what was done."""

    async def notify(self, notices: Sequence[Notice]) -> None: ...

    async def notices(self, community_id: CommunityId, limit: int) -> Sequence[Notice]:
        """The newest first."""
        ...

    async def log(
        self,
        community_id: CommunityId,
        *,
        at: datetime,
        account_id: AccountId | None,
        action: str,
        subject: str,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        """Add to the audit log."""
        ...

    async def logged(self, community_id: CommunityId, limit: int) -> Sequence[LogEntry]:
        """A community's audit log, the newest first."""
        ...


class Settings(Protocol):
    """Small values that belong to the database, not to the configuration."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, value: str) -> None: ...


class Tx(Protocol):
    """One transaction, by aggregate."""

    @property
    def feeds(self) -> Feeds: ...
    @property
    def articles(self) -> Articles: ...
    @property
    def places(self) -> Places: ...
    @property
    def posts(self) -> Posts: ...
    @property
    def discussions(self) -> Discussions: ...
    @property
    def members(self) -> Members: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def settings(self) -> Settings: ...


class Store(Protocol):
    """The database."""

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `work` in a transaction and return what it returns, once it is on disk.

        Works that are asked for within a few milliseconds are committed together; one that raises is rolled
        back alone, and its exception comes out here. `work` must do nothing outside the transaction: it may be
        run again.
        """
        ...

    def read(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction that sees one state of the database and writes nothing."""
        ...

    def foreign_writes(self) -> AsyncIterator[None]:
        """Yields within a second after somebody else (the command line) has written."""
        ...

    async def backup(self, target: Path) -> None: ...

    async def prune(self, *, before: datetime, now: datetime) -> Mapping[str, int]:
        """Remove what is older than `before` and nobody discusses: rows by what they were."""
        ...

    async def close(self) -> None: ...
