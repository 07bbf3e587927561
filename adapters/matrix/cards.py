"""What the bot's messages say: an article as a message on Matrix shows it, and words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from adapters.matrix.markers import MARKER
from adapters.matrix.markup.escaping import address_as_text, as_html, harmless, names_somebody
from adapters.matrix.markup.writing import Words, to_matrix
from bot.domain.links import is_web_address
from bot.domain.text import one_line, repair, shorten
from bot.locale import Translator, translator
from bot.locale.moments import when
from bot.ports.network import Card, Say

Content = dict[str, Any]
"""An event's content, as Matrix has it."""

LARGEST = 28_000
"""Bytes of a content as JSON: encrypted, and told again in an edit, it stays below the 65,536 of an event."""

LONGEST_TITLE = 256
LONGEST_SOURCE = 256
LONGEST_ADDRESS = 2048
LONGEST_LEAD = 1500
LONGEST_SAID = 10_000
MOST_TAGS = 6
LONGEST_TAG = 40

_HTML = "org.matrix.custom.html"
_ROOM = "room"
_USER = re.compile(r"[A-Za-z0-9._=/+\-]{1,200}:[A-Za-z0-9.\-\[\]:]{1,200}")


def post_content(card: Card, picture: str | None) -> Content:
    """A post: `picture` is its mxc: address. Shortened, the lead first, until it fits."""
    return _fitting(lambda longest: _post(card, picture, longest), LONGEST_LEAD)


def said_content(message: Say) -> Content:
    """What the bot says, which no other bot answers."""

    def said(longest: int) -> Content:
        return _content("m.notice", to_matrix(message.html, longest), message.marker)

    return _fitting(said, LONGEST_SAID)


def edit_content(event: str, content: Content) -> Content:
    """What makes a message say `content`. Nobody is called by it again."""
    return {
        "msgtype": content["msgtype"],
        "body": f"* {content['body']}",
        "m.mentions": {},
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event},
    }


def in_thread(content: Content, root: str) -> Content:
    """`content` as said in the thread under `root`; where threads are not shown it answers that."""
    relation = {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": root},
    }
    return {**content, "m.relates_to": relation}


def fits(content: Mapping[str, Any]) -> bool:
    """Whether a content is small enough to be sent, edited, encrypted."""
    return len(json.dumps(content)) <= LARGEST


def _fitting(made: Callable[[int], Content], longest: int) -> Content:
    while not fits(content := made(longest)) and longest > 0:
        longest = longest // 2
    return content


def _content(kind: str, words: Words, marker: str, mentions: Mapping[str, Any] | None = None) -> Content:
    return {
        "msgtype": kind,
        "body": words.plain or "…",
        "format": _HTML,
        "formatted_body": words.html or "…",
        "m.mentions": dict(mentions or {}),
        MARKER: marker,
    }


def _post(card: Card, picture: str | None, longest: int) -> Content:
    words = _Post(card, longest)
    shown = words.html(picture if card.sensitive is None else None)
    called = _called(card.mention)
    return _content("m.text", Words(html=shown, plain=words.plain()), card.marker, called)


class _Post:
    """The parts of a post, each on a line of its own."""

    def __init__(self, card: Card, longest: int) -> None:
        t = translator(card.language)
        self._t = t
        self._card = card
        self._link = _address(card.link)
        self._title = shorten(one_line(repair(card.title)), LONGEST_TITLE) or "…"
        self._lead = shorten(repair(card.lead if card.words is None else card.words).strip(), longest)
        self._dated = f"{_source(card)} · {when(card.dated, card.zone, t.language)}".removeprefix(" · ")
        self._why = shorten(one_line(repair(card.sensitive)), 200) if card.sensitive is not None else None
        self._tags = _tags(card)
        self._standing = _standing(card, t)

    def html(self, picture: str | None) -> str:
        """`picture` is not shown where the text is behind a curtain."""
        title = as_html(self._title)
        linked = f'<a href="{escape(self._link)}">{title}</a>' if self._link is not None else title
        parts = [f"<h4>{self._behind(linked)}</h4>"]
        if self._why is not None:
            parts.insert(0, f"<p>{as_html(self._sensitive(self._why))}</p>")
        lines = [as_html(self._dated)]
        lead = "<br>".join(as_html(line) for line in self._lead.splitlines())
        parts.append(_paragraph(*lines))
        parts.append(_paragraph(self._behind(lead) if lead else ""))
        parts.append(_paragraph(as_html(self._tags)))
        parts.append(_paragraph(as_html(self._standing), _calling(self._card.mention)))
        if picture is not None:
            parts.append(f'<img src="{escape(picture)}" alt="">')
        return "".join(parts)

    def plain(self) -> str:
        """What is behind a curtain is not here: notifications show it."""
        hidden = self._why is not None
        first = self._sensitive(self._why) if self._why is not None else self._title
        lines = (
            first,
            self._dated,
            "" if hidden else self._lead,
            address_as_text(self._link or ""),
            self._tags,
            self._standing,
        )
        called = _spoken(self._card.mention)
        return "\n".join([*(harmless(line) for line in lines if line), *([called] if called else [])])

    def _behind(self, html: str) -> str:
        if self._why is None:
            return html
        return f'<span data-mx-spoiler="{escape(harmless(self._why))}">{html}</span>'

    def _sensitive(self, why: str) -> str:
        return self._t("Sensitive: {reason}", reason=why)


def _paragraph(*lines: str) -> str:
    shown = "<br>".join(line for line in lines if line)
    return f"<p>{shown}</p>" if shown else ""


def _address(link: str | None) -> str | None:
    """A link that leads to a page, None where it does not."""
    if link is None or len(link) > LONGEST_ADDRESS or link.split() != [link] or names_somebody(link):
        return None
    return link if is_web_address(link) else None


def _source(card: Card) -> str:
    named = [card.author, card.source] if card.words is None else [card.source]
    return shorten(one_line(repair(", ".join(each for each in named if each))), LONGEST_SOURCE)


def _tags(card: Card) -> str:
    named = (one_line(repair(each)) for each in (*card.tags, *card.categories))
    each_once: dict[str, str] = {}
    for each in named:
        each_once.setdefault(each.casefold(), shorten(each, LONGEST_TAG))
    each_once.pop("", None)
    return " · ".join(list(each_once.values())[:MOST_TAGS])


def _standing(card: Card, t: Translator) -> str:
    votes = f"▲ {_number(card.up, t)}  ▼ {_number(card.down, t)}"
    return f"{votes} · {t.plural('{count} comment', '{count} comments', card.comments)}"


def _number(value: int, t: Translator) -> str:
    return t.number(value) if value > 999 else str(value)  # looking up how a language writes them takes its time


def _called(mention: str | None) -> Mapping[str, Any]:
    """Whom an admin's rule calls: a person, or the whole room, where the bot has the power to."""
    if mention == _ROOM:
        return {"room": True}
    return {"user_ids": [f"@{mention}"]} if _is_user(mention) else {}


def _calling(mention: str | None) -> str:
    if _is_user(mention):
        name = escape(f"@{mention}")
        return f'<a href="https://matrix.to/#/{name}">{name}</a>'
    return escape(_spoken(mention), quote=False)


def _spoken(mention: str | None) -> str:
    if not mention:
        return ""
    named = f"@{one_line(repair(mention))}"
    return named if _called(mention) else harmless(named)


def _is_user(mention: str | None) -> bool:
    return mention is not None and _USER.fullmatch(mention) is not None
