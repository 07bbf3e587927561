"""What people are told of decisions: each sentence in its place, nothing of who reported, no text taken for markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import telling
from bot.domain.model import CorrectionState, Decision, FlagOutcome, FlagReason, Measure, Ruling, Sanction, SubjectKind
from bot.domain.telling import Letter
from bot.locale import LANGUAGES, translator

NOW = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
TEXT = "<p>Only an <em>idiot</em> would cross it.</p>"


def told(letter: Letter, language: str = "en") -> list[str]:
    return list(telling.spoken(letter, translator(language), lambda at: f"{at:%d.%m. %H:%M}"))


def of(decision: Decision, **more: object) -> list[str]:
    values = {"title": "Bridge", "text": TEXT, "reasons": [FlagReason.UNKIND], "until": TOMORROW} | more
    return told(telling.decided(decision, **values))  # type: ignore[arg-type]


KEPT = "Your comment on “Bridge” stays, but moderators had to look at it. Please think of the others here."
HIDDEN = (
    "Moderators have hidden your comment on “Bridge”. Where you still see it you can change it, "
    "and they will look at it again."
)
DELETED = "Moderators have deleted your comment on “Bridge”."
BEGINS = "It begins: “Only an idiot would cross it.”"
WHY = "The reason: it is insulting or unkind."
BACK = "Your comment on “Bridge” can be read again: moderators have looked at it, and it may stay."


@pytest.mark.parametrize(
    ("decision", "hidden", "said"),
    [
        pytest.param(Decision(ruling=Ruling.AGREE), False, [KEPT, BEGINS, WHY], id="kept"),
        pytest.param(Decision(ruling=Ruling.AGREE, measure=Measure.HIDE), True, [HIDDEN, BEGINS, WHY], id="hidden"),
        pytest.param(
            Decision(ruling=Ruling.AGREE, measure=Measure.DELETE, sensitive="blood", words=" Stop. "),
            False,
            [DELETED, BEGINS, WHY, "A moderator writes: Stop."],
            id="deleted: no curtain before what is gone",
        ),
        pytest.param(
            Decision(ruling=Ruling.AGREE, sensitive="blood", sanction=Sanction.WARN),
            False,
            [KEPT, BEGINS, WHY, "It now stands behind a curtain that says: blood", "Please take this as a warning."],
            id="curtain and warning",
        ),
        pytest.param(
            Decision(ruling=Ruling.AGREE, sanction=Sanction.MUTE, mute_for=timedelta(days=1)),
            False,
            [KEPT, BEGINS, WHY, "Until 13.01. 12:00 you can read here, but not comment, vote or report."],
            id="mute",
        ),
        pytest.param(Decision(ruling=Ruling.DISAGREE, words="Fine."), False, [], id="disagree: nothing has changed"),
        pytest.param(
            Decision(ruling=Ruling.DISAGREE, words="Fine."),
            True,
            [BACK, BEGINS, "A moderator writes: Fine."],
            id="disagree: it is back",
        ),
        pytest.param(Decision(ruling=Ruling.IGNORE), True, [BACK, BEGINS], id="ignore: it is back"),
    ],
)
def test_what_the_author_is_told(decision: Decision, hidden: bool, said: list[str]) -> None:
    assert of(decision, hidden=hidden) == said


def test_each_reason_is_said_once_in_one_order_and_others_need_words() -> None:
    reasons = [FlagReason.UNKIND, FlagReason.OTHER, FlagReason.SPAM, FlagReason.UNKIND]
    assert of(Decision(ruling=Ruling.AGREE), reasons=reasons)[2:] == ["The reason: it is advertising or spam.", WHY]


def test_a_long_comment_is_named_by_its_beginning() -> None:
    (sentence,) = told(telling.beginning(f"<p>{'word ' * 100}</p>"))
    assert sentence.endswith("word…”")
    assert len(sentence) < 140
    assert telling.beginning("") == ()


@pytest.mark.parametrize("kind", list(SubjectKind))
def test_reporters_are_told_the_outcome(kind: SubjectKind) -> None:
    letters = {outcome: told(telling.reported(kind, outcome, title="Bridge")) for outcome in FlagOutcome}
    assert letters.pop(FlagOutcome.WITHDRAWN) == []
    assert len({" ".join(said) for said in letters.values()}) == 3
    assert all("“Bridge”" in said[0] for said in letters.values())


def test_what_becomes_of_a_reported_error_is_told() -> None:
    letters = {
        state: told(telling.correction(state, title="Bridge", written="See page 2.")) for state in CorrectionState
    }
    assert letters.pop(CorrectionState.RECEIVED) == []
    assert {said[1] for said in letters.values()} == {"A moderator writes: See page 2."}


def test_what_members_are_told_without_a_case() -> None:
    assert told(telling.warned("The Town", "Stop it.")) == [
        "The moderators of The Town have a warning for you.",
        "A moderator writes: Stop it.",
    ]
    assert told(telling.muted(TOMORROW)) == ["Until 13.01. 12:00 you can read here, but not comment, vote or report."]
    letters = [telling.unmuted(), telling.banned("Enough."), telling.unbanned()]
    assert [len(told(letter)) for letter in letters] == [1, 2, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_typed_is_text(language: str) -> None:
    decision = Decision(ruling=Ruling.AGREE, words="<b>{title}</b>\n\x07second & last")
    letter = telling.decided(decision, title="<i>T</i>", text="", reasons=[], until=None)
    html = telling.as_html(letter, translator(language), str)
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;{title}&lt;/b&gt;<br>" in html
    assert html.startswith("<p>")
