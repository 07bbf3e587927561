"""One event in one transaction: the raw fact, the votes and counts derived from it, the outbox rows that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import ranking
from bot.domain.events import Cleared, Deleted, Echoed, Edited, Event, Flagged, Outcome, Posted, Reacted, Unreacted, Who
from bot.domain.html import plain_text, sanitise
from bot.domain.model import (
    Account,
    CommentId,
    CommunityId,
    DiscussionId,
    FlagReason,
    MemberId,
    Post,
    PostState,
    Reaction,
    Ref,
    Subject,
    SubjectKind,
    network_of,
)
from bot.domain.orders import NewOrder, Refresh, Remove
from bot.domain.text import repair
from bot.domain.votes import FLAG, Ballot, decide_vote, normalise_emoji
from bot.ports.stores import Tx

NOTHING = Outcome()

EMPTY = "A comment cannot be empty."
GONE = "This comment has been deleted."
NOT_YOURS = "Only its author can change a comment."
UNKNOWN = "This is not here any more."
REPORTED = "You have reported this already; the moderators will look at it."


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What recording an event came to."""

    outcome: Outcome = NOTHING
    touched: frozenset[tuple[CommunityId, DiscussionId]] = frozenset()
    ordered: bool = False


class Recording:
    """Records one event."""

    def __init__(
        self,
        tx: Tx,
        *,
        ballot: Ballot,
        refresh_every: timedelta,
        live_networks: frozenset[str],
        new_key: Callable[[], str],
        now: datetime,
    ) -> None:
        self._tx = tx
        self._ballot = ballot
        self._refresh_every = refresh_every
        self._live_networks = live_networks
        self._new_key = new_key
        self._now = now
        self._touched: set[tuple[CommunityId, DiscussionId]] = set()
        self._orders: list[NewOrder] = []

    async def record(self, event: Event) -> Recorded:
        """Store the event; what is said of unknown messages is not ours and changes nothing."""
        outcome = await self._dispatch(event)
        for _, discussion_id in self._touched:
            await self._recount(discussion_id)
        if self._orders:
            await self._tx.outbox.put(self._orders)
        return Recorded(outcome=outcome, touched=frozenset(self._touched), ordered=bool(self._orders))

    async def _dispatch(self, event: Event) -> Outcome:
        match event:
            case Posted():
                return await self._posted(event)
            case Edited():
                return await self._edited(event)
            case Deleted():
                return await self._deleted(event)
            case Reacted():
                return await self._reacted(event)
            case Unreacted():
                return await self._unreacted(event)
            case Cleared():
                return await self._cleared(event)
            case Flagged():
                return await self._flagged(event)
            case Echoed():
                return await self._echoed(event)

    # --- comments ---

    async def _posted(self, event: Posted) -> Outcome:
        post = await self._tx.posts.find(event.thread)
        if post is None or event.who.bot:
            return NOTHING
        html = sanitise(event.html)
        if not plain_text(html).strip():
            return Outcome(refused=EMPTY)
        await self._tx.discussions.alone_with(post.discussion_id)
        account = await self._account(event.who)
        comment_id = await self._tx.discussions.add_comment(
            discussion_id=post.discussion_id,
            channel_id=post.channel.id,
            account_id=account.id,
            ref=event.message,
            parent_id=await self._parent(event.reply_to, post.discussion_id),
            html=html,
            at=event.at,
        )
        if comment_id is None:
            there = await self._tx.discussions.comment_by_ref(event.message)
            return Outcome(comment=there.id if there else None)
        self._touched.add((post.channel.community_id, post.discussion_id))
        return Outcome(comment=comment_id)

    async def _parent(self, reply_to: Ref | None, discussion_id: DiscussionId) -> CommentId | None:
        parent = await self._tx.discussions.comment_by_ref(reply_to) if reply_to else None
        return parent.id if parent and parent.discussion_id == discussion_id else None

    async def _edited(self, event: Edited) -> Outcome:
        comment = await self._tx.discussions.comment_by_ref(event.message)
        if comment is None:
            return NOTHING
        if comment.deleted_at is not None:
            return Outcome(refused=GONE)
        account = await self._account(event.who)
        if account.id != comment.account_id:
            return Outcome(refused=NOT_YOURS)
        html = sanitise(event.html)
        if not plain_text(html).strip():
            return Outcome(refused=EMPTY)
        if html != comment.html:
            await self._tx.discussions.alone_with(comment.discussion_id)
            await self._tx.discussions.edit_comment(comment.id, html, event.at)
            self._touched.add((comment.community_id, comment.discussion_id))
        return Outcome(comment=comment.id)

    async def _deleted(self, event: Deleted) -> Outcome:
        comment = await self._tx.discussions.comment_by_ref(event.message)
        if comment is None:
            return await self._post_deleted(event)
        if comment.deleted_at is None:
            await self._tx.discussions.alone_with(comment.discussion_id)
            await self._tx.discussions.delete_comment(comment.id, event.at)
            self._touched.add((comment.community_id, comment.discussion_id))
        return Outcome(comment=comment.id)

    async def _post_deleted(self, event: Deleted) -> Outcome:
        post = await self._tx.posts.find(event.message)
        if post is not None and post.ref == event.message and post.state is not PostState.DELETED:
            await self._tx.posts.set(post.id, state=PostState.DELETED, now=self._now)
            self._touched.add((post.channel.community_id, post.discussion_id))
        return NOTHING

    # --- reactions and votes ---

    async def _reacted(self, event: Reacted) -> Outcome:
        found = await self._tx.discussions.subject_of(event.message)
        if found is None:
            return NOTHING
        subject, discussion_id, community_id = found
        account, emoji = await self._account(event.who), normalise_emoji(event.emoji)
        if emoji == FLAG and not account.bot:
            return await self._file_flag(subject, community_id, account, FlagReason.OTHER, "", event.at or self._now)
        reaction = Reaction(
            ref=event.reaction,
            account_id=account.id,
            member_id=account.member_id,
            bot=account.bot,
            emoji=emoji,
            at=event.at,
        )
        await self._tx.discussions.alone_with(discussion_id)
        if await self._tx.discussions.add_reaction(subject, reaction):
            await self._derive(subject, account.member_id)
            self._touched.add((community_id, discussion_id))
        return NOTHING

    async def _unreacted(self, event: Unreacted) -> Outcome:
        undone = await self._tx.discussions.remove_reaction(event.reaction, event.at)
        if undone is not None:
            subject, member_id = undone
            await self._enter(subject)
            await self._derive(subject, member_id)
        return NOTHING

    async def _cleared(self, event: Cleared) -> Outcome:
        found = await self._tx.discussions.subject_of(event.message)
        if found is None:
            return NOTHING
        subject, discussion_id, community_id = found
        await self._tx.discussions.alone_with(discussion_id)
        emoji = normalise_emoji(event.emoji) if event.emoji is not None else None
        for member_id in await self._tx.discussions.clear_reactions(subject, emoji, event.at):
            await self._derive(subject, member_id)
            self._touched.add((community_id, discussion_id))
        return NOTHING

    async def _derive(self, subject: Subject, member_id: MemberId) -> None:
        """The member's vote from the member's reactions, then the subject's totals from all votes."""
        reactions = await self._tx.discussions.reactions(subject, member_id)
        author = await self._tx.discussions.author_of(subject)
        vote = decide_vote(reactions, author=author, ballot=self._ballot)
        await self._tx.discussions.set_vote(subject, member_id, vote, self._now)
        await self._tx.discussions.set_totals(subject, await self._tx.discussions.count_votes(subject))

    async def _enter(self, subject: Subject) -> None:
        where = await self._tx.discussions.place_of(subject)
        if where is not None:
            await self._tx.discussions.alone_with(where[1])
            self._touched.add(where)

    # --- flags ---

    async def _flagged(self, event: Flagged) -> Outcome:
        found = await self._tx.discussions.subject_of(event.message)
        if found is None:
            return Outcome(refused=UNKNOWN)
        subject, _, community_id = found
        account = await self._account(event.who)
        return await self._file_flag(subject, community_id, account, event.reason, event.text, event.at)

    async def _file_flag(
        self,
        subject: Subject,
        community_id: CommunityId,
        account: Account,
        reason: FlagReason,
        text: str,
        at: datetime,
    ) -> Outcome:
        stored = await self._tx.discussions.add_flag(
            subject, community_id=community_id, account_id=account.id, reason=reason, text=repair(text).strip(), at=at
        )
        return NOTHING if stored else Outcome(refused=REPORTED)

    # --- our own messages ---

    async def _echoed(self, event: Echoed) -> Outcome:
        """A second message for a post that has its message already came late: it is removed."""
        post = await self._tx.posts.by_marker(event.place, event.marker)
        if post is not None and post.ref is not None and post.ref != event.message:
            self._order(Remove(message=event.message), lane=event.place)
        return NOTHING

    # --- what follows ---

    async def _recount(self, discussion_id: DiscussionId) -> None:
        discussions = self._tx.discussions
        comments = await discussions.live_comments(discussion_id)
        commenters = await discussions.commenters(discussion_id)
        dated = await discussions.dated(discussion_id)
        totals = await discussions.count_votes(Subject(kind=SubjectKind.ARTICLE, id=discussion_id))
        hot = ranking.hot(totals, commenters, dated) if dated else 0.0
        await discussions.set_activity(discussion_id, comments=comments, hot=hot)
        self._refresh(await self._tx.posts.of_discussion(discussion_id))

    def _refresh(self, posts: Iterable[Post]) -> None:
        for post in posts:
            if post.state is PostState.POSTED and network_of(post.channel.ref) not in self._live_networks:
                lane = f"{post.channel.ref}#{post.id}"
                self._order(Refresh(post_id=post.id), lane=lane, not_before=self._now + self._refresh_every)

    def _order(self, order: Refresh | Remove, *, lane: str, not_before: datetime | None = None) -> None:
        self._orders.append(
            NewOrder(order=order, lane=lane, key=self._new_key(), created_at=self._now, not_before=not_before)
        )

    async def _account(self, who: Who) -> Account:
        return await self._tx.members.seen(network_of(who.ref), who.ref, who.name, bot=who.bot, now=self._now)
