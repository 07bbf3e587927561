"""A case as a message shows it to moderators: who reported what and why, and what each reaction does about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from adapters.matrix import refs
from adapters.matrix.commands.emoji import NO, NUMBERS, YES, bare
from adapters.matrix.commands.questions import Ask, Values, written
from adapters.matrix.commands.spot import HTML
from adapters.matrix.commands.words import Words, as_html, said, together
from adapters.matrix.markers import ASKS, CASE, MARKER
from bot.domain.model import Ref, SubjectKind
from bot.domain.text import one_line, shorten
from bot.locale import Translator, translator
from bot.locale.answers import say
from bot.locale.reasons import SHORT_REASONS
from bot.ports.network import CaseCard

MOST_OF_THE_TEXT = 2_500
MOST_REPORTS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """What can be done about a case: what it is called (a message), and the command with its values beside the case."""

    label: str
    command: str
    values: Values = ()


HIDE = Action(label="Hide it", command="mod agree", values=(("measure", "hide"),))
KEEP = Action(label="It may stay", command="mod disagree")
DELETE = Action(label="Delete it", command="mod agree", values=(("measure", "delete"),))
WARN = Action(label="Hide it and warn the author", command="mod agree", values=(("sanction", "warn"),))
MUTE = Action(
    label="Hide it and mute the author for a day",
    command="mod agree",
    values=(("sanction", "mute"), ("for", "1d")),
)
IGNORE = Action(label="Ignore the reports", command="mod ignore")
TAKE = Action(label="Claim it", command="mod claim")
GIVE_BACK = Action(label="Give it back", command="mod claim", values=(("release", "yes"),))

_ON_COMMENTS = (DELETE, WARN, MUTE, IGNORE, TAKE, GIVE_BACK)
_ON_ARTICLES = (IGNORE, TAKE, GIVE_BACK)


def actions(kind: SubjectKind) -> Mapping[str, Action]:
    """What each emoji does about a case of this kind."""
    others = _ON_ARTICLES if kind is SubjectKind.ARTICLE else _ON_COMMENTS
    return {YES: HIDE, NO: KEEP, **dict(zip(NUMBERS, others, strict=False))}


def case_content(case: CaseCard, home: str) -> dict[str, Any]:
    """The message; `home` is the bot's homeserver, through which others find the room."""
    t = translator(case.language)
    words = together(_parts(case, home, t))
    content: dict[str, Any] = {
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
        bare(emoji): written(Ask(command=each.command, values=(number, *each.values)))
        for emoji, each in actions(case.kind).items()
    }


def _parts(case: CaseCard, home: str, t: Translator) -> Iterator[Words]:
    yield _heading(case, home, t)
    if case.text.strip():
        text = shorten(case.text, MOST_OF_THE_TEXT)
        quoted = "\n".join(f"> {each}" for each in text.splitlines())
        yield Words(plain=quoted, html=f"<blockquote>{as_html(text)}</blockquote>")
    if case.reports:
        yield _reports(case, t)
    if case.decided:
        decision = [say(t, each, case.zone) for each in case.decision]
        yield _listed(t("Decision"), decision)
    else:
        yield said("\n".join(f"{emoji} {t(each.label)}" for emoji, each in actions(case.kind).items()))


def _heading(case: CaseCard, home: str, t: Translator) -> Words:
    """Which case it is, what it is about, by whom, and where that stands."""
    kind = t("Article") if case.kind is SubjectKind.ARTICLE else t("Comment")
    heading = f"{t('Case {number}', number=case.case_id)} · {kind}"
    title = shorten(one_line(case.title), 300) or t("Without a title")
    by = f" · {shorten(one_line(case.author), 100)}" if case.author else ""
    lines = [f"{title}{by}", *_states(case, t)]
    links = [*([permalink(case.message, home)] if _is_here(case.message) and case.message else []), *_page(case)]
    plain = "\n".join([heading, *lines, *links])
    texts = [f"<strong>{as_html(heading)}</strong>", *(as_html(each) for each in lines), *map(_link, links)]
    return Words(plain=plain, html=f"<p>{'<br>'.join(texts)}</p>")


def _states(case: CaseCard, t: Translator) -> Iterator[str]:
    if case.hidden and not case.decided:
        yield t("It is hidden.")
    if case.claimed_by and not case.decided:
        yield t("claimed by {name}", name=shorten(one_line(case.claimed_by), 100))


def _is_here(message: Ref | None) -> bool:
    return message is not None and refs.is_message(message)


def _page(case: CaseCard) -> list[str]:
    return [case.link] if case.link is not None else []


def _link(address: str) -> str:
    """Also to a message: there a client shows where it leads."""
    return f'<a href="{escape(address)}">{escape(address, quote=False)}</a>'


def _reports(case: CaseCard, t: Translator) -> Words:
    """A line for each report, as many as moderators read."""
    lines = []
    for who, reason, words in case.reports[:MOST_REPORTS]:
        added = f": {shorten(one_line(words), 300)}" if words.strip() else ""
        lines.append(f"{shorten(one_line(who), 60)} – {t(SHORT_REASONS[reason])}{added}")
    if len(case.reports) > MOST_REPORTS:
        lines.append(t("and {number} more", number=len(case.reports) - MOST_REPORTS))
    return _listed(t.plural("{count} report", "{count} reports", len(case.reports)), lines)


def _listed(title: str, lines: list[str]) -> Words:
    items = "".join(f"<li>{as_html(each)}</li>" for each in lines)
    plain = "\n".join([title, *(f"• {each}" for each in lines)])
    return Words(plain=plain, html=f"<p><strong>{as_html(title)}</strong></p><ul>{items}</ul>")
