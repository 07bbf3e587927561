"""What moderators do to threads on their networks: closed, opened again, deleted."""

from __future__ import annotations

from datetime import datetime

from bot.aftermath import Aftermath
from bot.domain.events import Locked
from bot.domain.model import Post, network_of
from bot.domain.orders import Notice, OutboxState
from bot.ports.stores import DiscussionState, Tx

THREAD_GONE = (
    "The thread under “{title}” in {channel} was deleted there. "
    "What was said in it stays; nobody can write in it any more."
)


class Threads:
    """Follows what happens to threads, in one transaction."""

    def __init__(self, tx: Tx, aftermath: Aftermath, *, now: datetime) -> None:
        self._tx = tx
        self._aftermath = aftermath
        self._now = now

    async def locked(self, event: Locked) -> None:
        """Lock or unlock a discussion as one of its threads was; an echo of our own changes nothing."""
        post = await self._tx.posts.find(event.thread)
        if post is None or post.thread != event.thread:
            return
        await self._tx.discussions.alone_with(post.discussion_id)
        state = await self._tx.cases.discussion(post.discussion_id)
        # A lock that is over stands until it is opened on the networks.
        if state is None or (state.locked_at is not None) == event.locked:
            return
        # While we lock or unlock it ourselves, what is heard of it may be older than what we want.
        if await self._tx.catching.lock_order(event.thread) is OutboxState.PENDING:
            return
        await self._lock(post, event, state)

    async def _lock(self, post: Post, event: Locked, before: DiscussionState) -> None:
        discussion_id, community_id = post.discussion_id, post.channel.community_id
        await self._tx.cases.lock(discussion_id, self._now if event.locked else None, None)
        posts = await self._tx.posts.of_discussion(discussion_id)
        self._aftermath.lock([each for each in posts if each.thread != event.thread], locked=event.locked)
        self._aftermath.touch(community_id, discussion_id)
        until = before.locked_until.isoformat() if before.locked_until is not None else "until unlocked"
        await self._tx.journal.log(
            community_id,
            at=self._now,
            account_id=None,
            action="discussion.lock" if event.locked else "discussion.unlock",
            subject=f"discussion:{discussion_id}",
            before=until if before.locked_at is not None else None,
            after=f"{'until unlocked, ' if event.locked else ''}on {network_of(event.thread)}",
        )

    async def lost(self, post: Post) -> None:
        """A post's thread was deleted: nothing comes from it any more, and the admins are told once."""
        await self._tx.posts.lose_thread(post.id, self._now)
        self._aftermath.touch(post.channel.community_id, post.discussion_id)
        article = await self._tx.articles.get(post.article_id)
        title = "" if article is None else article.content.title
        values = (("title", title), ("channel", post.channel.name))
        notice = Notice(community_id=post.channel.community_id, key=THREAD_GONE, values=values, at=self._now)
        await self._tx.journal.notify([notice])
