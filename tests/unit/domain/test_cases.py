"""Cases: who may take, give back and decide one, what a decision does, and when a case comes back or goes stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import cases
from bot.domain.cases import Effects, claim, claim_refusal, decide, decision_refusal, effects, release, reopen, reopens
from bot.domain.model import (
    AccountId,
    Case,
    CaseId,
    CaseState,
    CommunityId,
    Decision,
    DiscussionId,
    FlagOutcome,
    Measure,
    MemberId,
    Role,
    Ruling,
    Sanction,
    Subject,
    SubjectKind,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ME, OTHER = AccountId(1), AccountId(2)
COMMENT, ARTICLE = Subject(kind=SubjectKind.COMMENT, id=5), Subject(kind=SubjectKind.ARTICLE, id=5)
AGREE, DISAGREE, IGNORE = (Decision(ruling=ruling) for ruling in Ruling)

OPEN = Case(
    id=CaseId(1),
    community_id=CommunityId(1),
    discussion_id=DiscussionId(1),
    subject=COMMENT,
    author=MemberId(9),
    state=CaseState.OPEN,
    version=3,
    opened_at=NOW - DAY,
)
MINE = claim(OPEN, ME, NOW - MINUTE)
THEIRS = claim(OPEN, OTHER, NOW - MINUTE)
LAPSED = claim(OPEN, OTHER, NOW - 30 * MINUTE)
DECIDED = decide(OPEN, AGREE, by=OTHER, now=NOW - MINUTE)

CLAIMS: list[tuple[str, Case, str | None]] = [
    ("free", OPEN, None),
    ("mine already", MINE, None),
    ("somebody else's", THEIRS, cases.CLAIMED),
    ("somebody else's, a minute before it lapses", claim(OPEN, OTHER, NOW - 29 * MINUTE), cases.CLAIMED),
    ("somebody else's, lapsed", LAPSED, None),
    ("given back", release(THEIRS), None),
    ("decided", DECIDED, cases.DECIDED),
    ("open again", reopen(DECIDED, NOW), None),
]


@pytest.mark.parametrize(("name", "case", "why"), CLAIMS, ids=[name for name, *_ in CLAIMS])
def test_who_may_claim(name: str, case: Case, why: str | None) -> None:
    assert claim_refusal(case, ME, NOW) == why


def test_a_claim_lasts_half_an_hour() -> None:
    claimed = claim(OPEN, ME, NOW)
    assert claimed.claimed(NOW + 30 * MINUTE - timedelta(microseconds=1)) == ME
    assert claimed.claimed(NOW + 30 * MINUTE) is None


def test_to_claim_again_begins_anew() -> None:
    assert claim(MINE, ME, NOW).claimed(NOW + 29 * MINUTE) == ME


def test_what_is_given_back_is_in_nobodys_hands() -> None:
    assert release(MINE) == replace(OPEN, version=OPEN.version + 2)


def test_a_decision_ends_the_claim() -> None:
    assert decide(MINE, IGNORE, by=ME, now=NOW).claimed(NOW) is None


@pytest.mark.parametrize(
    "after",
    [claim(OPEN, ME, NOW), release(OPEN), decide(OPEN, AGREE, by=ME, now=NOW), reopen(DECIDED, NOW)],
    ids=["claim", "release", "decide", "reopen"],
)
def test_every_change_raises_the_version(after: Case) -> None:
    assert after.version == (DECIDED if after.reopened else OPEN).version + 1


def mute(**lasting: float) -> Decision:
    return Decision(ruling=Ruling.AGREE, sanction=Sanction.MUTE, mute_for=timedelta(**lasting))


OF_ARTICLE = replace(OPEN, subject=ARTICLE, author=None)
DELETE = Decision(ruling=Ruling.AGREE, measure=Measure.DELETE)
HIDE = Decision(ruling=Ruling.AGREE, measure=Measure.HIDE)
WARN = Decision(ruling=Ruling.AGREE, sanction=Sanction.WARN)
MUTE = Decision(ruling=Ruling.AGREE, sanction=Sanction.MUTE)

DECISIONS: list[tuple[str, Case, Decision, Role, int, str | None]] = [
    # the case, the decision, the author's role, versions since it was read, why not
    ("to agree", OPEN, AGREE, Role.MEMBER, 0, None),
    ("to disagree", OPEN, DISAGREE, Role.MEMBER, 0, None),
    ("to ignore", OPEN, IGNORE, Role.MEMBER, 0, None),
    ("one that is mine", MINE, HIDE, Role.MEMBER, 0, None),
    ("one whose claim has lapsed", LAPSED, HIDE, Role.MEMBER, 0, None),
    ("one that is open again", reopen(DECIDED, NOW), DISAGREE, Role.MEMBER, 0, None),
    ("one that is decided", DECIDED, HIDE, Role.MEMBER, 0, cases.DECIDED),
    ("one that was decided meanwhile", DECIDED, HIDE, Role.MEMBER, 1, cases.DECIDED),
    ("somebody else's", THEIRS, HIDE, Role.MEMBER, 0, cases.CLAIMED),
    ("one that was flagged again meanwhile", OPEN, HIDE, Role.MEMBER, 1, cases.CHANGED),
    ("to disagree with one that has changed", OPEN, DISAGREE, Role.MEMBER, 1, cases.CHANGED),
    ("to hide", OPEN, HIDE, Role.MEMBER, 0, None),
    ("to delete", OPEN, DELETE, Role.MEMBER, 0, None),
    ("to warn", OPEN, WARN, Role.MEMBER, 0, None),
    ("to mute", OPEN, mute(days=7), Role.MEMBER, 0, None),
    ("to mute for a year", OPEN, mute(days=365), Role.MEMBER, 0, None),
    ("to mute for longer", OPEN, mute(days=365, seconds=1), Role.MEMBER, 0, cases.NOT_SO_LONG),
    ("to mute for no time", OPEN, mute(), Role.MEMBER, 0, cases.NO_TIME),
    ("to mute backwards", OPEN, mute(days=-1), Role.MEMBER, 0, cases.NO_TIME),
    ("to mute without saying for how long", OPEN, MUTE, Role.MEMBER, 0, cases.NO_TIME),
    ("to mute a moderator", OPEN, mute(days=1), Role.MODERATOR, 0, cases.NOT_A_MODERATOR),
    ("to mute an admin", OPEN, mute(days=1), Role.ADMIN, 0, cases.NOT_A_MODERATOR),
    ("to warn a moderator", OPEN, WARN, Role.MODERATOR, 0, None),
    ("to hide what a moderator wrote", OPEN, HIDE, Role.MODERATOR, 0, None),
    (
        "to disagree, a time for a mute left in the form",
        OPEN,
        replace(MUTE, ruling=Ruling.DISAGREE),
        Role.MEMBER,
        0,
        None,
    ),
    ("to take an article off the page", OF_ARTICLE, HIDE, Role.READER, 0, None),
    ("to delete an article", OF_ARTICLE, DELETE, Role.READER, 0, cases.ONLY_COMMENTS),
    ("to warn a publisher", OF_ARTICLE, WARN, Role.READER, 0, cases.ONLY_COMMENTS),
    ("to mute a publisher", OF_ARTICLE, mute(days=1), Role.READER, 0, cases.ONLY_COMMENTS),
    ("to disagree about an article", OF_ARTICLE, replace(DELETE, ruling=Ruling.DISAGREE), Role.READER, 0, None),
]


@pytest.mark.parametrize(
    ("name", "case", "decision", "author", "since", "why"), DECISIONS, ids=[name for name, *_ in DECISIONS]
)
def test_which_decisions_can_stand(
    name: str, case: Case, decision: Decision, author: Role, since: int, why: str | None
) -> None:
    assert decision_refusal(case, decision, by=ME, version=case.version - since, author=author, now=NOW) == why


def test_of_two_who_decide_the_same_case_the_second_is_refused() -> None:
    first = decide(OPEN, HIDE, by=ME, now=NOW)
    assert decision_refusal(first, DISAGREE, by=OTHER, version=OPEN.version, author=Role.MEMBER, now=NOW) is not None


def test_a_decided_case_says_who_when_and_what() -> None:
    case = decide(MINE, HIDE, by=ME, now=NOW)
    assert (case.state, case.decided_by, case.decided_at, case.decision) == (CaseState.DECIDED, ME, NOW, HIDE)


AGREED, DISAGREED, IGNORED = FlagOutcome.AGREED, FlagOutcome.DISAGREED, FlagOutcome.IGNORED

EFFECTS: list[tuple[str, Subject, Decision, Effects]] = [
    ("agree and keep", COMMENT, AGREE, Effects(outcome=AGREED, hidden=False, tell_author=True)),
    ("agree and hide", COMMENT, HIDE, Effects(outcome=AGREED, hidden=True, tell_author=True)),
    ("agree and delete", COMMENT, DELETE, Effects(outcome=AGREED, deleted=True, tell_author=True)),
    ("agree, keep and warn", COMMENT, WARN, Effects(outcome=AGREED, hidden=False, warned=True, tell_author=True)),
    (
        "agree, hide and warn",
        COMMENT,
        replace(HIDE, sanction=Sanction.WARN),
        Effects(outcome=AGREED, hidden=True, warned=True, tell_author=True),
    ),
    (
        "agree, delete and warn",
        COMMENT,
        replace(DELETE, sanction=Sanction.WARN),
        Effects(outcome=AGREED, deleted=True, warned=True, tell_author=True),
    ),
    (
        "agree, keep and mute",
        COMMENT,
        mute(days=2),
        Effects(outcome=AGREED, hidden=False, muted_until=NOW + 2 * DAY, tell_author=True),
    ),
    (
        "agree, hide and mute",
        COMMENT,
        replace(mute(days=2), measure=Measure.HIDE),
        Effects(outcome=AGREED, hidden=True, muted_until=NOW + 2 * DAY, tell_author=True),
    ),
    (
        "agree, delete and mute",
        COMMENT,
        replace(mute(days=2), measure=Measure.DELETE),
        Effects(outcome=AGREED, deleted=True, muted_until=NOW + 2 * DAY, tell_author=True),
    ),
    (
        "agree and draw a curtain",
        COMMENT,
        replace(AGREE, sensitive="blood"),
        Effects(outcome=AGREED, hidden=False, sensitive="blood", tell_author=True),
    ),
    ("agree, an article stays", ARTICLE, AGREE, Effects(outcome=AGREED, hidden=False)),
    ("agree, an article goes", ARTICLE, HIDE, Effects(outcome=AGREED, hidden=True)),
    (
        "agree, an article gets a curtain",
        ARTICLE,
        replace(AGREE, sensitive="blood"),
        Effects(outcome=AGREED, hidden=False, sensitive="blood"),
    ),
    ("disagree", COMMENT, DISAGREE, Effects(outcome=DISAGREED, hidden=False)),
    ("disagree about an article", ARTICLE, DISAGREE, Effects(outcome=DISAGREED, hidden=False)),
    ("ignore", COMMENT, IGNORE, Effects(outcome=IGNORED, hidden=False)),
    ("ignore about an article", ARTICLE, IGNORE, Effects(outcome=IGNORED, hidden=False)),
    ("time ran out", COMMENT, cases.STALE, Effects(outcome=IGNORED, hidden=False)),
]


@pytest.mark.parametrize(("name", "subject", "decision", "wanted"), EFFECTS, ids=[name for name, *_ in EFFECTS])
def test_what_a_decision_does(name: str, subject: Subject, decision: Decision, wanted: Effects) -> None:
    assert effects(replace(OPEN, subject=subject), decision, NOW) == wanted


some_decisions = st.builds(
    Decision,
    ruling=st.sampled_from([Ruling.DISAGREE, Ruling.IGNORE]),
    measure=st.sampled_from(Measure),
    sanction=st.sampled_from(Sanction),
    mute_for=st.one_of(st.none(), st.timedeltas()),
    sensitive=st.one_of(st.none(), st.text()),
)


@given(some_decisions)
def test_who_does_not_agree_takes_nothing_away_and_punishes_nobody(decision: Decision) -> None:
    assert effects(OPEN, decision, NOW) == effects(OPEN, Decision(ruling=decision.ruling), NOW)


HIDDEN_CASE = decide(OPEN, HIDE, by=OTHER, now=NOW - MINUTE)

EDITS: list[tuple[str, Case | None, bool, bool]] = [
    # the latest case on the comment, whether it is out of sight, whether an edit brings the case back
    ("never flagged", None, False, False),
    ("hidden by a decision", HIDDEN_CASE, True, True),
    ("hidden by flags, not decided yet", OPEN, True, False),
    ("agreed with and kept", DECIDED, False, False),
    ("disagreed with", decide(OPEN, DISAGREE, by=OTHER, now=NOW), False, False),
    ("ignored", decide(OPEN, IGNORE, by=OTHER, now=NOW), False, False),
    ("open again already", reopen(HIDDEN_CASE, NOW), True, False),
    ("hidden again after an edit", decide(reopen(HIDDEN_CASE, NOW), HIDE, by=OTHER, now=NOW), True, False),
]


@pytest.mark.parametrize(("name", "case", "hidden", "back"), EDITS, ids=[name for name, *_ in EDITS])
def test_an_edit_brings_the_question_back_once(name: str, case: Case | None, hidden: bool, back: bool) -> None:
    assert reopens(case, hidden=hidden) is back


def test_a_case_that_is_open_again_waits_from_now_on() -> None:
    again = reopen(HIDDEN_CASE, NOW)
    assert (again.state, again.opened_at, again.reopened) == (CaseState.OPEN, NOW, True)
    assert again.decision == HIDDEN_CASE.decision  # it stands until the next one


def test_to_disagree_at_last_takes_back_what_the_decision_before_gave() -> None:
    before = Decision(
        ruling=Ruling.AGREE, measure=Measure.HIDE, sanction=Sanction.MUTE, mute_for=DAY, sensitive="Blood"
    )
    again = reopen(decide(OPEN, before, by=ME, now=NOW), NOW + MINUTE)
    restoring = effects(again, DISAGREE, NOW + 2 * MINUTE)
    assert (restoring.hidden, restoring.uncurtained, restoring.unmuted_from) == (False, True, NOW + DAY)
    assert effects(again, IGNORE, NOW) == Effects(outcome=FlagOutcome.IGNORED, hidden=False)


STALENESS: list[tuple[str, Case, bool]] = [
    ("a day old", OPEN, False),
    ("thirty days old", replace(OPEN, opened_at=NOW - 30 * DAY), True),
    ("nearly thirty days old", replace(OPEN, opened_at=NOW - 30 * DAY + MINUTE), False),
    ("old, and somebody is at work on it", replace(MINE, opened_at=NOW - 40 * DAY), False),
    ("old, and somebody was at work on it", replace(LAPSED, opened_at=NOW - 40 * DAY), True),
    ("old and decided", replace(DECIDED, opened_at=NOW - 40 * DAY), False),
    ("old, open again since the author's edit", reopen(replace(HIDDEN_CASE, opened_at=NOW - 40 * DAY), NOW), False),
]


@pytest.mark.parametrize(("name", "case", "old"), STALENESS, ids=[name for name, *_ in STALENESS])
def test_what_nobody_looks_at_goes_stale(name: str, case: Case, old: bool) -> None:
    assert cases.stale(case, NOW, 30 * DAY) is old
