"""Flags, cases, corrections and what follows from them as rows: for the tests of what is read of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.schema import Table

from bot.domain.model import (
    Account,
    CaseId,
    CaseState,
    CommentId,
    CorrectionId,
    CorrectionKind,
    CorrectionState,
    Decision,
    DiscussionId,
    FlagId,
    FlagOutcome,
    FlagReason,
    HiddenBy,
    Post,
    Role,
    Subject,
    SubjectKind,
)
from bot.ports.pages import Viewer
from storage.schema.order import cases, correction_reports, corrections, flags, notes
from storage.schema.people import standings
from storage.schema.places import discussions
from storage.schema.talk import comments
from storage.schema.work import audit_log
from storage.tx import SqlTx
from tests.contract.storage.world import NOW, World


async def put(world: World, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    """Store rows; their ids, where the table has some."""

    async def work(tx: SqlTx) -> list[int]:
        if "id" not in table.c:
            await tx.sql.many(insert(table), rows)
            return []
        return [await tx.sql.value(insert(table).returning(table.c.id), **row) for row in rows]

    return await world.store.write(work)


async def change(world: World, table: Table, row_id: int, **values: Any) -> None:
    """Change one row."""

    async def work(tx: SqlTx) -> None:
        await tx.sql.run(update(table).where(table.c.id == row_id).values(**values))

    await world.store.write(work)


def comment_subject(comment: CommentId) -> Subject:
    return Subject(kind=SubjectKind.COMMENT, id=comment)


@dataclass(frozen=True, kw_only=True)
class Disorder:
    """A discussion in which things go wrong."""

    world: World
    post: Post

    @property
    def discussion(self) -> DiscussionId:
        return self.post.discussion_id

    @property
    def article(self) -> Subject:
        return Subject(kind=SubjectKind.ARTICLE, id=self.discussion)

    @property
    def moderator(self) -> Viewer:
        return Viewer(community_id=self.world.community, moderator=True)

    async def seen_by(self, name: str, *, moderator: bool = False) -> Viewer:
        member_id = (await self.world.account(name)).member_id
        return Viewer(community_id=self.world.community, member_id=member_id, moderator=moderator)

    async def case(self, subject: Subject, author: Account | None = None, **more: Any) -> CaseId:
        """An open case, or as `more` says."""
        row = {
            "community_id": self.world.community,
            "discussion_id": self.discussion,
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "author_id": None if author is None else author.member_id,
            "state": CaseState.OPEN,
            "version": 1,
            "opened_at": NOW,
            "reopened": False,
        }
        return CaseId((await put(self.world, cases, [row | more]))[0])

    async def decided(
        self, subject: Subject, decision: Decision, at: datetime, author: Account | None = None, **more: Any
    ) -> CaseId:
        """A case that was decided."""
        made = {
            "state": CaseState.DECIDED,
            "decided_at": at,
            "ruling": decision.ruling,
            "measure": decision.measure,
            "sanction": decision.sanction,
            "mute_for": decision.mute_for,
            "sensitive": decision.sensitive,
            "words": decision.words,
        }
        return await self.case(subject, author, **(made | more))

    async def flag(
        self,
        case_id: CaseId,
        subject: Subject,
        by: Account,
        reason: FlagReason = FlagReason.SPAM,
        *,
        weight: float = 1.0,
        at: datetime = NOW,
        outcome: FlagOutcome | None = None,
        text: str = "",
        subject_text: str = "<p>Well.</p>",
    ) -> FlagId:
        row = {
            "community_id": self.world.community,
            "case_id": case_id,
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "account_id": by.id,
            "member_id": by.member_id,
            "reason": reason,
            "trust": 1,
            "weight": weight,
            "subject_revision": 1,
            "at": at,
            "closed_at": None if outcome is None else at,
            "outcome": outcome,
            "text": text,
            "subject_text": subject_text,
        }
        return FlagId((await put(self.world, flags, [row]))[0])

    async def flagged(self, name: str, by: str, *, weight: float = 1.0, at: datetime = NOW, **more: Any) -> CaseId:
        """A new comment of somebody with an open case of one flag."""
        author = await self.world.account(name)
        subject = comment_subject(await self.world.comment(self.discussion, author, at=at))
        case_id = await self.case(subject, author, opened_at=at)
        await self.flag(case_id, subject, await self.world.account(by), weight=weight, at=at, **more)
        return case_id

    async def hide_comment(self, comment: CommentId, by: HiddenBy = HiddenBy.MODERATOR) -> None:
        await change(self.world, comments, comment, hidden_at=NOW, hidden_by=by)

    async def discussion_is(self, **values: Any) -> None:
        await change(self.world, discussions, self.discussion, **values)

    async def stand(self, name: str, **values: Any) -> Account:
        """Somebody with a standing."""
        account = await self.world.account(name)
        row = {
            "community_id": self.world.community,
            "member_id": account.member_id,
            "role": Role.MEMBER,
            "points": 0,
            "upvoters": 0,
            "title": "newcomer",
            "trust": 0,
            "trust_locked": False,
            "role_set": False,
            "votes_void": False,
        }
        await put(self.world, standings, [row | values])
        return account

    async def note(self, by: Account, text: str, **about: Any) -> None:
        row = {"community_id": self.world.community, "account_id": by.id, "at": NOW, "text": text}
        await put(self.world, notes, [row | about])

    async def log(self, action: str, subject: str, *, at: datetime = NOW, by: Account | None = None) -> None:
        row = {
            "community_id": self.world.community,
            "at": at,
            "account_id": None if by is None else by.id,
            "action": action,
            "subject": subject,
        }
        await put(self.world, audit_log, [row])

    async def correction(
        self, *reporters: Account, state: CorrectionState = CorrectionState.RECEIVED, at: datetime = NOW, **more: Any
    ) -> CorrectionId:
        """A reported error, by some."""
        row = {
            "community_id": self.world.community,
            "discussion_id": self.discussion,
            "article_id": self.post.article_id,
            "kind": CorrectionKind.TYPO,
            "state": state,
            "same_key": "text teh law",
            "revision": 1,
            "at": at,
            "excerpt": "teh law",
            "before": "",
            "after": "",
        }
        made = CorrectionId((await put(self.world, corrections, [row | more]))[0])
        reports = [
            {"correction_id": made, "member_id": each.member_id, "account_id": each.id, "at": at, "remark": each.name}
            for each in reporters
        ]
        if reports:
            await put(self.world, correction_reports, reports)
        return made


async def disorder(world: World) -> Disorder:
    """A posted article's discussion."""
    return Disorder(world=world, post=await world.post())
