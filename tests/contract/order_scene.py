"""A discussion with people who keep order in it: named by what they are, on the real parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.events import Edited, Flagged, Outcome, Posted, Who
from bot.domain.model import (
    Case,
    Comment,
    CommentId,
    CommunityId,
    Decision,
    DiscussionId,
    FlagReason,
    Measure,
    MemberId,
    Ref,
    Role,
    Ruling,
    Standing,
    Subject,
    SubjectKind,
)
from bot.domain.reputation import Figures
from bot.ports.moderation import Actor
from bot.ports.pages import CommentSort, CommentView, Viewer
from tests.end_to_end.small import Town

AGREE_AND_HIDE = Decision(ruling=Ruling.AGREE, measure=Measure.HIDE)
DISAGREE = Decision(ruling=Ruling.DISAGREE)
IGNORE = Decision(ruling=Ruling.IGNORE)


def who(name: str) -> Who:
    return Who(ref=Ref(f"web:account/{name}"), name=name)


@dataclass
class Order:
    """One discussion, and what may happen in it."""

    town: Town
    community: CommunityId
    discussion: DiscussionId
    thread: Ref
    number: int = 0

    async def actor(self, name: str, role: Role = Role.MODERATOR) -> Actor:
        """Somebody with a role."""
        now = self.town.clock.now()
        account = await self.town.store.write(
            lambda tx: tx.members.seen("web", who(name).ref, name, bot=False, now=now)
        )
        if role is not Role.MEMBER:
            await self.town.store.write(lambda tx: tx.members.grant(self.community, account.member_id, role))
        return Actor(community_id=self.community, account_id=account.id, member_id=account.member_id, role=role)

    async def trusted(self, name: str, trust: int = 3) -> MemberId:
        """Somebody whom a moderator trusts."""
        actor = await self.actor(name, Role.MEMBER)
        assert actor.member_id is not None
        member_id = actor.member_id
        figures = Figures(points=0, upvoters=0, title="newcomer", trust=trust)
        await self.town.store.write(lambda tx: tx.standings.put_figures(self.community, member_id, figures))
        return member_id

    async def say(self, name: str, html: str = "<p>Words.</p>") -> tuple[CommentId, Ref]:
        """A comment of somebody."""
        self.number += 1
        message = Ref(f"web:comment/{self.number:016}")
        outcome = await self.try_to_say(name, html, message)
        assert outcome.comment is not None
        return outcome.comment, message

    async def try_to_say(self, name: str, html: str = "<p>Words.</p>", message: Ref | None = None) -> Outcome:
        self.number += 1
        event = Posted(
            message=message or Ref(f"web:comment/{self.number:016}"),
            thread=self.thread,
            who=who(name),
            html=html,
            at=self.town.clock.now(),
        )
        return await self.town.discussion.take(event)

    async def edit(self, name: str, message: Ref, html: str) -> Outcome:
        event = Edited(message=message, who=who(name), html=html, at=self.town.clock.now())
        return await self.town.discussion.take(event)

    async def flag(self, name: str, message: Ref, reason: FlagReason = FlagReason.UNKIND, text: str = "") -> str | None:
        """A flag; why it was refused."""
        event = Flagged(message=message, who=who(name), reason=reason, text=text, at=self.town.clock.now())
        return (await self.town.discussion.take(event)).refused

    async def case(self, comment: CommentId) -> Case:
        """The latest case on a comment."""
        async with self.town.store.read() as tx:
            found = await tx.cases.latest(Subject(kind=SubjectKind.COMMENT, id=comment))
        assert found is not None
        return found

    async def decide(self, by: Actor, comment: CommentId, decision: Decision) -> Case:
        """Decide the latest case on a comment."""
        case = await self.case(comment)
        await self.town.moderation.decide(by, case.id, decision, version=case.version)
        return await self.case(comment)

    async def comment(self, message: Ref) -> Comment:
        async with self.town.store.read() as tx:
            found = await tx.discussions.comment_by_ref(message)
        assert found is not None
        return found

    async def shown(self) -> list[CommentView]:
        """What a visitor sees."""
        viewer = Viewer(community_id=self.community)
        found = await self.town.store.pages.comments(viewer, self.discussion, sort=CommentSort.OLD, page=1, size=50)
        return list(found.items)

    async def standing(self, name: str) -> Standing:
        actor = await self.actor(name, Role.MEMBER)
        assert actor.member_id is not None
        async with self.town.store.read() as tx:
            return await tx.standings.get(self.community, actor.member_id)

    async def standing_of(self, comment: CommentId) -> Standing:
        """How the author of a comment stands."""
        async with self.town.store.read() as tx:
            facts = await tx.cases.subject(Subject(kind=SubjectKind.COMMENT, id=comment))
            assert facts is not None
            assert facts.account is not None
            return await tx.standings.get(self.community, facts.account.member_id)

    async def letters(self, name: str) -> list[str]:
        """What somebody was told, the latest first."""
        await self.town.delivered()
        page = await self.town.store.order.told(who(name).ref, page=1, size=50)
        return [each.html for each in page.items]

    async def logged(self) -> list[str]:
        """What stands in the log, the oldest first."""
        async with self.town.store.read() as tx:
            return [each.action for each in reversed(await tx.journal.logged(self.community, 100))]

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.town.clock.time += timedelta(**span)


async def order(town: Town) -> Order:
    """A community with one article."""
    community = await town.community("town", default=True)
    discussion = await town.article("A story", "town")
    return Order(town, community, discussion, await town.thread(discussion))
