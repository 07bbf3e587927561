"""How order is kept in the small world: cases, log, members. The moderation's reader and desk at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain import cases
from bot.domain.flags import Record
from bot.domain.html import plain_text
from bot.domain.model import (
    AccountId,
    Case,
    CaseId,
    CaseState,
    CommentId,
    CommunityId,
    Decision,
    DiscussionId,
    FlagId,
    FlagOutcome,
    FlagReason,
    HiddenBy,
    MemberId,
    Role,
    Standing,
    Subject,
    SubjectKind,
)
from bot.errors import RequestError
from bot.ports.moderation import (
    Actor,
    CaseLine,
    CaseView,
    FlagLine,
    LogLine,
    MemberView,
    NoteLine,
    Person,
    QueueCounts,
    QueueFilter,
    QueueView,
)
from bot.ports.pages import CommentView, Page, Viewer
from tests.unit.web.selves import Selves


def someone(number: int, name: str, **standing: object) -> Person:
    """A member as moderators see one."""
    return Person(
        member_id=MemberId(number),
        account_id=AccountId(number),
        name=name,
        standing=replace(Standing(), **standing),  # type: ignore[arg-type]
        since=datetime.fromisoformat("2025-06-01T08:00:00+00:00"),
        comments=12,
        upheld=1,
        hidden=1,
        record=Record(agreed=4, disagreed=1),
    )


@dataclass
class Order(Selves):
    """What moderators read, and what they did."""

    views: dict[CaseId, CaseView] = field(default_factory=dict)
    logged: list[tuple[CommunityId, LogLine]] = field(default_factory=list)
    known: dict[tuple[CommunityId, MemberId], MemberView] = field(default_factory=dict)
    done: list[tuple[object, ...]] = field(default_factory=list)
    names: dict[AccountId, str] = field(default_factory=dict)
    refused: RequestError | None = None

    # --- making it ---

    def add_case(
        self,
        community: CommunityId,
        article: DiscussionId,
        title: str,
        comment: CommentView | None,
        *reporters: Person,
        reasons: Sequence[FlagReason] = (FlagReason.UNKIND,),
        author: Person | None = None,
        hidden_by: HiddenBy | None = None,
        **view: object,
    ) -> CaseId:
        """A case on a comment, or (None) on an article, with a flag of each reporter."""
        number = CaseId(len(self.views) + 1)
        kind, subject = (SubjectKind.COMMENT, comment.id) if comment else (SubjectKind.ARTICLE, article)
        case = Case(
            id=number,
            community_id=community,
            discussion_id=article,
            subject=Subject(kind=kind, id=int(subject)),
            author=author.member_id if author else None,
            state=CaseState.OPEN,
            version=1,
            opened_at=self.clock.now() - timedelta(hours=int(number)),
        )
        made = CaseView(
            case=case,
            article=article,
            title=title,
            section=None,
            language="en",
            zone="Europe/Paris",
            comment=comment,
            content=None,
            hidden_by=hidden_by,
            author=author,
            before=(),
            after=(),
            flags=[self._flag(number, i, who, reasons, comment) for i, who in enumerate(reporters)],
            notes=(),
            earlier=(),
            log=(),
        )
        self.views[number] = replace(made, **view)  # type: ignore[arg-type]
        return number

    def _flag(
        self, case: CaseId, place: int, who: Person, reasons: Sequence[FlagReason], comment: CommentView | None
    ) -> FlagLine:
        return FlagLine(
            id=FlagId(int(case) * 100 + place),
            person=who,
            reason=reasons[place % len(reasons)],
            text="",
            weight=float(who.standing.trust),
            at=self.clock.now() - timedelta(minutes=place),
            outcome=None,
            subject_text=comment.html if comment else "",
            subject_revision=1,
        )

    def add_member(self, community: CommunityId, person: Person, **view: object) -> MemberView:
        """Somebody with a page."""
        made = MemberView(person=person, accounts=(("web", person.name),), corrections=0, best=())
        self.known[community, person.member_id] = replace(made, **view)  # type: ignore[arg-type]
        return self.known[community, person.member_id]

    # --- reading (ModerationReader) ---

    async def queue(
        self, viewer: Viewer, wanted: QueueFilter, *, page: int, size: int, now: datetime
    ) -> Page[CaseLine]:
        lines = [self._line(view, now) for view in self._of(viewer) if self._wanted(view, wanted, viewer, now)]
        lines.sort(key=lambda line: (-line.weight, line.case.opened_at))
        return Page(items=lines[(page - 1) * size : page * size], number=page, size=size, total=len(lines))

    def _of(self, viewer: Viewer) -> list[CaseView]:
        return [view for view in self.views.values() if view.case.community_id == viewer.community_id]

    def _wanted(self, view: CaseView, wanted: QueueFilter, viewer: Viewer, now: datetime) -> bool:
        shown = {
            QueueView.OPEN: view.case.state is CaseState.OPEN,
            QueueView.MINE: self._member(view.case.claimed(now)) == viewer.member_id and viewer.member_id is not None,
            QueueView.DECIDED: view.case.state is CaseState.DECIDED,
        }[wanted.view]
        kind = wanted.kind in (None, view.case.subject.kind)
        return shown and kind and (wanted.reason is None or wanted.reason in {flag.reason for flag in view.flags})

    def _member(self, account: AccountId | None) -> MemberId | None:
        return MemberId(100 + account) if account is not None else None

    def _line(self, view: CaseView, now: datetime) -> CaseLine:
        return CaseLine(
            case=view.case,
            title=view.title,
            text=plain_text(view.flags[0].subject_text) if view.flags else "",
            author=view.author.name if view.author else None,
            flags=len(view.flags),
            weight=sum(flag.weight for flag in view.flags),
            reasons=tuple(sorted({flag.reason for flag in view.flags})),
            claimed_by=self._name(view.case.claimed(now)),
            decided_by=self._name(view.case.decided_by),
            hidden=view.hidden_by is not None,
        )

    def _name(self, account: AccountId | None) -> str | None:
        return self.names.get(account, f"account {account}") if account is not None else None

    async def counts(self, viewer: Viewer, now: datetime) -> QueueCounts:
        views = self._of(viewer)
        of = {
            each: [view for view in views if self._wanted(view, QueueFilter(view=each), viewer, now)]
            for each in QueueView
        }
        open_ones = [{flag.reason for flag in view.flags} for view in of[QueueView.OPEN]]
        reasons = [(reason, sum(reason in each for each in open_ones)) for reason in FlagReason]
        return QueueCounts(
            open=len(of[QueueView.OPEN]),
            mine=len(of[QueueView.MINE]),
            decided=len(of[QueueView.DECIDED]),
            reasons=tuple((reason, count) for reason, count in reasons if count),
        )

    async def case(self, viewer: Viewer, case_id: CaseId) -> CaseView | None:
        found = self.views.get(case_id)
        return found if found is not None and found.case.community_id == viewer.community_id else None

    async def log(self, viewer: Viewer, *, action: str | None, page: int, size: int) -> Page[LogLine]:
        lines = [line for at, line in self.logged if at == viewer.community_id and line.action.startswith(action or "")]
        return Page(items=lines[(page - 1) * size : page * size], number=page, size=size, total=len(lines))

    async def member(self, viewer: Viewer, member_id: MemberId, *, moderator: bool) -> MemberView | None:
        found = self.known.get((viewer.community_id, member_id))
        return found if found is None or moderator else replace(found, notes=(), cases=())

    # --- acting (Moderation) ---

    async def claim(self, by: Actor, case_id: CaseId) -> None:
        case, account = self._case(by, case_id), by.account_id or AccountId(0)
        self._refuse(cases.claim_refusal(case, account, self.clock.now()))
        self._put(cases.claim(case, account, self.clock.now()), "claim", by)

    async def release(self, by: Actor, case_id: CaseId) -> None:
        self._put(cases.release(self._case(by, case_id)), "release", by)

    async def decide(self, by: Actor, case_id: CaseId, decision: Decision, *, version: int) -> None:
        case, account, now = self._case(by, case_id), by.account_id or AccountId(0), self.clock.now()
        author = self.views[case_id].author
        role = author.standing.role if author else Role.MEMBER
        self._refuse(cases.decision_refusal(case, decision, by=account, version=version, author=role, now=now))
        self._put(cases.decide(case, decision, by=account, now=now), "decide", by, decision)
        outcome = cases.OUTCOMES[decision.ruling]
        self._flags(case_id, outcome)

    def _flags(self, case_id: CaseId, outcome: FlagOutcome) -> None:
        view = self.views[case_id]
        self.views[case_id] = replace(view, flags=[replace(flag, outcome=outcome) for flag in view.flags])

    def _case(self, by: Actor, case_id: CaseId) -> Case:
        found = self.views.get(case_id)
        if found is None or found.case.community_id != by.community_id:
            raise RequestError("There is nothing here")
        return found.case

    def _refuse(self, why: str | None) -> None:
        if self.refused is not None:
            raise self.refused
        if why is not None:
            raise RequestError(why)

    def _put(self, case: Case, act: str, by: Actor, *more: object) -> None:
        self.views[case.id] = replace(self.views[case.id], case=case)
        self.done.append((act, by.account_id, case.id, *more))

    def _note(self, act: str, by: Actor, *more: object) -> None:
        self._refuse(None)
        self.done.append((act, by.account_id, *more))

    async def note(
        self, by: Actor, text: str, *, case_id: CaseId | None = None, member_id: MemberId | None = None
    ) -> None:
        self._note("note", by, case_id, member_id, text)
        line = NoteLine(by=self._name(by.account_id), at=self.clock.now(), text=text)
        if case_id is not None:
            self.views[case_id] = replace(self.views[case_id], notes=[*self.views[case_id].notes, line])
        if member_id is not None:
            known = self.known[by.community_id, member_id]
            self.known[by.community_id, member_id] = replace(known, notes=[*known.notes, line])

    async def withdraw(self, by: Actor, flag_id: FlagId) -> None:
        self._note("withdraw", by, flag_id)

    async def lock(self, by: Actor, discussion_id: DiscussionId, *, lasting: timedelta | None) -> None:
        self._note("lock", by, discussion_id, lasting)

    async def unlock(self, by: Actor, discussion_id: DiscussionId) -> None:
        self._note("unlock", by, discussion_id)

    async def slow(self, by: Actor, discussion_id: DiscussionId, wait: timedelta | None) -> None:
        self._note("slow", by, discussion_id, wait)

    async def mark_sensitive(
        self,
        by: Actor,
        reason: str | None,
        *,
        discussion_id: DiscussionId | None = None,
        comment_id: CommentId | None = None,
    ) -> None:
        self._note("sensitive", by, discussion_id, comment_id, reason)

    async def warn(self, by: Actor, member_id: MemberId, words: str) -> None:
        self._note("warn", by, member_id, words)

    async def mute(self, by: Actor, member_id: MemberId, lasting: timedelta | None, words: str = "") -> None:
        self._note("mute", by, member_id, lasting, words)

    async def ban(self, by: Actor, member_id: MemberId, *, void_votes: bool, words: str = "") -> None:
        self._note("ban", by, member_id, void_votes, words)

    async def unban(self, by: Actor, member_id: MemberId) -> None:
        self._note("unban", by, member_id)

    async def lock_trust(self, by: Actor, member_id: MemberId, trust: int | None) -> None:
        self._note("trust", by, member_id, trust)
