"""What follows from a change in a discussion, in the transaction of the change: counts, ranks, outbox rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import ranking
from bot.domain.model import (
    FORGOTTEN,
    CaseId,
    CaseState,
    Channel,
    ChannelId,
    CommunityId,
    DiscussionId,
    MemberId,
    Post,
    PostState,
    Ref,
    network_of,
)
from bot.domain.orders import Hide, Lock, NewOrder, Order, PublishCase, Refresh, RefreshCase, TakeOff, Tell
from bot.domain.telling import Letter, as_html
from bot.locale import translator
from bot.locale.moments import when
from bot.ports.stores import Tx

MOST_CASES = 200  # open ones that a channel is shown at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Following:
    """How a change is followed up: the same for all changes of a running bot."""

    new_key: Callable[[], str]
    reads_store: Callable[[Ref], bool]  # its network shows what is stored: nothing to refresh, hide or lock there
    refresh_every: timedelta  # posts show new counts at most this often


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sent:
    """A letter to somebody, in the language of the place that it is about unless its reader chose another."""

    community_id: CommunityId
    account: Ref
    letter: Letter
    language: str
    zone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What a change came to."""

    touched: frozenset[tuple[CommunityId, DiscussionId]] = frozenset()
    changed: frozenset[CommunityId] = frozenset()  # something of it that many pages show
    ordered: bool = False


class Aftermath:
    """Gathers what follows from a change, and stores it at the end with `settle`."""

    def __init__(self, tx: Tx, following: Following, now: datetime) -> None:
        self._tx = tx
        self._following = following
        self._now = now
        self._touched: set[tuple[CommunityId, DiscussionId]] = set()
        self._changed: set[CommunityId] = set()
        self._stale: dict[CommunityId, set[MemberId]] = {}
        self._orders: list[NewOrder] = []
        self._letters: list[_Sent] = []
        self._cases: set[CaseId] = set()
        self._rooms: dict[ChannelId, Channel] = {}

    def touch(self, community_id: CommunityId, discussion_id: DiscussionId) -> None:
        """Something in this discussion counts differently now."""
        self._touched.add((community_id, discussion_id))

    def changed(self, community_id: CommunityId) -> None:
        """Something of a community is different now that many pages show: its name, a channel, who may do what."""
        self._changed.add(community_id)

    def stale(self, community_id: CommunityId, *members: MemberId) -> None:
        """A fact behind these members' figures has changed."""
        self._stale.setdefault(community_id, set()).update(members)

    def order(
        self, order: Order, *, lane: str, not_before: datetime | None = None, expires_at: datetime | None = None
    ) -> None:
        """Have the courier do something."""
        self._orders.append(
            NewOrder(
                order=order,
                lane=lane,
                key=self._following.new_key(),
                created_at=self._now,
                not_before=not_before,
                expires_at=expires_at,
            )
        )

    def put(self, orders: Iterable[NewOrder]) -> None:
        """Have the courier do what is ordered already."""
        self._orders.extend(orders)

    def tell(self, community_id: CommunityId, account: Ref, letter: Letter, language: str, zone: str) -> None:
        """Send one person a letter, its moments in a zone; nothing where it has no sentence, or nobody is there.

        It is written in the language that its reader chose in the community, else in the one that is given.
        """
        if letter and network_of(account) != FORGOTTEN:
            self._letters.append(
                _Sent(community_id=community_id, account=account, letter=letter, language=language, zone=zone)
            )

    def hide(self, message: Ref, *, hidden: bool) -> None:
        """Take a comment out of sight on its network, or bring it back."""
        if not self._following.reads_store(message):
            self.order(Hide(message=message, hidden=hidden), lane=message)

    def take_off(self, reaction: Ref) -> bool:
        """Take a reaction off its message; False where its network shows what is stored, and there is nothing to do."""
        if self._following.reads_store(reaction):
            return False
        self.order(TakeOff(reaction=reaction), lane=reaction)
        return True

    def lock(self, posts: Iterable[Post], *, locked: bool) -> None:
        """Lock or unlock the threads of posts."""
        for post in posts:
            if post.thread is not None and not self._following.reads_store(post.thread):
                self.order(Lock(thread=post.thread, locked=locked), lane=post.thread)

    def case(self, *cases: CaseId) -> None:
        """Cases are there, or say something else now: where moderators get cases, they see it."""
        self._cases.update(cases)

    def cases_to(self, channel: Channel) -> None:
        """Moderators get cases in a channel from now on: show them there what is open."""
        self._rooms[channel.id] = channel

    async def settle(self) -> Settled:
        """Recount what was touched, mark figures as stale, store the orders."""
        for _, discussion_id in sorted(self._touched):
            await self._recount(discussion_id)
        for community_id, members in sorted(self._stale.items()):
            await self._tx.standings.mark_stale(community_id, sorted(members), self._now)
        await self._write_letters()
        await self._show_cases()
        if self._orders:
            await self._tx.outbox.put(self._orders)
        return Settled(touched=frozenset(self._touched), changed=frozenset(self._changed), ordered=bool(self._orders))

    async def _show_cases(self) -> None:
        """Nothing but one look where nobody gets cases."""
        if self._cases:
            rooms = await self._tx.case_posts.channels()
            for case_id in sorted(self._cases) if rooms else ():
                await self._show_case(case_id, rooms)
        for room in self._rooms.values():
            for case in await self._tx.cases.waiting(room.community_id, MOST_CASES):
                await self._show_case(case.id, [room])

    async def _show_case(self, case_id: CaseId, rooms: Iterable[Channel]) -> None:
        """Publish an open case where it is not shown yet, and bring it up to date where it is."""
        case = await self._tx.cases.get(case_id)
        if case is None:
            return
        shown = {each.channel_id for each in await self._tx.case_posts.of_case(case_id)}
        for room in rooms:
            if room.community_id != case.community_id or self._following.reads_store(room.ref):
                continue
            lane = f"{room.ref}!{case_id}"
            if room.id in shown:
                self.order(RefreshCase(case_id=case_id, channel_id=room.id), lane=lane)
            elif case.state is CaseState.OPEN:
                await self._tx.case_posts.add(case_id, room.id, self._following.new_key()[:10])
                self.order(PublishCase(case_id=case_id, channel_id=room.id), lane=lane)

    async def _write_letters(self) -> None:
        whose = {(each.community_id, each.account) for each in self._letters}
        chosen = await self._tx.people.languages(whose) if whose else {}
        for sent in self._letters:
            language = chosen.get((sent.community_id, sent.account), sent.language)
            self._write(sent, language)

    def _write(self, sent: _Sent, language: str) -> None:
        t = translator(language)
        html = as_html(sent.letter, t, lambda at: when(at, sent.zone, t.language))
        marker = self._following.new_key()[:10]
        self.order(Tell(account=sent.account, html=html, language=t.language, marker=marker), lane=sent.account)

    async def _recount(self, discussion_id: DiscussionId) -> None:
        discussions = self._tx.discussions
        await discussions.alone_with(discussion_id)
        dated = await discussions.dated(discussion_id)
        hot = ranking.hot(await discussions.liveliness(discussion_id), dated) if dated else 0.0
        comments = await discussions.live_comments(discussion_id)
        await discussions.set_activity(discussion_id, comments=comments, hot=hot)
        for post in await self._tx.posts.of_discussion(discussion_id):
            if post.state is PostState.POSTED and not self._following.reads_store(post.channel.ref):
                not_before = self._now + self._following.refresh_every
                self.order(Refresh(post_id=post.id), lane=f"{post.channel.ref}#{post.id}", not_before=not_before)
