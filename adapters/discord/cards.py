"""An article as a message on Discord shows it, and what the bot says: embeds, with the buttons under them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import discord

from adapters.discord import custom_ids, markup
from adapters.discord.markers import address_of
from bot.domain.links import is_web_address
from bot.domain.text import one_line, shorten
from bot.locale import Translator, translator
from bot.ports.network import Card, Say

Component = dict[str, Any]
Rows = list[Component]
"""What stands under a message, as Discord's API has it."""

LONGEST_TITLE = 256
LONGEST_DESCRIPTION = 4096
LONGEST_AUTHOR = 256
LONGEST_ADDRESS = 2048
LONGEST_THREAD_NAME = 100
LONGEST_LEAD = 1500  # characters of the text itself, before its signs are escaped

_EMOJI = {custom_ids.BEST: "💬", custom_ids.ERROR: "✏️", custom_ids.FOLLOW: "🔔"}


def post_embed(card: Card) -> discord.Embed:
    """The article: title with its link, source and author, lead or the template's words, picture, votes, comments."""
    t = translator(card.language)
    embed = discord.Embed(
        title=_title(card),
        url=address(card.link),
        description=_description(card, t) or None,
        colour=card.colour,
        timestamp=card.dated,
    )
    embed.set_author(name=_source(card) or "–")
    embed.set_footer(text=_standing(card, t))
    if card.image is not None and card.sensitive is None and card.image.startswith("https://"):
        embed.set_image(url=address(card.image))
    return embed


def post_buttons(card: Card) -> Rows:
    """The buttons under a post, which carry its marker."""
    t = translator(card.language)
    labels = {
        custom_ids.BEST: t("Best comments"),
        custom_ids.ERROR: t("Report an error"),
        custom_ids.FOLLOW: t("Follow"),
    }
    return rows(
        button(labels[kind], custom_ids.custom_id(kind, card.marker), emoji=_EMOJI[kind])
        for kind in custom_ids.OF_POSTS
    )


def button(
    label: str,
    custom_id: str,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    emoji: str | None = None,
) -> Component:
    """A button as Discord takes it. discord.py's own would be kept and listened to; what is pressed comes as an
    interaction, after a restart, too."""
    made: Component = {"type": 2, "style": style.value, "label": label, "custom_id": custom_id}
    return made | {"emoji": {"name": emoji}} if emoji is not None else made


def rows(buttons: Iterable[Component]) -> Rows:
    """Buttons in rows of five, as Discord wants them."""
    every = list(buttons)
    return [{"type": 1, "components": every[start : start + 5]} for start in range(0, len(every), 5)]


def said_embed(message: Say) -> discord.Embed:
    """What the bot says; its address carries the marker."""
    return discord.Embed(description=_words(message.html) or "…", url=address_of(message.marker))


@lru_cache(maxsize=64)
def _words(html: str) -> str:
    """Most of what is said is said again and again: the invitation in every thread."""
    return markup.to_markdown(html, LONGEST_DESCRIPTION)


def thread_name(name: str) -> str:
    """A name that Discord takes: 1 to 100 characters on one line."""
    return shorten(one_line(name), LONGEST_THREAD_NAME) or "…"


def fitting(text: str, limit: int) -> str:
    """Plain text as markdown of at most `limit` characters that shows just that."""
    text = shorten(text, limit)
    while len(shown := markup.escape(text)) > limit:
        text = shorten(text, len(text) * 3 // 4)
    return shown


def address(link: str | None) -> str | None:
    """A link that Discord takes, None where it would refuse the message for it."""
    if link is None or len(link) > LONGEST_ADDRESS or link.split() != [link]:
        return None
    return link if is_web_address(link) else None


def _title(card: Card) -> str:
    """Where the title is a link Discord shows backslashes in it; mentions are nothing in a title."""
    title = one_line(card.title)
    if address(card.link) is not None:
        return shorten(title, LONGEST_TITLE)
    return fitting(title, LONGEST_TITLE)


def _source(card: Card) -> str:
    named = [card.source] if card.words is not None or not card.author else [card.source, card.author]
    return shorten(one_line(" · ".join(each for each in named if each)), LONGEST_AUTHOR)


def _description(card: Card, t: Translator) -> str:
    words = fitting(card.words if card.words is not None else card.lead, LONGEST_LEAD)
    if card.sensitive is None:
        return words
    why = t("Sensitive: {reason}", reason=markup.escape_line(shorten(card.sensitive, 200)))
    return f"{why}\n||{words}||" if words.strip() else why


def _standing(card: Card, t: Translator) -> str:
    votes = f"▲ {_number(card.up, t)}  ▼ {_number(card.down, t)}"
    return f"{votes} · {t.plural('{count} comment', '{count} comments', card.comments)}"


def _number(value: int, t: Translator) -> str:
    return t.number(value) if value > 999 else str(value)  # looking up how a language writes them takes its time
