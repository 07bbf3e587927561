"""What the services need of the database: one Protocol for each aggregate, reached through a transaction.

    async def work(tx: Tx) -> int:
        ...
    answer = await store.write(work)

All methods here are called by the services and, where it says so, by an adapter; all raise `StorageError` when the
database fails, and nothing else on purpose. Lists come in the order that is named, else by id.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from bot.ports.stores.catching import Catching
from bot.ports.stores.joining import Joining
from bot.ports.stores.merging import Merging, Source
from bot.ports.stores.news import Articles, FeedCount, Feeds
from bot.ports.stores.order import CasePosts, Cases, Corrections, DiscussionState, Holder, Standings, SubjectFacts
from bot.ports.stores.people import People
from bot.ports.stores.places import Places, Posts, Shares, Verdicts
from bot.ports.stores.reactions import Reactions
from bot.ports.stores.talk import Discussions, Members, Words
from bot.ports.stores.tracing import Tracing
from bot.ports.stores.work import Journal, Outbox, Settings

__all__ = [
    "Articles",
    "CasePosts",
    "Cases",
    "Catching",
    "Corrections",
    "DiscussionState",
    "Discussions",
    "FeedCount",
    "Feeds",
    "Holder",
    "Joining",
    "Journal",
    "Members",
    "Merging",
    "Outbox",
    "People",
    "Places",
    "Posts",
    "Reactions",
    "Settings",
    "Shares",
    "Source",
    "Standings",
    "Store",
    "SubjectFacts",
    "Tracing",
    "Tx",
    "Verdicts",
    "Words",
]

T = TypeVar("T")


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
    def tracing(self) -> Tracing: ...
    @property
    def verdicts(self) -> Verdicts: ...
    @property
    def discussions(self) -> Discussions: ...
    @property
    def reactions(self) -> Reactions: ...
    @property
    def members(self) -> Members: ...
    @property
    def people(self) -> People: ...
    @property
    def standings(self) -> Standings: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def case_posts(self) -> CasePosts: ...
    @property
    def catching(self) -> Catching: ...
    @property
    def corrections(self) -> Corrections: ...
    @property
    def merging(self) -> Merging: ...
    @property
    def shares(self) -> Shares: ...
    @property
    def words(self) -> Words: ...
    @property
    def joining(self) -> Joining: ...
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
