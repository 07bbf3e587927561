"""What stands in a room, made of its events: messages with their edits, threads and reactions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Raw = Mapping[str, Any]
"""An event as the homeserver gives it, decrypted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A message as it stands now. `body`, `html` and `content` are those of its last edit; of one that is `redacted`,
    or that could not be decrypted (not `readable`), they are empty. `thread`: the message that the thread hangs on.
    `reply_to`: a reply that people meant, not the one for clients without threads. `reactions`: emoji -> user -> the
    reaction's own event."""

    event: str
    sender: str
    at: int  # milliseconds since 1970
    kind: str = ""  # "m.text", "m.notice"
    body: str = ""
    html: str = ""
    content: Raw = field(default_factory=dict)
    thread: str | None = None
    reply_to: str | None = None
    edits: int = 0
    redacted: bool = False
    readable: bool = True
    reactions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def written(events: Sequence[Raw]) -> list[Written]:
    """The messages of a timeline, the oldest first; `events` are the room's, the oldest first."""
    messages: dict[str, Written] = {}
    reactions: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for event in events:
        relation = _relation(event)
        if event["type"] == "m.reaction" and "key" in relation:
            reactions[relation["event_id"]][relation["key"]][event["sender"]] = event["event_id"]
        elif event["type"] in ("m.room.message", "m.room.encrypted"):
            _take(messages, event, relation)
    return [replace(each, reactions=_plain(reactions[each.event])) for each in messages.values()]


def _take(messages: dict[str, Written], event: Raw, relation: Raw) -> None:
    if relation.get("rel_type") != "m.replace":
        messages[event["event_id"]] = _message(event, relation)
        return
    old, new = messages.get(relation["event_id"]), event["content"].get("m.new_content")
    if old is None or old.redacted or old.sender != event["sender"] or not isinstance(new, Mapping):
        return
    messages[old.event] = replace(old, edits=old.edits + 1, **_shown(new))


def _message(event: Raw, relation: Raw) -> Written:
    content = event["content"]
    return Written(
        event=event["event_id"],
        sender=event["sender"],
        at=event["origin_server_ts"],
        thread=relation["event_id"] if relation.get("rel_type") == "m.thread" else None,
        reply_to=_reply(relation),
        redacted="redacted_because" in event.get("unsigned", {}),
        readable=event["type"] == "m.room.message" or not content,
        **_shown(content if event["type"] == "m.room.message" else {}),
    )


def _shown(content: Raw) -> dict[str, Any]:
    html = content.get("formatted_body", "")
    return {"kind": content.get("msgtype", ""), "body": content.get("body", ""), "html": html, "content": content}


def _relation(event: Raw) -> Raw:
    found = event["content"].get("m.relates_to")
    return found if isinstance(found, Mapping) else {}


def _reply(relation: Raw) -> str | None:
    to = relation.get("m.in_reply_to", {}).get("event_id")
    return None if relation.get("is_falling_back") else to


def _plain(reactions: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {emoji: dict(users) for emoji, users in reactions.items()}
