"""Accounts, links and sessions in memory, behind the store's port as far as the page uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, cast

from bot.domain.model import (
    Account,
    AccountId,
    Channel,
    ChannelId,
    Community,
    CommunityId,
    DiscussionId,
    FeedId,
    Follow,
    MemberId,
    Preferences,
    Ref,
    Role,
    Standing,
    Subject,
    Subscription,
)
from bot.domain.orders import Notice
from bot.ports.sessions import NOBODY, Session, SignInLink
from bot.ports.stores import Store, Tx

if TYPE_CHECKING:
    from tests.unit.web.town import Town

T = TypeVar("T")


@dataclass
class People:
    """The `Members` of the page."""

    accounts: dict[AccountId, tuple[CommunityId, Account]] = field(default_factory=dict)
    roles: dict[tuple[CommunityId, MemberId], Role] = field(default_factory=dict)
    links: dict[bytes, tuple[SignInLink, datetime]] = field(default_factory=dict)
    sessions: dict[bytes, tuple[AccountId, CommunityId, datetime]] = field(default_factory=dict)
    standings: dict[tuple[CommunityId, MemberId], Standing] = field(default_factory=dict)
    unread: Callable[[Ref], int] = lambda account: 0

    def by_ref(self, ref: Ref) -> Account:
        return next(account for _, account in self.accounts.values() if account.ref == ref)

    async def account(self, account_id: AccountId) -> Account | None:
        found = self.accounts.get(account_id)
        return found[1] if found else None

    async def role(self, community_id: CommunityId, member_id: MemberId) -> Role:
        return self.roles.get((community_id, member_id), Role.MEMBER)

    async def grant(self, community_id: CommunityId, member_id: MemberId, role: Role) -> None:
        self.roles[community_id, member_id] = role

    async def register(
        self, community_id: CommunityId, network: str, ref: Ref, name: str, *, now: datetime
    ) -> Account | None:
        taken = {account.name.casefold() for place, account in self.accounts.values() if place == community_id}
        if name.casefold() in taken:
            return None
        number = len(self.accounts) + 1
        account = Account(id=AccountId(number), member_id=MemberId(100 + number), network=network, ref=ref, name=name)
        self.accounts[account.id] = (community_id, account)
        return account

    async def registered(self, community_id: CommunityId, network: str, name: str) -> Account | None:
        found = (account for place, account in self.accounts.values() if place == community_id)
        return next((account for account in found if account.name.casefold() == name.casefold()), None)

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
        link = SignInLink(community_id=community_id, role=role, name=name, account_id=account_id)
        self.links[token_hash] = (link, expires_at)

    async def use_link(self, token_hash: bytes, now: datetime) -> SignInLink | None:
        link = await self.peek_link(token_hash, now)
        self.links.pop(token_hash, None)
        return link

    async def peek_link(self, token_hash: bytes, now: datetime) -> SignInLink | None:
        found = self.links.get(token_hash)
        return found[0] if found is not None and found[1] > now else None

    async def add_session(
        self,
        session_hash: bytes,
        account_id: AccountId,
        *,
        community_id: CommunityId,
        expires_at: datetime,
        now: datetime,
    ) -> None:
        self.sessions[session_hash] = (account_id, community_id, expires_at)

    async def session(self, session_hash: bytes, now: datetime) -> Session | None:
        found = self.sessions.get(session_hash)
        if found is None or found[2] <= now:
            return None
        account = self.accounts[found[0]][1]
        role = await self.role(found[1], account.member_id)
        return Session(
            account=account,
            community_id=found[1],
            role=role,
            standing=replace(self.standings.get((found[1], account.member_id), NOBODY), role=role),
            unread=self.unread(account.ref),
        )

    async def end_session(self, session_hash: bytes) -> None:
        self.sessions.pop(session_hash, None)


@dataclass
class TownStore:
    """The store's transactions; what raises leaves nothing behind."""

    town: Town
    notes: list[Notice] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # of the audit log
    queries: int = 0

    @property
    def members(self) -> People:
        return self.town.people

    @property
    def people(self) -> TownStore:
        return self

    async def follows(self, community_id: CommunityId, member_id: MemberId) -> Sequence[Follow]:
        return ()

    async def preferences(self, community_id: CommunityId, member_id: MemberId) -> Preferences:
        return Preferences()

    @property
    def places(self) -> TownStore:
        return self

    @property
    def discussions(self) -> TownStore:
        return self

    @property
    def journal(self) -> TownStore:
        return self

    @property
    def standings(self) -> TownStore:
        return self

    async def channel_roles(self, community_id: CommunityId, member_id: MemberId) -> Mapping[ChannelId, Role]:
        return {}

    async def subscriptions(self, feed_id: FeedId | None = None) -> Sequence[Subscription]:
        return [each for each in self.town.subscribed if feed_id in (None, each.feed_id)]

    async def communities(self) -> Sequence[Community]:
        return self.town.communities

    async def channels(self) -> Sequence[Channel]:
        return ()

    async def subject_of(self, ref: Ref) -> tuple[Subject, DiscussionId, CommunityId] | None:
        return self.town.subject_of(ref)

    async def log(self, community_id: CommunityId, **line: object) -> None:
        self.lines.append(str(line["action"]))

    async def notices(self, community_id: CommunityId, limit: int) -> Sequence[Notice]:
        return [note for note in self.notes if note.community_id == community_id][:limit]

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        before = deepcopy(self.town.people)
        try:
            return await work(cast(Tx, self))
        except BaseException:
            self.town.people.__dict__.update(before.__dict__)
            raise

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        self.queries += 1
        yield cast(Tx, self)

    def as_port(self) -> Store:
        return cast(Store, self)
