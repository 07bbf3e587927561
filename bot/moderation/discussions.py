"""Whole discussions: locked, slowed down, put behind a curtain."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.model import CommentId, CommunityId, DiscussionId, Role, Subject, SubjectKind
from bot.errors import RequestError
from bot.office import Act, Office, need_for
from bot.ports.moderation import Actor
from bot.ports.stores import DiscussionState

LONGEST_LOCK = timedelta(days=365)
LONGEST_WAIT = timedelta(days=1)
LONGEST_REASON = 100

_NOT_HERE = "This is not here any more."
_NO_TIME = "Please say for how long."
_NOT_SO_LONG = "At most a year."
_WAIT = "Between two comments lie at most 24 hours."
_WHY = "Please say in a few words why it is sensitive (at most {most} characters)."


class DiscussionDesk:
    """The part of `bot.ports.moderation.Moderation` that is about whole discussions and curtains."""

    _office: Office

    async def lock(self, by: Actor, discussion_id: DiscussionId, *, lasting: timedelta | None) -> None:
        if lasting is not None and not timedelta(0) < lasting <= LONGEST_LOCK:
            raise RequestError(_NO_TIME if lasting <= timedelta(0) else _NOT_SO_LONG)

        async def work(act: Act) -> None:
            before = await _state(act, by, discussion_id)
            until = act.now + lasting if lasting is not None else None
            await act.tx.cases.lock(discussion_id, act.now, until)
            await show_lock(act, by.community_id, discussion_id, locked=True)
            after = until.isoformat() if until is not None else "until unlocked"
            await _log(act, by, "discussion.lock", discussion_id, _lock_of(before), after)

        await self._office.act(work)

    async def unlock(self, by: Actor, discussion_id: DiscussionId) -> None:
        async def work(act: Act) -> None:
            before = await _state(act, by, discussion_id)
            if before.locked_at is None:
                return
            await act.tx.cases.lock(discussion_id, None, None)
            await show_lock(act, by.community_id, discussion_id, locked=False)
            await _log(act, by, "discussion.unlock", discussion_id, _lock_of(before), None)

        await self._office.act(work)

    async def slow(self, by: Actor, discussion_id: DiscussionId, wait: timedelta | None) -> None:
        if wait is not None and not timedelta(0) < wait <= LONGEST_WAIT:
            raise RequestError(_WAIT)

        async def work(act: Act) -> None:
            before = await _state(act, by, discussion_id)
            await act.tx.cases.slow(discussion_id, wait)
            act.aftermath.touch(by.community_id, discussion_id)
            await _log(act, by, "discussion.slow", discussion_id, _seconds(before.slow), _seconds(wait))

        await self._office.act(work)

    async def mark_sensitive(
        self,
        by: Actor,
        reason: str | None,
        *,
        discussion_id: DiscussionId | None = None,
        comment_id: CommentId | None = None,
    ) -> None:
        subject = _subject(discussion_id, comment_id)
        if reason is not None and not 0 < len(reason.strip()) <= LONGEST_REASON:
            raise RequestError(_WHY, most=LONGEST_REASON)

        async def work(act: Act) -> None:
            await need_for(act, by, Role.MODERATOR, subject)
            facts = await act.tx.cases.subject(subject)
            if facts is None or facts.deleted or facts.community_id != by.community_id:
                raise RequestError(_NOT_HERE)
            await act.tx.cases.mark_sensitive(subject, reason.strip() if reason is not None else None)
            act.aftermath.touch(by.community_id, facts.discussion_id)
            name = "sensitive.mark" if reason is not None else "sensitive.clear"
            where = "comment" if subject.kind is SubjectKind.COMMENT else "discussion"
            await act.log(by.community_id, by.account_id, name, f"{where}:{subject.id}", after=reason)

        await self._office.act(work)

    async def end_locks(self) -> int:
        """Open the threads of discussions whose lock is over; how many. Called by the bot itself."""

        async def work(act: Act) -> int:
            over = await act.tx.cases.ended_locks(act.now)
            for community_id, discussion_id in over:
                await act.tx.cases.lock(discussion_id, None, None)
                await show_lock(act, community_id, discussion_id, locked=False)
                await act.log(community_id, None, "discussion.unlock", f"discussion:{discussion_id}")
            return len(over)

        return await self._office.act(work)


async def show_lock(act: Act, community_id: CommunityId, discussion_id: DiscussionId, *, locked: bool) -> None:
    """Lock or unlock the threads of a discussion on their networks."""
    act.aftermath.lock(await act.tx.posts.of_discussion(discussion_id), locked=locked)
    act.aftermath.touch(community_id, discussion_id)


async def _state(act: Act, by: Actor, discussion_id: DiscussionId) -> DiscussionState:
    subject = Subject(kind=SubjectKind.ARTICLE, id=discussion_id)
    await need_for(act, by, Role.MODERATOR, subject)
    where = await act.tx.discussions.place_of(subject)
    state = await act.tx.cases.discussion(discussion_id)
    if state is None or where is None or where[0] != by.community_id:
        raise RequestError(_NOT_HERE)
    return state


def _subject(discussion_id: DiscussionId | None, comment_id: CommentId | None) -> Subject:
    if comment_id is not None:
        return Subject(kind=SubjectKind.COMMENT, id=comment_id)
    if discussion_id is None:
        raise TypeError("neither an article nor a comment is named")
    return Subject(kind=SubjectKind.ARTICLE, id=discussion_id)


def _lock_of(state: DiscussionState) -> str | None:
    if state.locked_at is None:
        return None
    return state.locked_until.isoformat() if state.locked_until is not None else "until unlocked"


def _seconds(span: timedelta | None) -> str | None:
    return f"{span.total_seconds():.0f}s" if span is not None else None


async def _log(
    act: Act, by: Actor, action: str, discussion_id: DiscussionId, before: str | None, after: str | None
) -> None:
    subject = f"discussion:{discussion_id}"
    await act.log(by.community_id, by.account_id, action, subject, before=before, after=after)
