"""What is shown before a decision is what is sent after it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from adapters.web.moderation import deciding, wording
from adapters.web.moderation.deciding import Row, Typed
from bot.domain import cases, telling
from bot.domain.model import CaseId, HiddenBy, Measure, Ruling, Sanction
from bot.locale import LANGUAGES, translator
from bot.locale.moments import when
from bot.ports.moderation import CaseView
from tests.unit.web.disorder import about_article, quarrel
from tests.unit.web.town import Town

FORMS = [
    Typed(
        ruling=ruling,
        measure=measure,
        sanction=sanction,
        mute=mute,
        sensitive=bool(why),
        sensitive_reason=why,
        words=words,
    )
    for ruling, measure, sanction, mute, why, words in product(
        Ruling, Measure, Sanction, ("3600", "2592000"), ("", "a dead animal"), ("", "Be kind.")
    )
]


def view_of(town: Town, case: CaseId, **changed: object) -> CaseView:
    return replace(town.order.views[case], **changed)  # type: ignore[arg-type]


def shown(view: CaseView, form: Typed, town: Town, *, author: bool) -> list[str]:
    """What the page shows once the form says this, as its script picks it."""
    t = translator(view.language)
    rows = deciding.rows(view, t, t, town.clock.now())
    return [filled(row, form) for row in rows if row.to_author is author and all(met(need, form) for need in row.needs)]


def met(need: str, form: Typed) -> bool:
    name, _, values = need.partition("=")
    value = ("yes" if form.sensitive else "") if name == "sensitive" else getattr(form, name)
    return value in values.split("|") if values else bool(value)


def filled(row: Row, form: Typed) -> str:
    gap = getattr(form, row.fill) if row.fill else ""
    return row.text.replace("<span data-filled>…</span>", gap).unescape()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hidden_by", [None, HiddenBy.FLAGS])
def test_the_author_is_shown_what_is_sent(town: Town, language: str, hidden_by: HiddenBy | None) -> None:
    view = view_of(town, quarrel(town), language=language, hidden_by=hidden_by)
    assert view.comment is not None
    now = town.clock.now()
    for form in FORMS:
        decision = deciding.decision(form)
        letter = telling.decided(
            decision,
            title=view.title,
            text=view.comment.html,
            reasons=[flag.reason for flag in view.flags],
            until=cases.effects(view.case, decision, now).muted_until,
            hidden=hidden_by is not None,
        )
        sent = telling.spoken(letter, translator(language), lambda at: when(at, view.zone, language))
        assert shown(view, form, town, author=True) == list(sent), form


@pytest.mark.parametrize("ruling", list(Ruling))
def test_reporters_are_shown_what_is_sent(town: Town, ruling: Ruling) -> None:
    quarrel(town)
    about_article(town)
    for view in town.order.views.values():
        letter = telling.reported(view.case.subject.kind, cases.OUTCOMES[ruling], title=view.title)
        sent = telling.spoken(letter, translator("en"), str)
        assert shown(view, Typed(ruling=ruling.value), town, author=False) == list(sent)


def test_an_article_has_no_author_to_tell_and_judged_reports_nobody(town: Town) -> None:
    article = view_of(town, about_article(town))
    assert shown(article, Typed(ruling="agree", words="x"), town, author=True) == []
    flags = [replace(flag, outcome=cases.OUTCOMES[Ruling.AGREE]) for flag in article.flags]
    assert shown(replace(article, flags=flags), Typed(ruling="agree"), town, author=False) == []


def test_times_are_chosen_from_those_that_there_are() -> None:
    assert [wording.span_of(str(int(span.total_seconds())), wording.MUTES) for span in wording.MUTES] == [
        *wording.MUTES
    ]
    assert wording.span_of("17", wording.MUTES) is None
    assert wording.span_of("", wording.LOCKS) is None
