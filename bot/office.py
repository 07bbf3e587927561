"""What every desk works with: one transaction for an act, and what follows from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.aftermath import Aftermath, Following, Settled
from bot.domain.model import (
    Account,
    AccountId,
    ChannelId,
    CommunityId,
    DiscussionId,
    MemberId,
    Role,
    Subject,
    SubjectKind,
)
from bot.errors import RequestError
from bot.ports.clock import Clock
from bot.ports.moderation import Actor
from bot.ports.signals import Signal, Signals
from bot.ports.stores import Store, Tx

T = TypeVar("T")

_FOR_MODERATORS = "This is for moderators."
_FOR_ADMINS = "This is for admins."
_FOR_MEMBERS = "Sign in to take part."
_NOT_ABOVE = "You cannot do this to somebody who has your own role or a higher one."
_NO_MEMBER = "There is no such member here."


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One act of somebody in one transaction."""

    tx: Tx
    aftermath: Aftermath
    now: datetime

    async def log(
        self,
        community_id: CommunityId,
        by: AccountId | None,
        action: str,
        subject: str,
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        """Write it into the community's audit log."""
        await self.tx.journal.log(
            community_id, at=self.now, account_id=by, action=action, subject=subject, before=before, after=after
        )


class Office:
    """The desks' way to the store."""

    def __init__(
        self, *, store: Store, signals: Signals, clock: Clock, following: Following, on_orders: Callable[[], None]
    ) -> None:
        self._store = store
        self._signals = signals
        self._clock = clock
        self._following = following
        self._on_orders = on_orders

    def now(self) -> datetime:
        """The present moment."""
        return self._clock.now()

    def read(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction that only reads."""
        return self._store.read()

    def orders(self) -> None:
        """There is something in the outbox to be done at once."""
        self._on_orders()

    async def act(self, work: Callable[[Act], Awaitable[T]]) -> T:
        """Do something and all that follows, in one transaction. Raises what `work` raises, and StorageError."""
        now = self._clock.now()

        async def whole(tx: Tx) -> tuple[T, Settled]:
            aftermath = Aftermath(tx, self._following, now)
            result = await work(Act(tx=tx, aftermath=aftermath, now=now))
            return result, await aftermath.settle()

        result, settled = await self._store.write(whole)
        for community_id in settled.changed:
            self._signals.publish(Signal(community_id=community_id))
        for community_id, discussion_id in settled.touched:
            self._signals.publish(Signal(community_id=community_id, discussion_id=discussion_id))
        if settled.ordered:
            self._on_orders()
        return result


def need(by: Actor, role: Role) -> None:
    """Raise `RequestError` for who has less than `role`."""
    if not by.role.allows(role):
        text = {Role.MODERATOR: _FOR_MODERATORS, Role.ADMIN: _FOR_ADMINS}.get(role, _FOR_MEMBERS)
        raise RequestError(text)


async def keeps(tx: Tx, by: Actor, role: Role, subject: Subject) -> bool:
    """Whether somebody has a role for something: in the community, or in each channel that it stands in.

    A comment stands in the channel where it was written, an article, with its discussion, in all that it was posted in.
    """
    if by.role.allows(role):
        return True
    if by.member_id is None:
        return False
    held = await tx.standings.channel_roles(by.community_id, by.member_id)
    channels = await _channels_of(tx, subject) if held else ()
    return bool(channels) and all(held.get(each, Role.READER).allows(role) for each in channels)


async def _channels_of(tx: Tx, subject: Subject) -> frozenset[ChannelId]:
    if subject.kind is SubjectKind.ARTICLE:
        return frozenset(post.channel.id for post in await tx.posts.of_discussion(DiscussionId(subject.id)))
    facts = await tx.cases.subject(subject)
    return frozenset() if facts is None or facts.channel_id is None else frozenset({facts.channel_id})


async def need_for(act: Act, by: Actor, role: Role, subject: Subject) -> None:
    """Raise `RequestError` for who has less than `role` for something."""
    if not await keeps(act.tx, by, role, subject):
        need(by, role)


async def lower(act: Act, by: Actor, member_id: MemberId) -> None:
    """Raise `RequestError` unless a member's role is below that of who acts."""
    standing = await act.tx.standings.get(by.community_id, member_id)
    if standing.role.rank >= by.role.rank:
        raise RequestError(_NOT_ABOVE)


async def accounts_of(act: Act, by: Actor, member_id: MemberId) -> tuple[Account, ...]:
    """A member's accounts. Raises `RequestError` where nobody of that number takes part here."""
    accounts = await act.tx.members.accounts(by.community_id, member_id)
    if not accounts:
        raise RequestError(_NO_MEMBER)
    return tuple(accounts)


async def tongue_of(tx: Tx, community_id: CommunityId) -> tuple[str, str]:
    """What a community speaks, and its zone: those of its first channel."""
    channels = [each for each in await tx.places.channels() if each.community_id == community_id]
    return (channels[0].language, channels[0].zone) if channels else ("en", "UTC")
