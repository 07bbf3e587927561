"""Keeping order, as the doors see it: what members, moderators and admins do, and what they read for it.

Every method of the desks is called by a door for somebody (`Actor`), and raises `RequestError` with a message for them
where they may not do it, where it is not there in their community, or where somebody else was quicker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.corrections import Change
from bot.domain.flags import Record
from bot.domain.model import (
    AccountId,
    Case,
    CaseId,
    ChannelId,
    CommentId,
    CommunityId,
    Content,
    Correction,
    CorrectionId,
    CorrectionKind,
    CorrectionReport,
    CorrectionState,
    Decision,
    DiscussionId,
    FeedId,
    FlagId,
    FlagOutcome,
    FlagReason,
    HiddenBy,
    MemberId,
    Ref,
    Role,
    Standing,
    SubjectKind,
)
from bot.ports.pages import CommentView, Page, Viewer


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who does something, in which community and with which role there."""

    community_id: CommunityId
    account_id: AccountId | None  # None: the operator's command line
    member_id: MemberId | None
    role: Role


class Moderation(Protocol):
    """What moderators do (and, where it says so, members)."""

    async def claim(self, by: Actor, case_id: CaseId) -> None:
        """Take a case into one's hands for half an hour."""
        ...

    async def release(self, by: Actor, case_id: CaseId) -> None:
        """Give a case back."""
        ...

    async def decide(self, by: Actor, case_id: CaseId, decision: Decision, *, version: int) -> None:
        """Decide a case as it was read at `version`: once, with all that follows."""
        ...

    async def note(
        self, by: Actor, text: str, *, case_id: CaseId | None = None, member_id: MemberId | None = None
    ) -> None:
        """Write something for the other moderators, on a case or on a member."""
        ...

    async def withdraw(self, by: Actor, flag_id: FlagId) -> None:
        """For members: take back one's own flag that has not been judged."""
        ...

    async def lock(self, by: Actor, discussion_id: DiscussionId, *, lasting: timedelta | None) -> None:
        """Let only moderators write in a discussion: for a time, or (None) until somebody unlocks it."""
        ...

    async def unlock(self, by: Actor, discussion_id: DiscussionId) -> None: ...

    async def slow(self, by: Actor, discussion_id: DiscussionId, wait: timedelta | None) -> None:
        """Let each member wait so long between two comments; None: no longer."""
        ...

    async def mark_sensitive(
        self,
        by: Actor,
        reason: str | None,
        *,
        discussion_id: DiscussionId | None = None,
        comment_id: CommentId | None = None,
    ) -> None:
        """Put an article or a comment behind a curtain, with a reason, or (None) take it away."""
        ...

    async def warn(self, by: Actor, member_id: MemberId, words: str) -> None:
        """Tell a member that this will not do."""
        ...

    async def mute(self, by: Actor, member_id: MemberId, lasting: timedelta | None, words: str = "") -> None:
        """Keep a member from taking part for a time, or (None) let them again."""
        ...

    async def ban(self, by: Actor, member_id: MemberId, *, void_votes: bool, words: str = "") -> None:
        """For admins: keep a member from taking part for good; with `void_votes` their votes count nowhere."""
        ...

    async def unban(self, by: Actor, member_id: MemberId) -> None:
        """For admins: let a member take part again; void votes count again."""
        ...

    async def lock_trust(self, by: Actor, member_id: MemberId, trust: int | None) -> None:
        """Set a member's trust (0 to 3) whatever the facts say, or (None) let it follow from them again."""
        ...


class CorrectionsDesk(Protocol):
    """Reported errors in articles. All but `report` are for admins."""

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
        """For members: report an error in an article as it was shown at `revision`."""
        ...

    async def set_state(self, by: Actor, correction_id: CorrectionId, state: CorrectionState, words: str = "") -> None:
        """Send it on, find it corrected, or reject it; who reported it is told, with `words`."""
        ...


class ArticlesDesk(Protocol):
    """Stories that were wrongly taken for one, or for two. For admins."""

    async def merge(self, by: Actor, article: DiscussionId, into: DiscussionId) -> None:
        """Make two articles one, with their discussions; the first one's address leads to the second."""
        ...

    async def split(self, by: Actor, article: DiscussionId, source: FeedId) -> DiscussionId:
        """Part a source's story from an article that it was taken for; returns its own discussion."""
        ...


# --- what is read -------------------------------------------------------------------------------------


