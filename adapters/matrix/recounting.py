"""What stands in a discussion on Matrix, listed again after a gap."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import nio
from nio.client.async_client import AsyncClient

from adapters.matrix import refs
from adapters.matrix.asking import ask, path
from adapters.matrix.finding import REPLACE, THREAD, content_of, read
from adapters.matrix.line import Line
from adapters.matrix.related import (
    ANNOTATION,
    Page,
    Raw,
    bundled_edit,
    is_redacted,
    related,
    relation_in,
    replied_to,
)
from adapters.matrix.replies import Replies
from bot.domain.events import Reacted, Who
from bot.domain.model import Ref
from bot.errors import NetworkRefused, NetworkUnavailable
from bot.ports.network import Listed, Recount


class Recounting:
    """See `bot.ports.network.CanRecount`."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._replies = Replies(line)

    async def recount(self, post: Ref, thread: Ref, since: datetime, messages: Sequence[Ref]) -> Recount:
        """In as many calls as the thread and the reactions in it have pages; two more for each message outside of it,
        and one for each that is gone."""
        root = refs.thread_id(thread)
        count = _Count(self._line.client, root.room, root.event, since)
        known = {each.event for each in map(refs.message_id, messages) if each.room == root.room}
        await count.enter()
        try:
            await count.thread(known)
        except NetworkRefused:
            if await count.event(root.event) is not None:
                raise
            return Recount(since=since, gone=True)
        outside = await self._replies.to(root.room, count.there | known, since)
        await count.singles([*(known - count.there), *(each for each in outside if each not in known)])
        await count.reactions_in_thread()
        return count.made(refs.message(root.room, each) for each in known - count.there)


@dataclass(slots=True)
class _Count:
    """What was found so far in a room. `there`: the post, and the messages that are not gone. Raises NetworkError."""

    client: AsyncClient
    room: str
    root: str
    since: datetime
    there: set[str] = field(default_factory=set)
    outside: list[str] = field(default_factory=list)
    listed: dict[str, Listed] = field(default_factory=dict)
    reactions: dict[str, Reacted] = field(default_factory=dict)

    def made(self, missing: Iterator[Ref]) -> Recount:
        """All that was found."""
        return Recount(
            since=self.since,
            messages=tuple(self.listed.values()),
            counted=frozenset(refs.message(self.room, each) for each in self.there),
            reactions=tuple(self.reactions.values()),
            missing=frozenset(missing),
        )

    async def enter(self) -> None:
        """Raises `NetworkRefused` where the bot is not in the room: what cannot be seen from there is not gone."""
        if self.room in self.client.rooms:
            return
        joined = await ask(self.client, "GET", path("joined_rooms"))
        if self.room in joined.get("joined_rooms", ()):
            raise NetworkUnavailable("it is not known yet who is in the room")
        raise NetworkRefused("the bot is not in the room")

    async def thread(self, known: Collection[str]) -> None:
        """List the thread, back to `since` and to what is known of old."""
        async for page in self._related(self.root, THREAD):
            lately = [await self._take(each) for each in page.events]
            if not any(lately) and self.there.issuperset(known):
                break
        self.there.add(self.root)

    async def singles(self, events: Sequence[str]) -> None:
        """List messages that may stand outside of the thread, or be gone."""
        for each in events:
            event = await self.event(each)
            if event is not None and not is_redacted(event):
                await self._take(event)
                self.outside.append(each)

    async def reactions_in_thread(self) -> None:
        """List the reactions on what is there: those in the thread together, where the homeserver knows how."""
        deep = False
        async for page in self._related(self.root, ANNOTATION, deep=True):
            deep = page.deep
            self._take_reactions(page.events)
        for each in self.outside if deep else self.there - {self.root}:
            async for page in self._related(each, ANNOTATION):
                self._take_reactions(page.events)

    async def _take(self, event: Raw) -> bool:
        """Whether it is from `since` or later."""
        lately = _moment(event) >= self.since
        if event["sender"] != self.client.user_id:
            self.there.add(event["event_id"])
            written = await self._written(event) if lately else None
            if written is not None:
                self.listed[event["event_id"]] = written
        return lately

    async def _written(self, event: Raw) -> Listed | None:
        """What a member wrote, with its last edit; None where it cannot be read, or is none of a member's words."""
        first = read(self.client, self.room, event)
        if not isinstance(first, nio.RoomMessage):
            return None
        edit, edited_at = await self._edit(event)
        html = html_of(content_of(first) if edit is None else edit)
        if html is None:
            return None
        to = replied_to(event)
        return Listed(
            message=refs.message(self.room, event["event_id"]),
            who=who_is(self.client.rooms[self.room], event["sender"]),
            html=html,
            at=_moment(event),
            edited_at=edited_at,
            reply_to=refs.message(self.room, to) if to is not None else None,
        )

    async def _edit(self, event: Raw) -> tuple[Mapping[str, Any] | None, datetime | None]:
        """What the newest edit says that is one, and when it was made."""
        bundled = bundled_edit(event)
        if bundled is None:
            return None, None
        if (said := self._said_anew(event, bundled)) is not None:
            return said, _moment(bundled)
        found = [each async for page in self._related(event["event_id"], REPLACE) for each in page.events]
        for each in sorted(found, key=lambda each: (each["origin_server_ts"], each["event_id"]), reverse=True):
            if (said := self._said_anew(event, each)) is not None:
                return said, _moment(each)
        return None, None

    def _said_anew(self, event: Raw, edit: Raw) -> Mapping[str, Any] | None:
        """What an edit says, where it is one: by the same author, and as encrypted."""
        if edit["sender"] != event["sender"] or edit["type"] != event["type"] or is_redacted(edit):
            return None
        found = read(self.client, self.room, edit)
        said = content_of(found).get("m.new_content") if isinstance(found, nio.RoomMessage) else None
        return said if isinstance(said, dict) else None

    def _related(self, event: str, relation: str, *, deep: bool = False) -> AsyncIterator[Page]:
        return related(self.client, self.room, event, relation, deep=deep)

    async def event(self, event: str) -> Raw | None:
        """One event; None where it is not there."""
        try:
            return await ask(self.client, "GET", path("rooms", self.room, "event", event))
        except NetworkRefused as error:
            if not error.gone:
                raise
            return None

    def _take_reactions(self, events: Sequence[Raw]) -> None:
        for each in events:
            relation = relation_in(each)
            to, emoji = relation.get("event_id"), relation.get("key")
            if to in self.there and isinstance(emoji, str) and each["sender"] != self.client.user_id:
                self.reactions[each["event_id"]] = Reacted(
                    reaction=refs.reaction(self.room, each["event_id"]),
                    message=refs.message(self.room, to),
                    who=who_is(self.client.rooms[self.room], each["sender"]),
                    emoji=emoji,
                    at=_moment(each),
                )


def _moment(event: Raw) -> datetime:
    return datetime.fromtimestamp(event["origin_server_ts"] / 1000, UTC)


# for now
def html_of(content: Mapping[str, Any]) -> str | None:
    if content.get("msgtype") not in ("m.text", "m.emote"):
        return None
    return str(content.get("formatted_body") or f"<p>{content.get('body')}</p>")


def who_is(room: nio.MatrixRoom, user: str) -> Who:
    return Who(ref=refs.account(user), name=user)
