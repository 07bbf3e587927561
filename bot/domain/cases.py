"""Cases: who may do what with one, and what a decision means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.model import (
    AccountId,
    Case,
    CaseState,
    Decision,
    FlagOutcome,
    Measure,
    Role,
    Ruling,
    Sanction,
    SubjectKind,
)

CLAIM_LASTS = timedelta(minutes=30)
LONGEST_MUTE = timedelta(days=365)

DECIDED = "This case has been decided already."
CLAIMED = "Somebody else is at work on this case."
CHANGED = "This case has changed since you read it. Read it again, then decide."
NO_TIME = "Please say for how long."
NOT_SO_LONG = "At most a year."
ONLY_COMMENTS = "An article cannot be deleted here, and its publisher can be neither warned nor muted."
NOT_A_MODERATOR = "Moderators cannot be muted. An admin can take the role away first."

OUTCOMES = {
    Ruling.AGREE: FlagOutcome.AGREED,
    Ruling.DISAGREE: FlagOutcome.DISAGREED,
    Ruling.IGNORE: FlagOutcome.IGNORED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Effects:
    """What follows from a decision. None leaves something as it is."""

    outcome: FlagOutcome  # of the open flags
    hidden: bool | None = None
    deleted: bool = False
    sensitive: str | None = None
    warned: bool = False
    muted_until: datetime | None = None
    uncurtained: bool = False  # the curtain of the decision before goes
    unmuted_from: datetime | None = None  # so does its mute, which would have lasted until then
    tell_author: bool = False


def claim_refusal(case: Case, by: AccountId | None, now: datetime) -> str | None:
    """Why somebody cannot claim a case, None where it is free, theirs, or its claim has lapsed."""
    if case.state is CaseState.DECIDED:
        return DECIDED
    return CLAIMED if case.claimed(now) not in (None, by) else None


def claim(case: Case, by: AccountId, now: datetime) -> Case:
    """The case in somebody's hands for half an hour."""
    return replace(case, claimed_by=by, claimed_until=now + CLAIM_LASTS, version=case.version + 1)


def release(case: Case) -> Case:
    """The case in nobody's hands."""
    return replace(case, claimed_by=None, claimed_until=None, version=case.version + 1)


def decision_refusal(
    case: Case, decision: Decision, *, by: AccountId | None, version: int, author: Role, now: datetime
) -> str | None:
    """Why a decision cannot stand; `version` is of the case as it was read, `author` the role of who wrote it."""
    if (refused := claim_refusal(case, by, now)) is not None:
        return refused
    if case.version != version:
        return CHANGED
    return _contradiction(case, decision, author)


def _contradiction(case: Case, decision: Decision, author: Role) -> str | None:
    if decision.ruling is not Ruling.AGREE:
        return None
    article = case.subject.kind is SubjectKind.ARTICLE
    if article and (decision.measure is Measure.DELETE or decision.sanction is not Sanction.NONE):
        return ONLY_COMMENTS
    return _muting(decision, author)


def _muting(decision: Decision, author: Role) -> str | None:
    if decision.sanction is not Sanction.MUTE:
        return None
    if decision.mute_for is None or decision.mute_for <= timedelta(0):
        return NO_TIME
    if decision.mute_for > LONGEST_MUTE:
        return NOT_SO_LONG
    return NOT_A_MODERATOR if author.allows(Role.MODERATOR) else None


def decide(case: Case, decision: Decision, *, by: AccountId | None, now: datetime) -> Case:
    """The case, decided; `by` is None where time did it, or the operator's command line."""
    return replace(
        case,
        state=CaseState.DECIDED,
        version=case.version + 1,
        claimed_by=None,
        claimed_until=None,
        decided_at=now,
        decided_by=by,
        decision=decision,
    )


def effects(case: Case, decision: Decision, now: datetime) -> Effects:
    """What a decision does.

    To agree takes what was flagged out of sight, deletes it or lets it stand. To disagree or to ignore restores what
    the flags, or an earlier decision on the same case, took away; to ignore says nothing of the reporters' accuracy.
    """
    outcome = OUTCOMES[decision.ruling]
    comment = case.subject.kind is SubjectKind.COMMENT
    if decision.ruling is not Ruling.AGREE:
        return _restoring(case, decision.ruling, outcome)
    muted = decision.sanction is Sanction.MUTE and decision.mute_for is not None
    return Effects(
        outcome=outcome,
        hidden={Measure.HIDE: True, Measure.KEEP: False}.get(decision.measure),
        deleted=decision.measure is Measure.DELETE,
        sensitive=decision.sensitive,
        warned=decision.sanction is Sanction.WARN,
        muted_until=now + decision.mute_for if muted and decision.mute_for else None,
        tell_author=comment,
    )


def _restoring(case: Case, ruling: Ruling, outcome: FlagOutcome) -> Effects:
    """Everything comes back; to disagree takes back what the decision before gave the author, too."""
    before = case.decision if case.reopened and ruling is Ruling.DISAGREE else None
    if before is None or before.ruling is not Ruling.AGREE:
        return Effects(outcome=outcome, hidden=False)
    lasting = before.mute_for if before.sanction is Sanction.MUTE else None
    return Effects(
        outcome=outcome,
        hidden=False,
        uncurtained=before.sensitive is not None,
        unmuted_from=case.decided_at + lasting if lasting is not None and case.decided_at is not None else None,
    )


def reopens(case: Case | None, *, hidden: bool) -> bool:
    """Whether an author's edit brings the question back: once, and only for what is out of sight by a decision."""
    if case is None or case.state is CaseState.OPEN or case.reopened or not hidden:
        return False
    return case.decision is not None and case.decision.ruling is Ruling.AGREE


def reopen(case: Case, now: datetime) -> Case:
    """The case open again, and waiting from now on.

    Its flags stay judged, since they were about the text as it was; its decision stands until the next one.
    """
    return replace(
        case,
        state=CaseState.OPEN,
        version=case.version + 1,
        opened_at=now,
        reopened=True,
    )


def stale(case: Case, now: datetime, after: timedelta) -> bool:
    """Whether a case has waited so long that it is ignored. One that somebody is at work on is not."""
    return case.state is CaseState.OPEN and now - case.opened_at >= after and case.claimed(now) is None


STALE = Decision(ruling=Ruling.IGNORE)
