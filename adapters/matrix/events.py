"""What Matrix tells, read as what happened: nio's events become events of the house, and nothing is asked for.

Events of other people may hold anything: what is not as it has to be is read as if it were not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import nio

from adapters.matrix import refs
from adapters.matrix.markers import marker_of
from adapters.matrix.markup.reading import STICKER, is_read, spoils, to_html
from adapters.matrix.people import name_in, who_is
from bot.domain.events import Echoed, Edited, Posted, Reacted
from bot.domain.text import repair
from bot.ports.network import Listed

THREAD, REPLACE, ANNOTATION = "m.thread", "m.replace", "m.annotation"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_EMOJI = 100
_ID = re.compile(r"\$[^\s\x00-\x1f\x7f\ud800-\udfff]{1,254}")
_BY_CONTENT = 11  # from this version of rooms on, a redaction names its event in its content


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """What a message says of how it belongs to others: by events of the same room. `root`: the thread it is in;
    `reply_to`: what it answers, on purpose; `replaces`: what it is a new version of."""

    root: str | None = None
    reply_to: str | None = None
    replaces: str | None = None


def relation(event: nio.Event) -> Relation:
    """How a message belongs to others."""
    return relation_of(event.source)


def relation_of(source: Mapping[str, Any]) -> Relation:
    """The same, of an event as it stands in JSON."""
    told = _table(_table(source, "content"), "m.relates_to")
    kind, target = told.get("rel_type"), _id(told.get("event_id"))
    if kind == REPLACE:
        return Relation(replaces=target)
    reply_to = _id(_table(told, "m.in_reply_to").get("event_id"))
    if kind == THREAD and target is not None:
        # Clients without threads are shown a reply to the message before: nobody answers that one.
        return Relation(root=target, reply_to=None if told.get("is_falling_back") is True else reply_to)
    return Relation(reply_to=reply_to)


def is_message(event: nio.Event) -> bool:
    """Whether it says something to people; not so where it was redacted, or cannot be decrypted."""
    if isinstance(event, nio.RedactedEvent):
        return False
    kind = event.source.get("type")
    return kind == STICKER or (kind == "m.room.message" and is_read(content_of(event)))


def posted(room: nio.MatrixRoom, event: nio.Event, thread: str, now: datetime) -> Posted | None:
    """Somebody's words in a thread, which is named by its first message; None where nothing is said, or by the bot."""
    read = listed(room, event, now)
    if read is None or not read.html or relation(event).replaces is not None:
        return None
    return Posted(
        message=read.message,
        thread=refs.thread(room.room_id, thread),
        who=read.who,
        html=read.html,
        at=read.at,
        reply_to=read.reply_to,
        sensitive=read.sensitive,
    )


def edited(room: nio.MatrixRoom, event: nio.Event, now: datetime) -> Edited | None:
    """What a message says now; None where it is no new version of one."""
    replaced = relation(event).replaces
    if replaced is None or event.sender == room.own_user_id or isinstance(event, nio.RedactedEvent):
        return None
    content = _table(content_of(event), "m.new_content")
    html = _html(room, event, content)
    if not html:
        return None
    return Edited(
        message=refs.message(room.room_id, replaced),
        who=who_is(room, event.sender),
        html=html,
        at=moment(event.server_timestamp, now),
        sensitive=spoils(content),
    )


def listed(room: nio.MatrixRoom, event: nio.Event, now: datetime, edit: nio.Event | None = None) -> Listed | None:
    """A message as its author wrote it, or as it says since its last edit, if that is its author's; None for the bot's
    own, for what bots say (notices), and for what says nothing to people."""
    if event.sender == room.own_user_id or not is_message(event):
        return None
    change = edited(room, edit, now) if edit is not None and edit.sender == event.sender else None
    said_to = relation(event).reply_to
    content = content_of(event)
    return Listed(
        message=refs.message(room.room_id, event.event_id),
        who=who_is(room, event.sender),
        html=change.html if change is not None else _html(room, event, content),
        at=moment(event.server_timestamp, now),
        edited_at=change.at if change is not None else None,
        reply_to=refs.message(room.room_id, said_to) if said_to is not None else None,
        sensitive=change.sensitive if change is not None else spoils(content),
    )


def reacted(room: nio.MatrixRoom, event: nio.Event, now: datetime) -> Reacted | None:
    """Somebody's emoji on a message; None for the bot's own, and for what is none."""
    told = _table(content_of(event), "m.relates_to")
    target, emoji = _id(told.get("event_id")), told.get("key")
    if event.source.get("type") != "m.reaction" or event.sender == room.own_user_id or target is None:
        return None
    if isinstance(event, nio.RedactedEvent) or told.get("rel_type") != ANNOTATION:
        return None
    if not isinstance(emoji, str) or not 0 < len(emoji) <= _LONGEST_EMOJI or repair(emoji) != emoji:
        return None
    return Reacted(
        reaction=refs.reaction(room.room_id, event.event_id),
        message=refs.message(room.room_id, target),
        who=who_is(room, event.sender),
        emoji=emoji,
        at=moment(event.server_timestamp, now),
    )


def echoed(room: nio.MatrixRoom, event: nio.Event, now: datetime) -> Echoed | None:
    """The bot's own message; None for others, for edits, and for what has no marker."""
    marker, told = marker_of(content_of(event)), relation(event)
    if event.sender != room.own_user_id or marker is None or told.replaces is not None:
        return None
    place = refs.thread(room.room_id, told.root) if told.root is not None else refs.channel(room.room_id)
    return Echoed(
        message=refs.message(room.room_id, event.event_id),
        place=place,
        marker=marker,
        at=moment(event.server_timestamp, now),
    )


def redacted(room: nio.MatrixRoom, event: nio.Event) -> str | None:
    """Which event a redaction takes away; None where it names none.

    Homeservers copy the name to where older and newer clients look for it. Where the two differ, one was put there to
    lead astray: the room's version says which one counts.
    """
    if event.source.get("type") != "m.room.redaction" or isinstance(event, nio.RedactedEvent):
        return None
    within, beside = _id(content_of(event).get("redacts")), _id(event.source.get("redacts"))
    if room.room_version == _NOT_TOLD:
        return within or beside if None in {within, beside} or within == beside else None
    return within if _by_content(room.room_version) else beside


def is_state(event: nio.Event, key: str = "") -> bool:
    """Whether an event is a room's state: whoever may speak can send a message that is called like one."""
    return event.source.get("state_key") == key


def content_of(event: nio.Event) -> Mapping[str, Any]:
    """An event's content, empty where there is none."""
    return _table(event.source, "content")


def moment(milliseconds: object, now: datetime) -> datetime:
    """When something happened as its homeserver says, which may say anything: never later than now."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int):
        return now
    latest = (now - _EPOCH) // timedelta(milliseconds=1)
    return _EPOCH + timedelta(milliseconds=max(0, milliseconds)) if milliseconds < latest else now


_NOT_TOLD = "1"
"""What nio takes the version of a room for that it knows nothing of."""


def _by_content(version: str) -> bool:
    return not version.isdecimal() or int(version) >= _BY_CONTENT


def _html(room: nio.MatrixRoom, event: nio.Event, content: Mapping[str, Any]) -> str:
    def name(user: str) -> str | None:
        return name_in(room, user) if user in room.users else None

    kind = STICKER if event.source.get("type") == STICKER else None
    return to_html(content, name_in(room, event.sender), name, kind=kind)


def _table(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
