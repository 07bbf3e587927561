"""Standing, flags and cases, corrections in the database: how communities keep order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.corrections import Excerpt
from bot.domain.flags import Record
from bot.domain.model import (
    Account,
    AccountId,
    ArticleId,
    Case,
    CaseId,
    CasePost,
    Channel,
    ChannelId,
    CommunityId,
    Correction,
    CorrectionId,
    CorrectionKind,
    CorrectionReport,
    CorrectionState,
    DiscussionId,
    Flag,
    FlagId,
    FlagOutcome,
    FlagReason,
    HiddenBy,
    MemberId,
    Note,
    Ref,
    Role,
    Standing,
    Subject,
)
from bot.domain.reputation import Facts, Figures


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectFacts:
    """What was flagged, as it stands now. Of an article `ref`, `author` and `account` are None."""

    discussion_id: DiscussionId
    community_id: CommunityId
    ref: Ref | None
    account: Account | None
    language: str  # of the channel where it was written, or of the community's first channel with the article
    zone: str  # of the same channel
    title: str  # of the article
    text: str  # HTML of a comment; title and lead of an article
    revision: int
    changed_at: datetime | None  # when it was last edited or revised
    hidden: bool
    deleted: bool
    hidden_by: HiddenBy | None
    channel_id: ChannelId | None = None  # where a comment was written
    hide_weight: float | None = None  # of flags, at which that channel hides a comment


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Somebody who was granted a role, in a channel or (None) in the community."""

    member_id: MemberId
    name: str
    role: Role
    channel_id: ChannelId | None
    banned: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscussionState:
    """What holds for a whole discussion. A lock with an end is over by itself."""

    locked_at: datetime | None = None
    locked_until: datetime | None = None
    slow: timedelta | None = None
    hidden_at: datetime | None = None
    sensitive: str | None = None

    def locked(self, now: datetime) -> bool:
        """Whether only moderators may write."""
        return self.locked_at is not None and (self.locked_until is None or now < self.locked_until)


class Standings(Protocol):
    """How members stand in a community, and the facts behind it."""

    async def get(self, community_id: CommunityId, member_id: MemberId) -> Standing:
        """A newcomer's where nothing is stored."""
        ...

    async def channel_roles(self, community_id: CommunityId, member_id: MemberId) -> Mapping[ChannelId, Role]:
        """The roles that a member was granted in single channels of a community."""
        ...

    async def set_channel_role(self, channel_id: ChannelId, member_id: MemberId, role: Role | None) -> None:
        """Grant a role in a channel, or (None) take it back."""
        ...

    async def granted(self, community_id: CommunityId) -> Sequence[Holder]:
        """What was granted in a community and its channels: those in all of it first, the highest role first."""
        ...

    async def holders(self, community_id: CommunityId, role: Role, limit: int) -> Sequence[str]:
        """The names of those who have a role, or a higher one, in the whole community; the highest first."""
        ...

    async def sanction(
        self,
        community_id: CommunityId,
        member_id: MemberId,
        *,
        muted_until: datetime | None,
        banned_at: datetime | None,
        votes_void: bool,
    ) -> None:
        """Store all three; the rest stays as it is."""
        ...

    async def lock_trust(self, community_id: CommunityId, member_id: MemberId, trust: int | None) -> None:
        """Set and lock the trust, or (None) let it follow from facts again."""
        ...

    async def void_votes(
        self, community_id: CommunityId, member_id: MemberId, *, void: bool, now: datetime
    ) -> Sequence[DiscussionId]:
        """Void or restore all votes of a member in a community and recount the totals of what they stood on.

        Returns the discussions that were touched, whose rank is the caller's to recompute. The authors' figures are
        marked as stale.
        """
        ...

    async def facts(self, community_id: CommunityId, member_id: MemberId) -> Facts:
        """All that a member's figures follow from: live comments (neither deleted nor hidden), the votes on them that
        are not void, accepted corrections, and the cases on their comments whose latest decision agrees."""
        ...

    async def put_figures(self, community_id: CommunityId, member_id: MemberId, figures: Figures) -> bool:
        """Store derived figures; whether they changed."""
        ...

    async def mark_stale(self, community_id: CommunityId, members: Sequence[MemberId], now: datetime) -> None:
        """A fact behind their figures has changed."""
        ...

    async def stale(self, limit: int) -> Sequence[tuple[CommunityId, MemberId]]:
        """Whose figures are to be recomputed, the longest waiting first."""
        ...

    async def fresh(self, community_id: CommunityId, member_id: MemberId) -> None:
        """Their figures are about to be recomputed: take the mark away, before the facts are read."""
        ...

    async def members(self, community_id: CommunityId) -> Sequence[MemberId]:
        """Everybody with a standing, a comment or a corrected report in a community."""
        ...

    async def touched(self, community_id: CommunityId, member_id: MemberId) -> Sequence[DiscussionId]:
        """Where a member commented, or voted on the article: the rank there hangs on the member's trust."""
        ...


