"""Threads and channels: opening, changing, deleting them, and what is told of it."""

from __future__ import annotations

import time
from datetime import datetime

from tests.servers.discord import messages, payloads
from tests.servers.discord.model import FORUM, NEWS, NEWS_THREAD, THREAD, Channel, Json, Message, World
from tests.servers.discord.refusal import TooOften, invalid, refused

DURATIONS = (60, 1440, 4320, 10080)
TAGS = 5


def open_from(world: World, channel: Channel, message: Message, who: int, body: Json) -> Channel:
    """Open the thread of a message; its id is the message's. Raises 160004, 160006, 50024, 50035."""
    if channel.type == FORUM or channel.is_thread or channel.guild is None:
        raise refused(50024)
    if message.thread is not None or message.id in world.channels:
        raise refused(160004)
    thread = _made(world, channel, message.id, who, body)
    message.thread, message.flags = thread.id, message.flags | messages.HAS_THREAD
    _told_of(world, thread)
    messages.changed(world, channel, message)
    start = {"type": messages.STARTER, "allowed_mentions": {"parse": []}}
    reference = {"channel_id": str(channel.id), "message_id": str(message.id)}
    messages.post(world, thread, who, start | {"message_reference": reference})
    return thread


def open_post(world: World, forum: Channel, who: int, body: Json, files: list[Json]) -> tuple[Channel, Message]:
    """Open a forum post: its starter message has the thread's id. Raises 40067, 160006, 50035."""
    tags = applied(forum, body.get("applied_tags"))
    if forum.requires_tag and not tags:
        raise refused(40067)
    messages.check(body.get("message") or {}, files=len(files))
    thread = _made(world, forum, world.snowflake(), who, body)
    thread.applied_tags = tags
    _told_of(world, thread)
    asked = body["message"]
    message = Message(id=thread.id, channel=thread.id, author=who, content=(asked.get("content") or "").strip())
    message.embeds = [{"type": "rich", **each} for each in asked.get("embeds") or []]
    message.components, message.flags = asked.get("components") or [], asked.get("flags") or 0
    return thread, messages.put(world, thread, message)


def open_plain(world: World, channel: Channel, who: int, body: Json) -> Channel:
    """Open a thread without a message."""
    thread = _made(world, channel, world.snowflake(), who, body)
    _told_of(world, thread)
    return thread


def _made(world: World, channel: Channel, number: int, who: int, body: Json) -> Channel:
    name = _name(body.get("name"))
    assert channel.guild is not None
    if len(world.threads(channel.guild, archived=False)) >= world.settings.active_threads:
        raise refused(160006)
    thread = Channel(
        id=number,
        type=NEWS_THREAD if channel.type == NEWS else THREAD,
        name=name,
        guild=channel.guild,
        parent=channel.id,
        owner=who,
        auto_archive=_duration(body.get("auto_archive_duration") or 4320),
        members=[who],
        slowmode=body.get("rate_limit_per_user") or 0,
    )
    world.channels[thread.id] = thread
    return thread


def _told_of(world: World, thread: Channel) -> None:
    world.say("THREAD_CREATE", payloads.channel(world, thread) | {"newly_created": True}, thread)


def _name(name: object) -> str:
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    return name


def _duration(minutes: int) -> int:
    if minutes not in DURATIONS:
        raise invalid("auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of {DURATIONS}.")
    return minutes


def applied(forum: Channel, tags: list[str | int] | None) -> list[int]:
    """The tags of a forum post. Raises 50035 where there are more than five, or unknown ones."""
    chosen = [int(each) for each in tags or []]
    if len(chosen) > TAGS:
        raise invalid("applied_tags", "BASE_TYPE_MAX_LENGTH", f"Must be {TAGS} or fewer in length.")
    known = {int(each["id"]) for each in forum.tags}
    if not known.issuperset(chosen):
        raise invalid("applied_tags", "UNKNOWN_TAG", "Unknown tag.")
    return chosen


