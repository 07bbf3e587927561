"""A flag makes or joins a case, and does what flags do before a moderator has looked."""

from __future__ import annotations

from datetime import datetime

from bot.aftermath import Aftermath
from bot.domain import flags, participation
from bot.domain.events import Outcome
from bot.domain.flags import Heat
from bot.domain.model import (
    Account,
    CommunityId,
    FlagReason,
    HiddenBy,
    Subject,
    SubjectKind,
)
from bot.domain.orders import Notice
from bot.domain.telling import hidden_by_flags
from bot.domain.text import repair
from bot.ports.stores import SubjectFacts, Tx

UNKNOWN = "This is not here any more."
REPORTED = "You have reported this already; the moderators will look at it."
OWN = "You cannot report what you wrote yourself."
HEATED = "Many reports in a short time: the discussion of “{title}” is locked until {until}."


class Flagging:
    """Files one flag, in one transaction."""

    def __init__(self, tx: Tx, aftermath: Aftermath, *, heat: Heat, now: datetime) -> None:
        self._tx = tx
        self._aftermath = aftermath
        self._heat = heat
        self._now = now

    async def report(
        self, subject: Subject, community_id: CommunityId, by: Account, reason: FlagReason, text: str
    ) -> Outcome:
        """Store a flag of somebody, unless they may not take part or it cannot be flagged now."""
        standing = await self._tx.standings.get(community_id, by.member_id)
        if (refused := participation.barred(standing, self._now)) is not None:
            return refused
        return await self.file(subject, community_id, by, reason, text)

    async def file(
        self, subject: Subject, community_id: CommunityId, by: Account, reason: FlagReason, text: str
    ) -> Outcome:
        """Store a flag of somebody who may take part; once for a member and subject while it is open."""
        facts = await self._tx.cases.subject(subject)
        if facts is None or facts.deleted:
            return Outcome(refused=UNKNOWN)
        if facts.account is not None and facts.account.member_id == by.member_id:
            return Outcome(refused=OWN)
        await self._tx.discussions.alone_with(facts.discussion_id)
        latest = await self._tx.cases.latest(subject)
        if (refused := flags.refusal(latest, facts.changed_at, self._now)) is not None:
            return Outcome(refused=refused)
        if not await self._store(subject, facts, community_id, by, reason, text):
            return Outcome(refused=REPORTED)
        if subject.kind is SubjectKind.COMMENT and not facts.hidden:
            await self._hide(subject, facts)
        await self._cool(community_id, facts)
        return Outcome()

    async def _store(
        self,
        subject: Subject,
        facts: SubjectFacts,
        community_id: CommunityId,
        by: Account,
        reason: FlagReason,
        text: str,
    ) -> bool:
        standing = await self._tx.standings.get(community_id, by.member_id)
        record = await self._tx.cases.record(community_id, by.member_id)
        case_id = await self._tx.cases.open(
            subject,
            community_id=community_id,
            discussion_id=facts.discussion_id,
            author=facts.account.member_id if facts.account is not None else None,
            now=self._now,
        )
        added = await self._tx.cases.add_flag(
            case_id,
            subject,
            community_id=community_id,
            account_id=by.id,
            member_id=by.member_id,
            reason=reason,
            text=repair(text).strip(),
            trust=standing.trust,
            weight=flags.weigh(standing.trust, standing.role, record),
            subject_text=facts.text,
            subject_revision=facts.revision,
            at=self._now,
        )
        if added:
            self._aftermath.case(case_id)
        return added

    async def _hide(self, subject: Subject, facts: SubjectFacts) -> None:
        """Out of sight without a moderator, where the flags weigh enough."""
        case = await self._tx.cases.latest(subject)
        author = facts.account
        if case is None or author is None or facts.ref is None:
            return
        standing = await self._tx.standings.get(facts.community_id, author.member_id)
        open_flags = [(f.member_id, f.weight) for f in await self._tx.cases.flags(case.id) if f.closed_at is None]
        if not flags.hides(open_flags, standing.role, facts.hide_weight or flags.HIDES_AT):
            return
        await self._tx.cases.hide(subject, HiddenBy.FLAGS, self._now)
        self._aftermath.hide(facts.ref, hidden=True)
        self._aftermath.touch(facts.community_id, facts.discussion_id)
        self._aftermath.stale(facts.community_id, author.member_id)
        letter = hidden_by_flags(facts.title, facts.text)
        self._aftermath.tell(facts.community_id, author.ref, letter, facts.language, facts.zone)
        await self._log(facts.community_id, "comment.hide", f"comment:{subject.id}", f"case:{case.id}")

    async def _cool(self, community_id: CommunityId, facts: SubjectFacts) -> None:
        """Lock a discussion in which trusted members flag fast."""
        discussion_id, now = facts.discussion_id, self._now
        recent = await self._tx.cases.recent_flags(discussion_id, now - self._heat.within)
        state = await self._tx.cases.discussion(discussion_id)
        if state is None or state.locked(now) or not flags.heated(recent, now, self._heat):
            return
        until = now + self._heat.lock_for
        await self._tx.cases.lock(discussion_id, now, until)
        self._aftermath.lock(await self._tx.posts.of_discussion(discussion_id), locked=True)
        self._aftermath.touch(community_id, discussion_id)
        await self._log(community_id, "discussion.lock", f"discussion:{discussion_id}", until.isoformat())
        values = (("title", facts.title), ("until", f"{until:%Y-%m-%d %H:%M} UTC"))
        await self._tx.journal.notify([Notice(community_id=community_id, key=HEATED, values=values, at=now)])

    async def _log(self, community_id: CommunityId, action: str, subject: str, after: str) -> None:
        await self._tx.journal.log(
            community_id, at=self._now, account_id=None, action=action, subject=subject, after=after
        )
