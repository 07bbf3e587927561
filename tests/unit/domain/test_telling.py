"""What people are told: which sentences, and that none of them says who reported something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import telling
from bot.domain.model import CorrectionState, Decision, FlagOutcome, FlagReason, Measure, Ruling, Sanction, SubjectKind
from bot.domain.telling import Letter

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
KEEP, HIDE, DELETE = telling.MEASURES.values()
SPAM, UNKIND = telling.WHY[FlagReason.SPAM], telling.WHY[FlagReason.UNKIND]


def agree(measure: Measure = Measure.HIDE, sanction: Sanction = Sanction.NONE, **more: str) -> Decision:
    return Decision(ruling=Ruling.AGREE, measure=measure, sanction=sanction, **more)  # type: ignore[arg-type]


LETTERS: list[tuple[str, Decision, Sequence[FlagReason], list[str]]] = [
    ("hidden", agree(), (), [HIDE, telling.BEGINNING]),
    ("kept", agree(Measure.KEEP), (), [KEEP, telling.BEGINNING]),
    ("deleted", agree(Measure.DELETE), (), [DELETE, telling.BEGINNING]),
    ("why", agree(), [FlagReason.SPAM], [HIDE, telling.BEGINNING, SPAM]),
    (
        "each reason once, in order",
        agree(),
        [FlagReason.UNKIND, FlagReason.SPAM, FlagReason.UNKIND],
        [HIDE, telling.BEGINNING, SPAM, UNKIND],
    ),
    ("something else has no sentence", agree(), [FlagReason.OTHER], [HIDE, telling.BEGINNING]),
    ("warned", agree(sanction=Sanction.WARN), (), [HIDE, telling.BEGINNING, telling.WARNED]),
    ("muted", agree(sanction=Sanction.MUTE), (), [HIDE, telling.BEGINNING, telling.MUTED]),
    ("a curtain", agree(Measure.KEEP, sensitive="blood"), (), [KEEP, telling.BEGINNING, telling.CURTAIN]),
    ("no curtain before what is deleted", agree(Measure.DELETE, sensitive="x"), (), [DELETE, telling.BEGINNING]),
    ("in the moderator's words", agree(words=" Please. "), (), [HIDE, telling.BEGINNING, telling.WORDS]),
    ("empty words are none", agree(words=" \n"), (), [HIDE, telling.BEGINNING]),
    ("disagreed with", Decision(ruling=Ruling.DISAGREE, words="x"), [FlagReason.SPAM], []),
    ("ignored", Decision(ruling=Ruling.IGNORE), [FlagReason.SPAM], []),
]


@pytest.mark.parametrize(("name", "decision", "reasons", "keys"), LETTERS, ids=[name for name, *_ in LETTERS])
def test_what_an_author_is_told(name: str, decision: Decision, reasons: Sequence[FlagReason], keys: list[str]) -> None:
    letter = telling.decided(decision, title="A", text="<p>Hello</p>", reasons=reasons, until=NOW + timedelta(days=1))
    assert [each.key for each in letter] == keys


def test_every_measure_and_outcome_has_its_sentence() -> None:
    assert set(telling.MEASURES) == set(Measure)
    judged = set(FlagOutcome) - {FlagOutcome.WITHDRAWN}
    assert set(telling.OUTCOMES) == {(kind, outcome) for kind in SubjectKind for outcome in judged}
    assert set(telling.STATES) == set(CorrectionState) - {CorrectionState.RECEIVED}
    assert set(telling.WHY) == set(FlagReason) - {FlagReason.OTHER}


def test_who_withdrew_a_report_is_told_nothing() -> None:
    assert telling.reported(SubjectKind.COMMENT, FlagOutcome.WITHDRAWN, title="A") == ()


def test_while_a_correction_waits_nobody_is_told_anything() -> None:
    assert telling.correction(CorrectionState.RECEIVED, title="A", written="x") == ()


def test_a_comment_is_known_by_its_beginning() -> None:
    (short,) = telling.beginning("<p>One &amp; <b>two</b></p><p>three</p>")
    (long,) = telling.beginning(f"<p>{'word ' * 60}</p>")
    assert short.values == {"beginning": "One & two three"}
    assert len(str(long.values["beginning"])) <= telling.LONGEST_BEGINNING + 1
    assert telling.beginning("") == ()


def said(letter: Letter) -> str:
    return telling.as_html(letter, lambda key, **values: key.format(**values), lambda at: f"{at:%H:%M}")


def test_a_letter_is_a_paragraph_for_each_sentence_in_the_zone_of_who_is_told() -> None:
    assert said(telling.muted(NOW, "Enough.")) == (
        "<p>Until 12:00 you can read here, but not comment, vote or report.</p><p>A moderator writes: Enough.</p>"
    )


def test_what_people_wrote_is_no_markup_in_a_letter() -> None:
    assert said(telling.warned("Tow<n", "a <b>\nc & d")) == (
        "<p>The moderators of Tow&lt;n have a warning for you.</p><p>A moderator writes: a &lt;b&gt;<br>c &amp; d</p>"
    )
