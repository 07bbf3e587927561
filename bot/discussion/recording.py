"""One event in one transaction: the raw fact, the votes derived from it, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.aftermath import Aftermath, Following, Settled
from bot.discussion.flagging import UNKNOWN, Flagging
from bot.discussion.raising import Raising
from bot.discussion.reactions import Reacting, Touched, clear_reactions, record_reactions
from bot.discussion.threads import Threads
from bot.domain import cases, participation
from bot.domain.events import (
    Back,
    Cleared,
    Deleted,
    Echoed,
    Edited,
    Event,
    Flagged,
    Joined,
    Left,
    Locked,
    Missed,
    Moved,
    Outcome,
    Posted,
    Reacted,
    Unreacted,
)
from bot.domain.flags import Heat
from bot.domain.html import plain_text, sanitise
from bot.domain.model import (
    Comment,
    CommentId,
    CommunityId,
    DiscussionId,
    MemberId,
    PostState,
    Ref,
    Standing,
    Subject,
    SubjectKind,
)
from bot.domain.orders import Remove
from bot.domain.votes import Ballot
from bot.ports.stores import Tx
from bot.returning import account_of

NOTHING = Outcome()

EMPTY = "A comment cannot be empty."
GONE = "This comment has been deleted."
NOT_YOURS = "Only its author can change a comment."


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What recording an event came to."""

    outcome: Outcome = NOTHING
    settled: Settled = field(default_factory=Settled)


