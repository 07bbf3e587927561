"""What members see of order and do for it: their flags, what they were told, corrections. In memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain import corrections
from bot.domain.corrections import Change
from bot.domain.model import (
    AccountId,
    ArticleId,
    CommentId,
    CommunityId,
    Content,
    Correction,
    CorrectionId,
    CorrectionKind,
    CorrectionReport,
    CorrectionState,
    DiscussionId,
    FeedId,
    FlagId,
    FlagReason,
    MemberId,
    Ref,
    SubjectKind,
)
from bot.errors import RequestError
from bot.ports.moderation import Actor, CorrectionLine, OwnFlag, SourceLine, Told
from bot.ports.pages import Page, Viewer
from tests.servers.clock import SetClock


@dataclass
class Selves:
    """The part of members and admins in `Order`."""

    clock: SetClock
    own: dict[MemberId, list[OwnFlag]] = field(default_factory=dict)
    letters: dict[Ref, list[Told]] = field(default_factory=dict)
    errata: dict[CorrectionId, CorrectionLine] = field(default_factory=dict)
    texts: dict[tuple[DiscussionId, int], Content] = field(default_factory=dict)
    thanks: dict[DiscussionId, list[str]] = field(default_factory=dict)
    brought: dict[DiscussionId, list[SourceLine]] = field(default_factory=dict)
    answers: list[tuple[CorrectionId, CorrectionState, str, AccountId | None]] = field(default_factory=list)
    joined: list[tuple[DiscussionId, DiscussionId]] = field(default_factory=list)
    parted: list[tuple[DiscussionId, FeedId]] = field(default_factory=list)

    # --- making it ---

    def add_flag(self, member: MemberId, article: DiscussionId, title: str, **flag: object) -> OwnFlag:
        """A report of a comment, as its reporter sees it."""
        made = OwnFlag(
            id=FlagId(len(self.own.get(member, [])) + 1),
            kind=SubjectKind.COMMENT,
            article=article,
            comment=CommentId(1),
            title=title,
            reason=FlagReason.SPAM,
            at=self.clock.now(),
            outcome=None,
        )
        self.own.setdefault(member, []).append(replace(made, **flag))  # type: ignore[arg-type]
        return self.own[member][-1]

    def tell(self, account: Ref, html: str, read_at: datetime | None = None) -> None:
        """Something from Tribune."""
        letters = self.letters.setdefault(account, [])
        letters.append(Told(ref=Ref(f"web:said/{len(letters)}"), html=html, at=self.clock.now(), read_at=read_at))

    def add_correction(
        self, community: CommunityId, article: DiscussionId, title: str, excerpt: str, *names: str, **changes: object
    ) -> CorrectionId:
        """A reported error."""
        number = CorrectionId(len(self.errata) + 1)
        made = Correction(
            id=number,
            community_id=community,
            discussion_id=article,
            article_id=ArticleId(int(article)),
            kind=CorrectionKind.TYPO,
            excerpt=excerpt,
            before="the words",
            after="and what follows",
            revision=1,
            state=CorrectionState.RECEIVED,
            at=self.clock.now() - timedelta(hours=int(number)),
        )
        correction = replace(made, **changes)  # type: ignore[arg-type]
        now_there = correction.offered_text
        self.errata[number] = CorrectionLine(
            correction=correction,
            title=title,
            reports=[self._report(place, name) for place, name in enumerate(names, 101)],
            change=corrections.difference(excerpt, now_there) if now_there is not None else [(Change.SAME, excerpt)],
        )
        return number

    def _report(self, number: int, name: str, remark: str = "Look at this.") -> CorrectionReport:
        return CorrectionReport(
            account_id=AccountId(number),
            member_id=MemberId(number),
            name=name,
            remark=remark,
            at=self.clock.now(),
        )

    # --- reading (ModerationReader) ---

    async def own_flags(self, viewer: Viewer, *, page: int, size: int) -> Page[OwnFlag]:
        flags = self.own.get(viewer.member_id, [])[::-1] if viewer.member_id is not None else []
        return Page(items=flags[(page - 1) * size : page * size], number=page, size=size, total=len(flags))

    async def told(self, account: Ref, *, page: int, size: int) -> Page[Told]:
        letters = self.letters.get(account, [])[::-1]
        return Page(items=letters[(page - 1) * size : page * size], number=page, size=size, total=len(letters))

    async def corrections(
        self, viewer: Viewer, states: Sequence[CorrectionState], *, page: int, size: int
    ) -> Page[CorrectionLine]:
        lines = [line for line in self._errata(viewer) if line.correction.state in states]
        lines.sort(key=lambda line: (line.correction.offered_revision is None, line.correction.at))
        return Page(items=lines[(page - 1) * size : page * size], number=page, size=size, total=len(lines))

    def _errata(self, viewer: Viewer) -> list[CorrectionLine]:
        return [line for line in self.errata.values() if line.correction.community_id == viewer.community_id]

    async def correction(self, viewer: Viewer, correction_id: CorrectionId) -> CorrectionLine | None:
        return next((line for line in self._errata(viewer) if line.correction.id == correction_id), None)

    async def credits(self, viewer: Viewer, discussion_id: DiscussionId) -> Sequence[str]:
        return self.thanks.get(discussion_id, [])

    async def content_at(self, viewer: Viewer, discussion_id: DiscussionId, revision: int) -> Content | None:
        return self.texts.get((discussion_id, revision))

    async def sources(self, viewer: Viewer, discussion_id: DiscussionId) -> Sequence[SourceLine]:
        return self.brought.get(discussion_id, [])

    # --- acting (Inbox, CorrectionsDesk, ArticlesDesk) ---

    def unread(self, account: Ref) -> int:
        return sum(letter.read_at is None for letter in self.letters.get(account, []))

    async def read(self, account: Ref, now: datetime) -> None:
        letters = self.letters.get(account, [])
        self.letters[account] = [replace(letter, read_at=letter.read_at or now) for letter in letters]

    async def report(
        self,
        by: Actor,
        discussion_id: DiscussionId,
        kind: CorrectionKind,
        *,
        excerpt: str,
        remark: str,
        revision: int,
    ) -> CorrectionId:
        content = self.texts.get((discussion_id, revision), Content(title="A bridge opens", link=None))
        why = corrections.refusal(kind, excerpt, content)
        if why is not None:
            raise RequestError(why, most=corrections.LONGEST_EXCERPT)
        number = self.add_correction(
            by.community_id, discussion_id, content.title, excerpt, kind=kind, revision=revision
        )
        line = self.errata[number]
        self.errata[number] = replace(line, reports=[self._report(int(by.account_id or 0), "somebody", remark)])
        return number

    async def set_state(self, by: Actor, correction_id: CorrectionId, state: CorrectionState, words: str = "") -> None:
        line = self.errata.get(correction_id)
        if line is None or line.correction.community_id != by.community_id:
            raise RequestError("There is nothing here")
        self.errata[correction_id] = replace(line, correction=replace(line.correction, state=state))
        self.answers.append((correction_id, state, words, by.account_id))

    async def merge(self, by: Actor, article: DiscussionId, into: DiscussionId) -> None:
        self.joined.append((article, into))

    async def split(self, by: Actor, article: DiscussionId, source: FeedId) -> DiscussionId:
        self.parted.append((article, source))
        return DiscussionId(int(article) + 1000)
