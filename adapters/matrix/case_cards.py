"""A case as a message shows it to moderators: who reported what and why, and what each reaction does about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from adapters.matrix import refs
from adapters.matrix.cards import Content, fits
from adapters.matrix.commands.emoji import NO, NUMBERS, YES, bare
from adapters.matrix.commands.questions import Ask, Values, written
from adapters.matrix.commands.spot import HTML
from adapters.matrix.commands.words import as_html, said, together
from adapters.matrix.markers import ASKS, CASE, MARKER
from adapters.matrix.markup.escaping import harmless
from adapters.matrix.markup.writing import Words
from bot.domain.model import Ref, SubjectKind
from bot.domain.text import one_line, shorten
from bot.locale import Translator, translator
from bot.locale.answers import say
from bot.locale.reasons import SHORT_REASONS
from bot.ports.network import CaseCard

MOST_OF_THE_TEXT = 2_500
MOST_REPORTS = 20


ACTIONS = {
    "hide": "Hide it",
    "keep": "It may stay",
    "delete": "Delete it",
    "warn": "Hide it and warn the author",
    "mute": "Hide it and mute the author for a day",
    "ignore": "Ignore the reports",
    "take": "Claim it",
    "give back": "Give it back",
}
"""What each action is called."""

COMMANDS: Mapping[str, tuple[str, Values]] = {
    "hide": ("mod agree", (("measure", "hide"),)),
    "keep": ("mod disagree", ()),
    "delete": ("mod agree", (("measure", "delete"),)),
    "warn": ("mod agree", (("sanction", "warn"),)),
    "mute": ("mod agree", (("sanction", "mute"), ("for", "1d"))),
    "ignore": ("mod ignore", ()),
    "take": ("mod claim", ()),
    "give back": ("mod claim", (("release", "yes"),)),
}
"""What each action comes to: a command, and its values beside the case."""

_ON_COMMENTS = ("delete", "warn", "mute", "ignore", "take", "give back")
_ON_ARTICLES = ("ignore", "take", "give back")


def actions(kind: SubjectKind) -> Mapping[str, str]:
    """Which of the actions each emoji stands for in a case of this kind."""
    others = _ON_ARTICLES if kind is SubjectKind.ARTICLE else _ON_COMMENTS
    return {YES: "hide", NO: "keep", **dict(zip(NUMBERS, others, strict=False))}


def case_content(case: CaseCard, home: str) -> Content:
    """The message, shortened until it fits; `home` is the bot's homeserver, through which others find the room."""
    longest, most = MOST_OF_THE_TEXT, MOST_REPORTS
    while not fits(content := _content(case, home, longest, most)) and most > 1:
        longest, most = longest // 2, most // 2
    return content


def _content(case: CaseCard, home: str, longest: int, most: int) -> Content:
    t = translator(case.language)
    words = together(_parts(case, home, t, longest, most))
    content: Content = {
        "msgtype": "m.text",
        "body": words.plain,
        "format": HTML,
        "formatted_body": words.html,
        "m.mentions": {},
        MARKER: case.marker,
        CASE: int(case.case_id),
    }
    return content if case.decided else {**content, ASKS: {"does": _does(case)}}


def permalink(message: Ref, home: str) -> str:
    """The address of a message, for clients of Matrix."""
    at = refs.message_id(message)
    return f"https://matrix.to/#/{at.room}/{at.event}?via={at.room.partition(':')[2] or home}"


def _does(case: CaseCard) -> dict[str, Any]:
    """As `adapters.matrix.commands.questions` reads it: everybody may react, with the rights that they have."""
    number = ("case", str(case.case_id))
    return {
        bare(emoji): written(Ask(command=COMMANDS[each][0], values=(number, *COMMANDS[each][1])))
        for emoji, each in actions(case.kind).items()
    }


def _parts(case: CaseCard, home: str, t: Translator, longest: int, most: int) -> Iterator[Words]:
    yield _heading(case, home, t)
    if case.text.strip():
        text = shorten(case.text, longest)
        quoted = "\n".join(f"> {each}" for each in text.splitlines())
        yield Words(plain=harmless(quoted), html=f"<blockquote>{as_html(text)}</blockquote>")
    if case.reports:
        yield _reports(case, t, most)
    if case.decided:
        decision = [say(t, each, case.zone) for each in case.decision]
        yield _listed(t("Decision"), decision)
    else:
        yield said("\n".join(f"{emoji} {t(ACTIONS[each])}" for emoji, each in actions(case.kind).items()))


def _heading(case: CaseCard, home: str, t: Translator) -> Words:
    """Which case it is, what it is about, by whom, and where that stands."""
    kind = t("Article") if case.kind is SubjectKind.ARTICLE else t("Comment")
    heading = f"{t('Case {number}', number=case.case_id)} · {kind}"
    title = shorten(one_line(case.title), 300) or t("Without a title")
    by = f" · {shorten(one_line(case.author), 100)}" if case.author else ""
    lines = [f"{title}{by}", *_states(case, t)]
    links = dict(_links(case, home, t))
    plain = "\n".join([harmless("\n".join([heading, *lines])), *links])
    shown = " · ".join(_link(address, text) for address, text in links.items())
    texts = [f"<strong>{as_html(heading)}</strong>", *(as_html(each) for each in lines), *([shown] if shown else [])]
    return Words(plain=plain, html=f"<p>{'<br>'.join(texts)}</p>")


def _states(case: CaseCard, t: Translator) -> Iterator[str]:
    if case.hidden and not case.decided:
        yield t("It is hidden.")
    if case.claimed_by and not case.decided:
        yield t("claimed by {name}", name=shorten(one_line(case.claimed_by), 100))


def _links(case: CaseCard, home: str, t: Translator) -> Iterator[tuple[str, str]]:
    """Addresses, and what they are called."""
    if case.message is not None and refs.is_message(case.message):
        yield permalink(case.message, home), t("See the message")
    if case.link is not None:
        yield case.link, t("See the case on the page")


def _link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{as_html(text)}</a>'


def _reports(case: CaseCard, t: Translator, most: int) -> Words:
    """A line for each report, at most so many."""
    lines = []
    for who, reason, words in case.reports[:most]:
        added = f": {shorten(one_line(words), 300)}" if words.strip() else ""
        lines.append(f"{shorten(one_line(who), 60)} – {t(SHORT_REASONS[reason])}{added}")
    if len(case.reports) > most:
        lines.append(t("and {number} more", number=len(case.reports) - most))
    return _listed(t.plural("{count} report", "{count} reports", len(case.reports)), lines)


def _listed(title: str, lines: list[str]) -> Words:
    items = "".join(f"<li>{as_html(each)}</li>" for each in lines)
    plain = "\n".join([title, *(f"• {each}" for each in lines)])
    return Words(plain=harmless(plain), html=f"<p><strong>{as_html(title)}</strong></p><ul>{items}</ul>")