class Recording:
    """Records one event."""

    def __init__(self, tx: Tx, *, ballot: Ballot, heat: Heat, following: Following, now: datetime) -> None:
        self._tx = tx
        self._ballot = ballot
        self._now = now
        self._aftermath = Aftermath(tx, following, now)
        self._flagging = Flagging(tx, self._aftermath, heat=heat, now=now)
        self._raising = Raising(tx, self._aftermath, self._flagging, now=now)
        self._threads = Threads(tx, self._aftermath, now=now)

    async def record(self, event: Event) -> Recorded:
        """Store the event; what is said of unknown messages is not ours and changes nothing."""
        outcome = await self._dispatch(event)
        return Recorded(outcome=outcome, settled=await self._aftermath.settle())

    async def _dispatch(self, event: Event) -> Outcome:
        match event:
            case Posted():
                return await self._posted(event)
            case Edited():
                return await self._edited(event)
            case Deleted():
                return await self._deleted(event)
            case Reacted():
                return await self._react([event])
            case Unreacted():
                return await self._react([event])
            case Cleared():
                return await self._cleared(event)
            case Flagged():
                return await self._flagged(event)
            case Echoed():
                return await self._echoed(event)
            case Locked():
                await self._threads.locked(event)
                return NOTHING
            case Joined() | Left() | Moved() | Missed() | Back():
                return NOTHING

    # --- comments ---

    async def _posted(self, event: Posted) -> Outcome:
        post = await self._tx.posts.find(event.thread)
        if post is None or event.who.bot:
            return NOTHING
        html = sanitise(event.html)
        if not plain_text(html).strip():
            return Outcome(refused=EMPTY)
        there = await self._tx.discussions.comment_by_ref(event.message)
        if there is not None:
            return Outcome(comment=there.id)
        await self._tx.discussions.alone_with(post.discussion_id)
        post = await self._tx.posts.find(event.thread) or post  # it may have been merged while we waited
        account = await account_of(self._tx, event.who, event.at, self._now)
        if account is None:
            return NOTHING
        refused = await self._may_write(post.channel.community_id, post.discussion_id, account.member_id)
        if refused is not None:
            return refused
        comment_id = await self._tx.discussions.add_comment(
            discussion_id=post.discussion_id,
            channel_id=post.channel.id,
            account_id=account.id,
            ref=event.message,
            parent_id=await self._parent(event.reply_to, post.discussion_id),
            html=html,
            at=event.at,
            sensitive=event.sensitive,
        )
        self._counts_anew(post.channel.community_id, post.discussion_id, account.member_id)
        return Outcome(comment=comment_id)

    async def _may_write(self, community_id: CommunityId, discussion_id: DiscussionId, who: MemberId) -> Outcome | None:
        standing = await self._tx.standings.get(community_id, who)
        state = await self._tx.cases.discussion(discussion_id)
        if state is None:
            return Outcome(refused=UNKNOWN)
        last = await self._tx.cases.last_comment_at(discussion_id, who) if state.slow is not None else None
        return participation.refusal(
            standing, locked=state.locked(self._now), slow=state.slow, last_comment_at=last, now=self._now
        )

    def _counts_anew(self, community_id: CommunityId, discussion_id: DiscussionId, author: MemberId) -> None:
        self._aftermath.touch(community_id, discussion_id)
        self._aftermath.stale(community_id, author)

    async def _parent(self, reply_to: Ref | None, discussion_id: DiscussionId) -> CommentId | None:
        parent = await self._tx.discussions.comment_by_ref(reply_to) if reply_to else None
        return parent.id if parent and parent.discussion_id == discussion_id else None

    async def _edited(self, event: Edited) -> Outcome:
        comment = await self._tx.discussions.comment_by_ref(event.message)
        if comment is None:
            return NOTHING
        if comment.deleted_at is not None:
            return Outcome(refused=GONE)
        account = await account_of(self._tx, event.who, event.at, self._now)
        if account is None or account.id != comment.account_id:
            return Outcome(refused=NOT_YOURS)
        html = sanitise(event.html)
        if not plain_text(html).strip():
            return Outcome(refused=EMPTY)
        if (await self._standing(comment)).banned_at is not None:
            return Outcome(refused=participation.BANNED)
        if (html, event.sensitive) != (comment.html, comment.sensitive):
            await self._edit(comment, html, event)
        return Outcome(comment=comment.id)

    async def _edit(self, comment: Comment, html: str, event: Edited) -> None:
        await self._tx.discussions.alone_with(comment.discussion_id)
        await self._tx.discussions.edit_comment(comment.id, html, event.at, event.sensitive)
        self._aftermath.touch(comment.community_id, comment.discussion_id)
        subject = Subject(kind=SubjectKind.COMMENT, id=comment.id)
        case = await self._tx.cases.latest(subject)
        if case is None:
            return
        self._aftermath.case(case.id)
        if html == comment.html or not cases.reopens(case, hidden=comment.hidden_at is not None):
            return
        if await self._tx.cases.put(cases.reopen(case, self._now), read_version=case.version):
            await self._tx.journal.log(
                comment.community_id,
                at=self._now,
                account_id=comment.account_id,
                action="case.reopen",
                subject=f"case:{case.id}",
            )

    async def _standing(self, comment: Comment) -> Standing:
        return await self._tx.standings.get(comment.community_id, comment.member_id)

    async def _deleted(self, event: Deleted) -> Outcome:
        comment = await self._tx.discussions.comment_by_ref(event.message)
        if comment is None:
            return await self._post_deleted(event)
        # What we hid may have been deleted on its network for that: here it can be read again, and brought back.
        if comment.deleted_at is None and not await self._tx.catching.taken(event.message):
            await self._tx.discussions.alone_with(comment.discussion_id)
            await self._tx.discussions.delete_comment(comment.id, event.at)
            self._counts_anew(comment.community_id, comment.discussion_id, comment.member_id)
        return Outcome(comment=comment.id)

    async def _post_deleted(self, event: Deleted) -> Outcome:
        post = await self._tx.posts.find(event.message)
        if post is None:
            return NOTHING
        if post.ref != event.message:
            await self._threads.lost(post)
        elif post.state is not PostState.DELETED:
            await self._tx.posts.set(post.id, state=PostState.DELETED, now=self._now)
            self._aftermath.touch(post.channel.community_id, post.discussion_id)
        return NOTHING

    # --- reactions and votes ---

    async def together(self, events: Sequence[Reacting]) -> Recorded:
        """Store reactions, and what takes them back, at once."""
        await self._react(events)
        return Recorded(settled=await self._aftermath.settle())

    async def _react(self, events: Sequence[Reacting]) -> Outcome:
        """What a batch comes to; which emoji are flags hangs on the channel. The outcome is that of the last flag."""
        touched = await record_reactions(self._tx, events, ballot=self._ballot, now=self._now)
        self._counted(touched)
        outcome = NOTHING
        for flag in touched.flags:
            outcome = await self._raising.take(flag)
        return outcome

    async def _cleared(self, event: Cleared) -> Outcome:
        self._counted(await clear_reactions(self._tx, event, ballot=self._ballot))
        return NOTHING

    def _counted(self, touched: Touched) -> None:
        for community_id, discussion_id in touched.places:
            self._aftermath.touch(community_id, discussion_id)
        for community_id, author in touched.authors:
            self._aftermath.stale(community_id, author)

    # --- flags ---

    async def _flagged(self, event: Flagged) -> Outcome:
        found = await self._tx.discussions.subject_of(event.message)
        if found is None:
            return Outcome(refused=UNKNOWN)
        subject, _, community_id = found
        by = await account_of(self._tx, event.who, event.at, self._now)
        if by is None:
            return NOTHING
        return await self._flagging.report(subject, community_id, by, event.reason, event.text)

    # --- our own messages ---

    async def _echoed(self, event: Echoed) -> Outcome:
        """A second message for a post that has its message already came late: it is removed."""
        post = await self._tx.posts.by_marker(event.place, event.marker)
        if post is not None and post.ref is not None and post.ref != event.message:
            self._aftermath.order(Remove(message=event.message), lane=event.place)
        return NOTHING
