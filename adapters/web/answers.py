"""The values of answers, as the page shows them."""

from __future__ import annotations

from datetime import UTC, datetime

from markupsafe import Markup, escape

from bot.domain.telling import Sentence
from bot.locale import Translator
from bot.locale.answers import say, shown
from bot.locale.moments import when
from bot.ports.commands import Cell

_NOTHING = Markup('<span class="quiet">–</span>')
_MARK = "\x00"


def cell(t: Translator, value: Cell, zone: str, *, plain: bool = False) -> Markup:
    """A value of an answer: moments for the reader's own zone, addresses as links, a dash where there is none."""
    match value:
        case None | "":
            return _NOTHING
        case Sentence():
            return _sentence(t, value, zone)
        case datetime():
            return _moment(t, value, zone)
        case str() if value.startswith(("https://", "http://")) and not any(each.isspace() for each in value):
            return Markup('<a class="address" href="{0}" rel="nofollow noopener">{0}</a>').format(value)
    return escape(shown(t, value, zone, plain=plain))


def _sentence(t: Translator, sentence: Sentence, zone: str) -> Markup:
    """Its moments are marked while it is said, so that they can be made more of than text."""
    moments = {name: value for name, value in sentence.values.items() if isinstance(value, datetime)}
    marked = {name: f"{_MARK}{name}{_MARK}" for name in moments}
    said = Sentence(key=sentence.key, many=sentence.many, values={**sentence.values, **marked})
    text = str(escape(say(t, said, zone)))
    for name, at in moments.items():
        text = text.replace(marked[name], _moment(t, at, zone))
    return Markup(text)


def _moment(t: Translator, at: datetime, zone: str) -> Markup:
    iso = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}">{}</time>').format(iso, when(at, zone, t.language))