def change(world: World, thread: Channel, body: Json, who: int) -> None:
    """Change a thread, and tell of it. Raises 50083, 40067, 160006, 50035; TooOften for a third name."""
    stays = thread.archived and body.get("archived") is not False
    if stays and set(body) - {"archived", "locked"}:
        raise refused(50083)
    renamed = "name" in body and _name(body["name"]) != thread.name
    if renamed:
        rename(world, thread, body["name"])
    _change_archived(world, thread, body)
    if "auto_archive_duration" in body:
        thread.auto_archive = _duration(body["auto_archive_duration"])
    if "applied_tags" in body:
        _change_tags(world.parent(thread), thread, body["applied_tags"])
    thread.slowmode = body.get("rate_limit_per_user", thread.slowmode) or 0
    tell(world, thread)
    if renamed:
        note = {"type": messages.RENAMED, "content": thread.name, "allowed_mentions": {"parse": []}}
        messages.post(world, thread, who, note)


def _change_archived(world: World, thread: Channel, body: Json) -> None:
    if body.get("archived") is False and thread.archived:
        unarchive(world, thread)
    elif body.get("archived") and not thread.archived:
        thread.archived, thread.archived_at = True, time.time()
    thread.locked = body.get("locked", thread.locked)


def _change_tags(forum: Channel, thread: Channel, tags: list[str | int] | None) -> None:
    chosen = applied(forum, tags)
    if forum.requires_tag and not chosen:
        raise refused(40067)
    thread.applied_tags = chosen


def rename(world: World, channel: Channel, name: str) -> None:
    """Rename a channel or thread: twice in ten minutes, which no header announces."""
    now, settings = time.monotonic(), world.settings
    channel.renamed = [each for each in channel.renamed if now - each < settings.renames_within]
    if len(channel.renamed) >= settings.renames:
        raise TooOften(settings.renames_within - (now - channel.renamed[0]))
    channel.renamed.append(now)
    channel.name = name


def unarchive(world: World, thread: Channel) -> None:
    """Make a thread active again. Raises 160006."""
    assert thread.guild is not None
    if len(world.threads(thread.guild, archived=False)) >= world.settings.active_threads:
        raise refused(160006)
    thread.archived, thread.archived_at = False, time.time()


def wake(world: World, thread: Channel) -> None:
    """A message is about to be sent: unarchive the thread, unless it is locked (160005)."""
    if thread.locked and thread.archived:
        raise refused(160005)
    if thread.archived:
        unarchive(world, thread)
        tell(world, thread)


def tell(world: World, channel: Channel) -> None:
    """Tell of a channel or thread that is not as it was."""
    event = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
    world.say(event, payloads.channel(world, channel), channel)


def delete(world: World, channel: Channel) -> None:
    """Delete a channel with its threads, or a thread, and tell of it."""
    about = payloads.channel(world, channel)
    if channel.is_thread:
        about = {name: about[name] for name in ("id", "guild_id", "parent_id", "type")}
        world.say("THREAD_DELETE", about, channel)
        _forget_thread(world, channel)
    else:
        world.say("CHANNEL_DELETE", about, channel)
        for each in [each for each in world.channels.values() if each.parent == channel.id]:
            del world.channels[each.id]
    del world.channels[channel.id]


def _forget_thread(world: World, thread: Channel) -> None:
    started = world.parent(thread).messages.get(thread.id)
    if started is not None:
        started.thread, started.flags = None, started.flags & ~messages.HAS_THREAD


def archived(world: World, channel: Channel, query: dict[str, str]) -> tuple[list[Channel], bool]:
    """A channel's archived threads before a moment, the last archived first, and whether there are more."""
    assert channel.guild is not None
    limit, before = int(query.get("limit") or 50), query.get("before")
    found = world.threads(channel.guild, archived=True, parent=channel.id)
    found.sort(key=lambda each: each.archived_at, reverse=True)
    if before is not None:
        moment = datetime.fromisoformat(before).timestamp()
        found = [each for each in found if each.archived_at < moment]
    return found[:limit], len(found) > limit