class QueueView(StrEnum):
    """Which cases a queue shows."""

    OPEN = "open"
    MINE = "mine"  # claimed by who looks
    DECIDED = "decided"


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """What a queue is narrowed to; None: not."""

    view: QueueView = QueueView.OPEN
    kind: SubjectKind | None = None
    reason: FlagReason | None = None
    channels: frozenset[ChannelId] | None = None  # cases on what stands in these alone


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueCounts:
    """How many cases there are, whatever the filter; `reasons` of the open ones."""

    open: int
    mine: int
    decided: int
    reasons: tuple[tuple[FlagReason, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseLine:
    """A case in the queue. Open ones come heaviest first, then the oldest; decided ones the latest first."""

    case: Case
    title: str  # of the article
    text: str  # the beginning of what was flagged, plain
    author: str | None
    flags: int  # open ones; of a decided case all
    weight: float
    reasons: tuple[FlagReason, ...]
    claimed_by: str | None
    decided_by: str | None
    hidden: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A member as moderators see one."""

    member_id: MemberId
    account_id: AccountId
    name: str
    standing: Standing
    since: datetime
    comments: int  # live ones
    upheld: int  # cases on what they wrote that were agreed with
    hidden: int  # their comments that are out of sight or were deleted by a decision
    record: Record  # of their own flags


@dataclass(frozen=True, kw_only=True, slots=True)
class FlagLine:
    """A flag with who made it."""

    id: FlagId
    person: Person
    reason: FlagReason
    text: str
    weight: float
    at: datetime
    outcome: FlagOutcome | None
    subject_text: str
    subject_revision: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteLine:
    """A moderator's note."""

    by: str | None
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLine:
    """A line of the audit log; `by` None: the operator's command line, or the bot itself."""

    at: datetime
    by: str | None
    action: str
    subject: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseView:
    """A case with everything that is needed to decide it."""

    case: Case
    article: DiscussionId
    title: str
    section: Ref | None  # where the article can be read, None where it cannot
    language: str  # of who will be told
    zone: str
    comment: CommentView | None  # what was flagged, as it is now; None for an article
    content: Content | None  # for an article
    hidden_by: HiddenBy | None
    author: Person | None
    before: Sequence[CommentView]  # up to 3 comments written before it in the same discussion, the oldest first
    after: Sequence[CommentView]
    flags: Sequence[FlagLine]
    notes: Sequence[NoteLine]
    earlier: Sequence[Case]  # decided cases on what the same author wrote (of an article: on it), the latest first
    log: Sequence[LogLine]


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberView:
    """A member's page: for everybody what stands here, for moderators more."""

    person: Person
    accounts: tuple[tuple[str, str], ...]  # network and name
    corrections: int  # accepted ones
    best: Sequence[tuple[DiscussionId, str, CommentView]]  # best comments, with the article's title
    notes: Sequence[NoteLine] = ()  # for moderators
    cases: Sequence[Case] = ()  # for moderators: on what they wrote, the latest first


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFlag:
    """A flag as its reporter sees it."""

    id: FlagId
    kind: SubjectKind
    article: DiscussionId
    comment: CommentId | None
    title: str
    reason: FlagReason
    at: datetime
    outcome: FlagOutcome | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Something that Tribune told a member."""

    ref: Ref
    html: str
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectionLine:
    """A correction with its article, for admins; `change` compares the excerpt with what stands there now."""

    correction: Correction
    title: str
    reports: Sequence[CorrectionReport]
    change: Sequence[tuple[Change, str]] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceLine:
    """A feed that brought an article; `title` and `link` are as that feed has them."""

    feed_id: FeedId
    name: str
    title: str
    link: str | None
    primary: bool
    at: datetime


class ModerationReader(Protocol):
    """Reads for those who keep order, and for members about themselves. No method crosses the viewer's community."""

    async def queue(
        self, viewer: Viewer, wanted: QueueFilter, *, page: int, size: int, now: datetime
    ) -> Page[CaseLine]: ...

    async def counts(self, viewer: Viewer, now: datetime) -> QueueCounts: ...

    async def case(self, viewer: Viewer, case_id: CaseId) -> CaseView | None: ...

    async def log(self, viewer: Viewer, *, action: str | None, page: int, size: int) -> Page[LogLine]:
        """The audit log, the latest first; `action` is the beginning of an action's name."""
        ...

    async def member(self, viewer: Viewer, member_id: MemberId, *, moderator: bool) -> MemberView | None:
        """A member who has taken part in this community."""
        ...

    async def own_flags(self, viewer: Viewer, *, page: int, size: int) -> Page[OwnFlag]:
        """The viewer's flags, the latest first."""
        ...

    async def told(self, account: Ref, *, page: int, size: int) -> Page[Told]:
        """What Tribune told an account of the page, the latest first."""
        ...

    async def corrections(
        self, viewer: Viewer, states: Sequence[CorrectionState], *, page: int, size: int
    ) -> Page[CorrectionLine]:
        """Those that a revision seems to have corrected first, then the oldest."""
        ...

    async def correction(self, viewer: Viewer, correction_id: CorrectionId) -> CorrectionLine | None: ...

    async def credits(self, viewer: Viewer, discussion_id: DiscussionId) -> Sequence[str]:
        """The names of those whose reports led to a correction of an article."""
        ...

    async def content_at(self, viewer: Viewer, discussion_id: DiscussionId, revision: int) -> Content | None:
        """What an article said at a revision, None where that is no longer kept."""
        ...

    async def sources(self, viewer: Viewer, discussion_id: DiscussionId) -> Sequence[SourceLine]: ...


class Inbox(Protocol):
    """What Tribune told members on the page."""

    async def read(self, account: Ref, now: datetime) -> None:
        """All of it has been read."""
        ...
