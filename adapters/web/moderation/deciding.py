"""The decision form: what was typed, what it means, and the texts that will be sent for each choice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from adapters.web.failures import Refusal
from adapters.web.forms import Form
from adapters.web.moderation import wording
from adapters.web.render import lasting
from bot.domain import telling
from bot.domain.cases import OUTCOMES
from bot.domain.model import Decision, FlagOutcome, FlagReason, Measure, Ruling, Sanction, SubjectKind
from bot.domain.telling import Letter, Sentence
from bot.domain.text import one_line
from bot.locale import Translator
from bot.locale.moments import when
from bot.ports.moderation import CaseView

_GAP = "\x00"


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What stands in the form."""

    ruling: str = ""
    measure: str = Measure.HIDE.value
    sanction: str = Sanction.NONE.value
    mute: str = "86400"
    sensitive: bool = False
    sensitive_reason: str = ""
    words: str = ""
    note: str = ""


def typed(form: Form) -> Typed:
    """What was sent."""
    return Typed(
        ruling=form.text("ruling"),
        measure=form.text("measure"),
        sanction=form.text("sanction"),
        mute=form.text("mute"),
        sensitive=form.text("sensitive") == "yes",
        sensitive_reason=one_line(form.text("sensitive_reason")),
        words=form.text("words").strip(),
        note=form.text("note").strip(),
    )


def decision(form: Typed) -> Decision:
    """The decision that a form makes. Raises `Refusal`."""
    if form.ruling not in set(Ruling):
        raise Refusal(422, "Please choose whether you agree with the reports.")
    if len(form.words) > wording.LONGEST_WORDS:
        raise Refusal(422, "Please say it in at most {most} characters.", most=wording.LONGEST_WORDS)
    ruling = Ruling(form.ruling)
    if ruling is not Ruling.AGREE:
        return Decision(ruling=ruling, words=form.words)
    if form.measure not in set(Measure):
        raise Refusal(422, "Please choose what becomes of it.")
    sanction = Sanction(form.sanction) if form.sanction in set(Sanction) else Sanction.NONE
    return Decision(
        ruling=ruling,
        measure=Measure(form.measure),
        sanction=sanction,
        mute_for=wording.span_of(form.mute, wording.MUTES) if sanction is Sanction.MUTE else None,
        sensitive=_curtain(form),
        words=form.words,
    )


def _curtain(form: Typed) -> str | None:
    if not form.sensitive:
        return None
    if not form.sensitive_reason:
        raise Refusal(422, "Please say in a few words why it is sensitive.")
    if len(form.sensitive_reason) > wording.LONGEST_REASON:
        raise Refusal(422, "Please say in at most {most} characters why it is sensitive.", most=wording.LONGEST_REASON)
    return form.sensitive_reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A sentence that is sent where the form says all of `needs` ("measure=hide", "words": anything).

    `fill` is the field whose text stands in its gap.
    """

    to_author: bool
    needs: tuple[str, ...]
    choice: str  # what that is, for people
    text: Markup
    fill: str | None = None


def rows(view: CaseView, t: Translator, told: Translator, now: datetime) -> list[Row]:
    """Every sentence that can be sent, in the order in which they are; `told` is the language of who is told."""
    return [*_to_author(view, t, told, now), *_to_reporters(view, t, told)]


def _to_author(view: CaseView, t: Translator, told: Translator, now: datetime) -> Iterator[Row]:
    if view.case.subject.kind is not SubjectKind.COMMENT or view.author is None:
        return
    agree, text = ("ruling=agree",), view.comment.html if view.comment is not None else ""
    for measure in Measure:
        needs = (*agree, f"measure={measure.value}")
        yield from _rows(view, told, needs, t(wording.MEASURES[measure]), (telling.measure(measure, view.title),))
    always = (*telling.beginning(text), *telling.why(_reasons(view)))
    yield from _rows(view, told, agree, t("With each of them"), always)
    curtained = (*agree, "measure=keep|hide", "sensitive=yes")
    yield from _rows(view, told, curtained, t("Behind a curtain"), telling.curtain(_GAP), "sensitive_reason")
    yield from _sanctions(view, t, told, now)
    yield from _rows(view, told, (*agree, "words"), t("With words of yours"), telling.words(_GAP), "words")
    yield from _restored(view, t, told, text)


def _reasons(view: CaseView) -> Iterator[FlagReason]:
    """What it was flagged for, less what was taken back."""
    return (flag.reason for flag in view.flags if flag.outcome is not FlagOutcome.WITHDRAWN)


def _sanctions(view: CaseView, t: Translator, told: Translator, now: datetime) -> Iterator[Row]:
    warned = telling.sanction(Sanction.WARN, None)
    yield from _rows(view, told, ("ruling=agree", "sanction=warn"), t(wording.SANCTIONS[Sanction.WARN]), warned)
    for span in wording.MUTES:
        needs = ("ruling=agree", "sanction=mute", f"mute={int(span.total_seconds())}")
        choice = t("A mute for {time}", time=lasting(span, t.language))
        yield from _rows(view, told, needs, choice, telling.sanction(Sanction.MUTE, now + span))


def _restored(view: CaseView, t: Translator, told: Translator, text: str) -> Iterator[Row]:
    """Who had something taken out of sight is told that it is back."""
    if view.hidden_by is None:
        return
    needs: tuple[str, ...] = ("ruling=disagree|ignore",)
    choice = t("You disagree, or ignore the reports")
    yield from _rows(view, told, needs, choice, telling.restored(view.title, text))
    yield from _rows(view, told, (*needs, "words"), t("With words of yours"), telling.words(_GAP), "words")


def _to_reporters(view: CaseView, t: Translator, told: Translator) -> Iterator[Row]:
    if all(flag.outcome is not None for flag in view.flags):
        return
    for ruling in Ruling:
        letter = telling.reported(view.case.subject.kind, OUTCOMES[ruling], title=view.title)
        choice = t(wording.RULINGS[ruling])
        yield from _rows(view, told, (f"ruling={ruling.value}",), choice, letter, to_author=False)


def _rows(
    view: CaseView,
    told: Translator,
    needs: tuple[str, ...],
    choice: str,
    letter: Letter,
    fill: str | None = None,
    *,
    to_author: bool = True,
) -> Iterator[Row]:
    for sentence in letter:
        text = _text(sentence, told, view.zone)
        yield Row(to_author=to_author, needs=needs, choice=choice, text=text, fill=fill)


def _text(sentence: Sentence, told: Translator, zone: str) -> Markup:
    """A sentence as it is sent; where something is still to be typed there is a place for it."""
    (spoken,) = telling.spoken((sentence,), told, lambda at: when(at, zone, told.language))
    return Markup(str(escape(spoken)).replace(_GAP, "<span data-filled>…</span>"))
