"""Where an answer goes: into a thread on what it answers, or into the thread that this stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.matrix.commands.addressing import root_of
from adapters.matrix.markers import MARKER
from adapters.matrix.markup.writing import Words

HTML = "org.matrix.custom.html"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """`event` is what is answered, `root` the message on which the thread hangs; `key` begins the keys of what is sent
    there: it is made of what is answered, so that nothing is said twice."""

    room: str
    event: str
    root: str
    key: str

    @property
    def relation(self) -> dict[str, Any]:
        """How an answer hangs together with what it answers."""
        return {
            "rel_type": "m.thread",
            "event_id": self.root,
            "is_falling_back": self.root == self.event,
            "m.in_reply_to": {"event_id": self.event},
        }


def spot(room: str, event: str, content: Mapping[str, Any], *, key: str = "") -> Spot:
    """Where an event with this content is answered; `key` where it is another one that is answered there."""
    return Spot(room=room, event=event, root=root_of(content) or event, key=f"answer:{key or event}")


def notice(words: Words, marker: str) -> dict[str, Any]:
    """What the bot says, as a message's content: it calls nobody."""
    return {
        "msgtype": "m.notice",
        "body": words.plain,
        "format": HTML,
        "formatted_body": words.html,
        "m.mentions": {},
        MARKER: marker,
    }
