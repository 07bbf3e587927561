"""Flags, cases, corrections and standing: how a community keeps order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.model.names import (
    AccountId,
    ArticleId,
    CaseId,
    ChannelId,
    CommunityId,
    CorrectionId,
    DiscussionId,
    FlagId,
    MemberId,
    Ref,
)
from bot.domain.model.talk import FlagReason, Role, Subject

NEWCOMER = "newcomer"
HIGHEST_TRUST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a member stands in one community. `points`, `upvoters`, `title` and `trust` are derived from facts."""

    role: Role = Role.MEMBER
    points: int = 0
    upvoters: int = 0  # distinct members whose ▲ stands on a live comment
    title: str = NEWCOMER  # a key of the configured titles; never lost
    trust: int = 0  # 0 to 3
    trust_locked: bool = False  # a moderator has set it
    muted_until: datetime | None = None
    banned_at: datetime | None = None
    votes_void: bool = False
    role_set: bool = False  # the role was granted by command, and holds whatever the network says

    def muted(self, now: datetime) -> bool:
        """Whether the member may not take part for a time."""
        return self.muted_until is not None and now < self.muted_until

    def barred(self, now: datetime) -> bool:
        """Whether the member may not take part: muted or banned."""
        return self.banned_at is not None or self.muted(now)


class FlagOutcome(StrEnum):
    """How a flag ended; the values are stored."""

    AGREED = "agreed"
    DISAGREED = "disagreed"
    IGNORED = "ignored"  # no effect on the reporter's accuracy
    WITHDRAWN = "withdrawn"  # by the reporter


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A member's report of a comment or an article, as it was made."""

    id: FlagId
    case_id: CaseId
    subject: Subject
    account_id: AccountId
    member_id: MemberId
    reason: FlagReason
    text: str
    weight: float  # decided when it was made
    subject_text: str  # as it was flagged
    subject_revision: int
    at: datetime
    outcome: FlagOutcome | None = None
    closed_at: datetime | None = None


class Ruling(StrEnum):
    """What a moderator thinks of the flags of a case; the values are stored."""

    AGREE = "agree"
    DISAGREE = "disagree"
    IGNORE = "ignore"


class Measure(StrEnum):
    """What becomes of what was flagged, where the moderator agrees; the values are stored."""

    KEEP = "keep"
    HIDE = "hide"
    DELETE = "delete"


class Sanction(StrEnum):
    """What its author gets, where the moderator agrees; the values are stored."""

    NONE = "none"
    WARN = "warn"
    MUTE = "mute"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """How a case is decided. All but `ruling` and `words` say something only where it is AGREE."""

    ruling: Ruling
    measure: Measure = Measure.KEEP
    sanction: Sanction = Sanction.NONE
    mute_for: timedelta | None = None  # where it is MUTE
    sensitive: str | None = None  # put it behind a curtain, and why
    words: str = ""  # the moderator's own words to the author, plain text


class CaseState(StrEnum):
    """Where a case stands; the values are stored."""

    OPEN = "open"
    DECIDED = "decided"


class HiddenBy(StrEnum):
    """Who took a comment out of sight; the values are stored."""

    FLAGS = "flags"  # by their weight, without a moderator
    MODERATOR = "moderator"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """The flags on one subject, decided once by a moderator."""

    id: CaseId
    community_id: CommunityId
    discussion_id: DiscussionId
    subject: Subject
    author: MemberId | None  # None for an article
    state: CaseState
    version: int  # rises with every change: who decides names the one that was read
    opened_at: datetime
    reopened: bool = False  # the author has edited what was hidden; that happens once
    claimed_by: AccountId | None = None
    claimed_until: datetime | None = None
    decided_at: datetime | None = None  # of an open case that was reopened: the decision before
    decided_by: AccountId | None = None  # None where time decided, or the operator's command line
    decision: Decision | None = None

    @property
    def by_time(self) -> bool:
        """Whether nobody has decided it: time ignores, and does nothing else."""
        return self.decided_by is None and self.decision is not None and self.decision.ruling is Ruling.IGNORE

    def claimed(self, now: datetime) -> AccountId | None:
        """Who is at work on it; a claim lapses."""
        alive = self.claimed_until is not None and now < self.claimed_until and self.state is CaseState.OPEN
        return self.claimed_by if alive else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What a moderator wrote for the other moderators, on a case or on a member."""

    by: AccountId
    at: datetime
    text: str
    case_id: CaseId | None = None
    member_id: MemberId | None = None


class CorrectionKind(StrEnum):
    """What is wrong in an article; the values are stored."""

    TYPO = "typo"
    FACT = "fact"
    DEAD_LINK = "dead-link"
    WRONG_IMAGE = "wrong-image"
    DUPLICATE = "duplicate"


class CorrectionState(StrEnum):
    """How far a correction has come; the values are stored."""

    RECEIVED = "received"
    SENT_ON = "sent-on"  # to the publisher
    CORRECTED = "corrected"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A reported error in an article. `before` and `after` are the words around the excerpt, as it was shown."""

    id: CorrectionId
    community_id: CommunityId
    discussion_id: DiscussionId
    article_id: ArticleId
    kind: CorrectionKind
    excerpt: str  # "" where the kind needs none
    before: str
    after: str
    revision: int  # the revision that the excerpt was chosen from
    state: CorrectionState
    at: datetime
    offered_revision: int | None = None  # a later revision that seems to have corrected it
    offered_text: str | None = None  # what stands there now
    decided_at: datetime | None = None
    decided_by: AccountId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectionReport:
    """One member's report of an error; several can be one correction."""

    account_id: AccountId
    member_id: MemberId
    name: str
    remark: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class CasePost:
    """A case's message in a channel of moderators; `ref` is None until it was shown."""

    case_id: CaseId
    channel_id: ChannelId
    marker: str
    ref: Ref | None = None
