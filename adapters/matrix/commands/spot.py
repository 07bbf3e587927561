"""Where an answer goes: into a thread on what it answers, or into the thread that this stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import nio

from adapters.matrix.events import relation
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


def spot(room: str, event: nio.Event, *, key: str = "") -> Spot:
    """Where an event is answered; `key` where it is another one that is answered there."""
    root = relation(event).root or event.event_id
    return Spot(room=room, event=event.event_id, root=root, key=f"answer:{key or event.event_id}")


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
