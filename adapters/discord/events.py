"""What Discord tells, read as what happened: discord.py's objects become events, and nothing is asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord import refs
from adapters.discord.interactions.quoting import Quoted, read_back
from adapters.discord.markers import marker_of
from adapters.discord.markup import Names, spoils, to_html, with_attachments
from bot.domain.events import Echoed, Edited, Posted, Who
from bot.domain.model import Ref
from bot.domain.text import one_line, repair
from bot.ports.network import Listed

SPOILER = "Spoiler"
"""Why something stands behind its author's curtain: Discord asks for no reason."""

_JOINERS = "\u200c\u200d"  # within words of some scripts, and within emoji


def who_is(user: discord.abc.User) -> Who:
    """Somebody, by the name that is shown in the server."""
    return Who(ref=refs.account(user.id), name=clean_name(user.display_name) or str(user.id), bot=user.bot)


def named(user: Mapping[str, Any]) -> Who:
    """Somebody as a list names them."""
    name = clean_name(user.get("global_name") or user["username"])
    number = int(user["id"])
    return Who(ref=refs.account(number), name=name or str(number), bot=bool(user.get("bot", False)))


def unnamed(user: int) -> Who:
    """Somebody of whom Discord says nothing but the number."""
    return Who(ref=refs.account(user), name=str(user))


def clean_name(name: str) -> str:
    """A name on one line, without invisible signs that turn the text around it."""
    seen = (each for each in one_line(repair(name)) if unicodedata.category(each) != "Cf" or each in _JOINERS)
    return one_line("".join(seen))


def emoji_text(emoji: discord.PartialEmoji | discord.Emoji | str) -> str:
    """An emoji as people type it, or <:name:id>: whether it moves is not always told."""
    if isinstance(emoji, str):
        return emoji
    return f"<:{emoji.name}:{emoji.id}>" if emoji.id is not None else emoji.name


def said(message: discord.Message, me: int) -> Posted | Echoed | None:
    """What a new message is: somebody's words in a thread, or the bot's own message; None where it is neither."""
    if not in_server(message):
        return None
    read = listed(message, me)
    if read is None:
        return _echoed(message)
    if not in_thread(message) or not read.html:
        return None
    return Posted(
        message=read.message,
        thread=refs.thread(message.channel.id),
        who=read.who,
        html=read.html,
        at=read.at,
        reply_to=read.reply_to,
        sensitive=read.sensitive,
    )


def edited(message: discord.Message, me: int) -> Edited | None:
    """What a changed message says now; None where nobody changed it, as when a link's preview is added."""
    if not in_server(message) or not in_thread(message) or message.edited_at is None:
        return None
    read = listed(message, me)
    if read is None or not read.html:
        return None
    return Edited(message=read.message, who=read.who, html=read.html, at=message.edited_at, sensitive=read.sensitive)


def listed(message: discord.Message, me: int) -> Listed | None:
    """A message as its author wrote it; None for the bot's own, but for those that it posted for somebody."""
    quoting = _quoting(message, me)
    if quoting is None and message.author.id == me:
        return None
    return Listed(
        message=refs.message(message.channel.id, message.id),
        who=quoting.who if quoting is not None else _author(message),
        html=_html(message, quoting.quoted.markdown if quoting is not None else message.content),
        at=message.created_at,
        edited_at=message.edited_at,
        reply_to=quoting.quoted.message if quoting is not None else _reply_to(message),
        sensitive=SPOILER if _is_veiled(message) else None,
    )


def in_server(message: discord.Message) -> bool:
    """Whether it stands in a server."""
    return message.guild is not None or getattr(message.channel, "guild_id", None) is not None


def in_thread(message: discord.Message) -> bool:
    """Whether it stands in a thread; a place that is not known can be nothing else."""
    return isinstance(message.channel, discord.Thread | discord.PartialMessageable)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Quoting:
    """Words that the bot posted for somebody."""

    who: Who
    quoted: Quoted


def _quoting(message: discord.Message, me: int) -> _Quoting | None:
    asked = message.interaction_metadata
    if message.author.id != me or asked is None or not in_thread(message):
        return None
    quoted = read_back(message.content)
    return _Quoting(who=who_is(asked.user), quoted=quoted) if quoted is not None else None


def _author(message: discord.Message) -> Who:
    """What no person wrote is a bot's: webhooks, and what Discord itself says in a thread."""
    who = who_is(message.author)
    person = message.webhook_id is None and not message.is_system()
    return who if person or who.bot else Who(ref=who.ref, name=who.name, bot=True)


def _html(message: discord.Message, content: str) -> str:
    names = _names(message)
    forwarded = (to_html(each.content, names) for each in message.message_snapshots)
    quotes = (f"<blockquote>{each}</blockquote>" for each in forwarded if each)
    attached = [*(each.filename for each in message.attachments), *(each.name for each in message.stickers)]
    return with_attachments("".join([to_html(content, names), *quotes]), attached)


def _names(message: discord.Message) -> Names:
    return Names(
        users={each.id: clean_name(each.display_name) for each in message.mentions},
        roles={each.id: clean_name(each.name) for each in message.role_mentions},
        channels={each.id: clean_name(each.name) for each in message.channel_mentions},
    )


def _reply_to(message: discord.Message) -> Ref | None:
    said_to = message.reference
    if message.type is not discord.MessageType.reply or said_to is None or said_to.message_id is None:
        return None
    return refs.message(said_to.channel_id, said_to.message_id)


def _is_veiled(message: discord.Message) -> bool:
    return spoils(message.content) or any(each.is_spoiler() for each in message.attachments)


def _echoed(message: discord.Message) -> Echoed | None:
    marker, place = marker_of(message), _place(message)
    if marker is None or place is None:
        return None
    return Echoed(
        message=refs.message(message.channel.id, message.id), place=place, marker=marker, at=message.created_at
    )


def _place(message: discord.Message) -> Ref | None:
    """Where the bot posted it: of a forum's post the forum, None where nobody knows which one."""
    channel = message.channel
    if in_thread(message) and message.id != channel.id:
        return refs.thread(channel.id)
    if isinstance(channel, discord.Thread):
        return refs.channel(channel.parent_id)
    return None if isinstance(channel, discord.PartialMessageable) else refs.channel(channel.id)
