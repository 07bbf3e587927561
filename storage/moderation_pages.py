"""What is read to keep order. Every statement names the viewer's community."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from bot.domain.model import CaseId, Content, CorrectionId, CorrectionState, DiscussionId, MemberId, Ref
from bot.ports.moderation import (
    CaseLine,
    CaseView,
    CorrectionLine,
    LogLine,
    MemberView,
    OwnFlag,
    QueueCounts,
    QueueFilter,
    SourceLine,
    Told,
)
from bot.ports.pages import Page, Viewer
from storage import page_cases, page_corrections, page_history, page_own, page_people, page_queue
from storage.tx import SqlTx


class SqlOrder:
    """See `bot.ports.moderation.ModerationReader`. `read` opens a transaction that reads."""

    def __init__(self, read: Callable[[], AbstractAsyncContextManager[SqlTx]]) -> None:
        self._read = read

    async def queue(
        self, viewer: Viewer, wanted: QueueFilter, *, page: int, size: int, now: datetime
    ) -> Page[CaseLine]:
        async with self._read() as tx:
            return await page_queue.queue(tx, viewer, wanted, page=page, size=size, now=now)

    async def counts(self, viewer: Viewer, now: datetime) -> QueueCounts:
        async with self._read() as tx:
            return await page_queue.counts(tx, viewer, now)

    async def case(self, viewer: Viewer, case_id: CaseId) -> CaseView | None:
        async with self._read() as tx:
            return await page_cases.case(tx, viewer, case_id)

    async def log(self, viewer: Viewer, *, action: str | None, page: int, size: int) -> Page[LogLine]:
        async with self._read() as tx:
            return await page_history.log(tx, viewer, action, page=page, size=size)

    async def member(self, viewer: Viewer, member_id: MemberId, *, moderator: bool) -> MemberView | None:
        async with self._read() as tx:
            return await page_people.member(tx, viewer, member_id, moderator=moderator)

    async def own_flags(self, viewer: Viewer, *, page: int, size: int) -> Page[OwnFlag]:
        async with self._read() as tx:
            return await page_own.own_flags(tx, viewer, page=page, size=size)

    async def told(self, account: Ref, *, page: int, size: int) -> Page[Told]:
        async with self._read() as tx:
            return await page_own.told(tx, account, page=page, size=size)

    async def corrections(
        self, viewer: Viewer, states: Sequence[CorrectionState], *, page: int, size: int
    ) -> Page[CorrectionLine]:
        async with self._read() as tx:
            return await page_corrections.corrections_in(tx, viewer, states, page=page, size=size)

    async def correction(self, viewer: Viewer, correction_id: CorrectionId) -> CorrectionLine | None:
        async with self._read() as tx:
            return await page_corrections.correction(tx, viewer, correction_id)

    async def credits(self, viewer: Viewer, discussion_id: DiscussionId) -> Sequence[str]:
        async with self._read() as tx:
            return await page_corrections.credits_of(tx, viewer, discussion_id)

    async def content_at(self, viewer: Viewer, discussion_id: DiscussionId, revision: int) -> Content | None:
        async with self._read() as tx:
            return await page_corrections.content_at(tx, viewer, discussion_id, revision)

    async def sources(self, viewer: Viewer, discussion_id: DiscussionId) -> Sequence[SourceLine]:
        async with self._read() as tx:
            return await page_corrections.sources(tx, viewer, discussion_id)