class Cases(Protocol):
    """Flags, the cases they make, and what moderators wrote about them."""

    async def subject(self, subject: Subject) -> SubjectFacts | None: ...

    async def record(self, community_id: CommunityId, member_id: MemberId) -> Record:
        """How a member's flags were judged."""
        ...

    async def latest(self, subject: Subject) -> Case | None:
        """The open case on a subject, else the one that was decided last."""
        ...

    async def get(self, case_id: CaseId) -> Case | None: ...

    async def open(
        self,
        subject: Subject,
        *,
        community_id: CommunityId,
        discussion_id: DiscussionId,
        author: MemberId | None,
        now: datetime,
    ) -> CaseId:
        """The open case on a subject, made if there is none; its version rises."""
        ...

    async def put(self, case: Case, *, read_version: int) -> bool:
        """Store a case that was read at `read_version`; False, and nothing written, where it has changed since."""
        ...

    async def add_flag(
        self,
        case_id: CaseId,
        subject: Subject,
        *,
        community_id: CommunityId,
        account_id: AccountId,
        member_id: MemberId,
        reason: FlagReason,
        text: str,
        trust: int,
        weight: float,
        subject_text: str,
        subject_revision: int,
        at: datetime,
    ) -> bool:
        """Store a flag; False where the member has an open one on the subject."""
        ...

    async def flags(self, case_id: CaseId) -> Sequence[Flag]:
        """All flags of a case, the oldest first."""
        ...

    async def flag(self, flag_id: FlagId) -> Flag | None: ...

    async def close_flags(self, case_id: CaseId, outcome: FlagOutcome, now: datetime) -> Sequence[Flag]:
        """End the open flags of a case; the ones that ended."""
        ...

    async def withdraw(self, flag_id: FlagId, now: datetime) -> bool:
        """End one open flag; False where it has ended already."""
        ...

    async def recent_flags(
        self, discussion_id: DiscussionId, since: datetime
    ) -> Sequence[tuple[MemberId, int, datetime]]:
        """Who flagged anything in a discussion since then, with their trust and when; withdrawn ones left out."""
        ...

    async def hide(self, subject: Subject, by: HiddenBy | None, now: datetime) -> None:
        """Take a comment or an article's discussion out of sight, or (None) bring it back."""
        ...

    async def mark_sensitive(self, subject: Subject, reason: str | None) -> None:
        """Put a comment or an article behind a curtain, or (None) take it away."""
        ...

    async def waiting(self, community_id: CommunityId, limit: int) -> Sequence[Case]:
        """The open cases of a community, the oldest first."""
        ...

    async def stale(self, before: datetime, limit: int) -> Sequence[Case]:
        """Open cases from before then, the oldest first."""
        ...

    async def discussion(self, discussion_id: DiscussionId) -> DiscussionState | None: ...

    async def lock(self, discussion_id: DiscussionId, at: datetime | None, until: datetime | None) -> None:
        """Lock a discussion, for good (`until` None) or not, or (`at` None) unlock it."""
        ...

    async def ended_locks(self, now: datetime) -> Sequence[tuple[CommunityId, DiscussionId]]:
        """The discussions whose lock is over by now and still stands there."""
        ...

    async def slow(self, discussion_id: DiscussionId, wait: timedelta | None) -> None:
        """Set how long a member waits between two comments."""
        ...

    async def last_comment_at(self, discussion_id: DiscussionId, member_id: MemberId) -> datetime | None:
        """When a member last commented there, deleted comments included."""
        ...

    async def add_note(self, community_id: CommunityId, note: Note) -> None: ...


class Corrections(Protocol):
    """Reported errors in articles."""

    async def report(
        self,
        discussion_id: DiscussionId,
        kind: CorrectionKind,
        excerpt: Excerpt | None,
        *,
        same_key: str,
        revision: int,
        account_id: AccountId,
        member_id: MemberId,
        remark: str,
        now: datetime,
    ) -> tuple[CorrectionId, bool]:
        """Join the open correction with this key in this discussion, or make it; False where the member had joined."""
        ...

    async def get(self, correction_id: CorrectionId) -> Correction | None: ...

    async def reports(self, correction_id: CorrectionId) -> Sequence[CorrectionReport]:
        """The oldest first."""
        ...

    async def open_of(self, article_id: ArticleId) -> Sequence[Correction]:
        """The corrections of an article, in all communities, that are neither corrected nor rejected."""
        ...

    async def offer(self, correction_id: CorrectionId, revision: int, text: str) -> None:
        """A later revision seems to have corrected it."""
        ...

    async def set_state(
        self, correction_id: CorrectionId, state: CorrectionState, *, by: AccountId | None, now: datetime
    ) -> bool:
        """Store how far it has come; False where it has been corrected or rejected already."""
        ...


class CasePosts(Protocol):
    """The messages by which moderators are shown cases, one in each channel that gets them."""

    async def add(self, case_id: CaseId, channel_id: ChannelId, marker: str) -> bool:
        """Note that a case is to be shown in a channel; False where it is there already."""
        ...

    async def channels(self) -> Sequence[Channel]:
        """The channels, of all communities, in which moderators get cases."""
        ...

    async def about(self, member_id: MemberId) -> Sequence[CaseId]:
        """The cases that are shown somewhere and tell of a member: who wrote what was reported, or reported it."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[CasePost]:
        """Where a case is shown, or is to be."""
        ...

    async def at(self, ref: Ref) -> CasePost | None:
        """What a message shows."""
        ...

    async def shown(self, case_id: CaseId, channel_id: ChannelId, ref: Ref | None) -> None:
        """Note the message; None: it is gone."""
        ...
