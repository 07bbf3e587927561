"""Messages: their limits, and what posting, editing and deleting does."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

from tests.servers.discord import payloads
from tests.servers.discord.model import Channel, Json, Message, World
from tests.servers.discord.refusal import invalid, refused

CONTENT, EMBEDS, EMBED_TITLE, EMBED_DESCRIPTION, EMBED_FIELDS, EMBED_ALL = 2000, 10, 256, 4096, 25, 6000
COMPONENTS, COMPONENTS_TEXT = 40, 4000
V2, EPHEMERAL, LOADING, HAS_THREAD = 1 << 15, 1 << 6, 1 << 7, 1 << 5
REPLY, RENAMED, STARTER, COMMAND = 19, 4, 21, 20


def check(body: Json, *, files: int = 0, kept: Message | None = None) -> None:
    """Hold a message's body (over what an edit keeps) against Discord's limits. Raises Refused."""
    content = body.get("content", kept.content if kept else "") or ""
    embeds = body.get("embeds", kept.embeds if kept else []) or []
    components = body.get("components", kept.components if kept else []) or []
    attached = files or body.get("attachments", kept.attachments if kept else [])
    if (body.get("flags") or 0) & V2 or (kept is not None and kept.flags & V2):
        return _check_v2(content, embeds, components)
    if len(content) > CONTENT:
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", f"Must be {CONTENT} or fewer in length.")
    _check_embeds(embeds)
    if len(components) > 5:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    if not (content.strip() or embeds or components or attached or body.get("sticker_ids") or body.get("poll")):
        raise refused(50006)
    return None


def _check_v2(content: str, embeds: list[Json], components: list[Json]) -> None:
    if content or embeds:
        raise invalid("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "Not with Components V2.")
    every = list(_all_components(components))
    if not every:
        raise refused(50006)
    if len(every) > COMPONENTS:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", f"Must be {COMPONENTS} or fewer in length.")
    if sum(len(each["content"]) for each in every if each["type"] == 10) > COMPONENTS_TEXT:
        raise invalid("components", "COMPONENT_MAX_TOTAL_LENGTH", "The displayable text is too long.")


def _all_components(components: Iterable[Json]) -> Iterable[Json]:
    for each in components:
        yield each
        yield from _all_components(each.get("components", ()))
        if "accessory" in each:
            yield each["accessory"]


def _check_embeds(embeds: list[Json]) -> None:
    if len(embeds) > EMBEDS:
        raise invalid("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS} or fewer in length.")
    for number, embed in enumerate(embeds):
        for name, most in (("title", EMBED_TITLE), ("description", EMBED_DESCRIPTION), ("fields", EMBED_FIELDS)):
            if len(embed.get(name) or "") > most:
                problem = f"Must be {most} or fewer in length."
                raise invalid(f"embeds.{number}.{name}", "BASE_TYPE_MAX_LENGTH", problem)
        _check_parts(embed, number)
    if sum(_length(embed) for embed in embeds) > EMBED_ALL:
        raise invalid("embeds.0", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_ALL}")


def _check_parts(embed: Json, number: int) -> None:
    parts = [("footer.text", embed.get("footer") or {}, "text", 2048)]
    parts.append(("author.name", embed.get("author") or {}, "name", 256))
    for index, field in enumerate(embed.get("fields") or []):
        parts += [(f"fields.{index}.name", field, "name", 256), (f"fields.{index}.value", field, "value", 1024)]
    for path, part, name, most in parts:
        if len(part.get(name) or "") > most:
            raise invalid(f"embeds.{number}.{path}", "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def _length(embed: Json) -> int:
    fields = embed.get("fields") or []
    texts: list[str] = [embed.get("title") or "", embed.get("description") or ""]
    texts += [(embed.get("footer") or {}).get("text") or "", (embed.get("author") or {}).get("name") or ""]
    texts += [each["name"] + each["value"] for each in fields]
    return sum(map(len, texts))


def post(world: World, channel: Channel, author: int, body: Json, files: list[Json] | None = None) -> Message:
    """Post what was checked before, and tell of it."""
    reference = _reference(channel, body)
    kind = body.get("type") or (REPLY if reference else 0)
    message = Message(
        id=world.snowflake(),
        channel=channel.id,
        author=author,
        content=(body.get("content") or "").strip(),
        embeds=[{"type": "rich", **each} for each in body.get("embeds") or []],
        components=body.get("components") or [],
        attachments=_attachments(world, channel, body, files or []),
        type=kind,
        flags=body.get("flags") or 0,
        nonce=None if body.get("nonce") is None else str(body["nonce"]),
        reply_to=int(reference["message_id"]) if reference and kind == REPLY else None,
        reference=reference,
        interaction=body.get("interaction"),
    )
    message.pings = _pings(world, channel, message, body.get("allowed_mentions"))
    return put(world, channel, message)


def put(world: World, channel: Channel, message: Message) -> Message:
    """Put a made message into its channel, and tell of it."""
    channel.messages[message.id] = message
    channel.sent += 1
    if channel.is_thread and message.author not in channel.members:
        channel.members.append(message.author)
    world.say("MESSAGE_CREATE", payloads.told(world, message), channel)
    return message


def _reference(channel: Channel, body: Json) -> Json | None:
    asked = body.get("message_reference")
    if not asked or not asked.get("message_id"):
        return None
    there, message = int(asked.get("channel_id") or channel.id), int(asked["message_id"])
    if there == channel.id and message not in channel.messages:
        if asked.get("fail_if_not_exists", True):
            raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        return None
    found = {"type": 0, "channel_id": str(there), "message_id": str(message)}
    return found | ({"guild_id": str(channel.guild)} if channel.guild else {})


def _attachments(world: World, channel: Channel, body: Json, files: list[Json]) -> list[Json]:
    described = {str(each.get("id")): each for each in body.get("attachments") or []}
    found: list[Json] = []
    for number, each in enumerate(files):
        one = world.snowflake()
        address = f"https://cdn.discordapp.com/attachments/{channel.id}/{one}/{each['filename']}"
        found.append({"id": str(one), "url": address, "proxy_url": address, **each})
        found[-1]["description"] = described.get(str(number), {}).get("description")
    return found


def _pings(world: World, channel: Channel, message: Message, allowed: Json | None) -> list[str]:
    users = [each for each in re.findall(r"<@!?(\d+)>", message.content) if int(each) in world.users]
    roles = re.findall(r"<@&(\d+)>", message.content)
    everyone = re.search(r"@(everyone|here)", message.content) is not None
    parse: list[str] = ["users", "roles", "everyone"] if allowed is None else allowed.get("parse") or []
    named = {str(each) for kind in ("users", "roles") for each in (allowed or {}).get(kind) or []}
    found = [each for each in users if "users" in parse or each in named]
    found += [f"role:{each}" for each in roles if "roles" in parse or each in named]
    found += ["everyone"] if everyone and "everyone" in parse else []
    replied = channel.messages.get(message.reply_to or 0)
    if replied is not None and (allowed is None or allowed.get("replied_user")):
        found.append(str(replied.author))
    return list(dict.fromkeys(found))


def edit(world: World, channel: Channel, message: Message, body: Json, files: list[Json] | None = None) -> Message:
    """Change what is named in a body, and tell of it."""
    if body.get("content", ...) is not ...:
        message.content = (body["content"] or "").strip()
    if body.get("embeds", ...) is not ...:
        message.embeds = [{"type": "rich", **each} for each in body["embeds"] or []]
    if body.get("components", ...) is not ...:
        message.components = body["components"] or []
    if "attachments" in body or files:
        wanted = {str(each.get("id")) for each in body.get("attachments") or []}
        kept = [each for each in message.attachments if each["id"] in wanted or "attachments" not in body]
        message.attachments = kept + _attachments(world, channel, body, files or [])
    if body.get("flags") is not None:
        message.flags = body["flags"] | (message.flags & (HAS_THREAD | V2))
    message.edited = time.time()
    changed(world, channel, message)
    return message


def changed(world: World, channel: Channel, message: Message) -> None:
    """Tell of a message that is not as it was."""
    world.say("MESSAGE_UPDATE", payloads.told(world, message), channel)


def delete(world: World, channel: Channel, message: Message) -> None:
    """Delete a message, and tell of it. A thread under it stays."""
    del channel.messages[message.id]
    world.say("MESSAGE_DELETE", {"id": str(message.id)} | where(channel), channel)


def where(channel: Channel) -> Json:
    """The channel and guild of an event."""
    found: Json = {"channel_id": str(channel.id)}
    return found | ({"guild_id": str(channel.guild)} if channel.guild else {})


def history(channel: Channel, query: dict[str, str]) -> list[Message]:
    """Messages before, after or around one, the newest first. Raises Refused for a limit beyond 1 to 100."""
    limit = int(query.get("limit", "50"))
    if not 1 <= limit <= 100:
        raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")
    every = sorted(channel.messages)
    if "after" in query:
        chosen = [each for each in every if each > int(query["after"])][:limit]
    elif "before" in query:
        chosen = [each for each in every if each < int(query["before"])][-limit:]
    elif "around" in query:
        chosen = _around(every, int(query["around"]), limit)
    else:
        chosen = every[-limit:]
    return [channel.messages[each] for each in reversed(chosen)]


def _around(every: list[int], middle: int, limit: int) -> list[int]:
    before = [each for each in every if each < middle][-(limit // 2) :]
    return (before + [each for each in every if each >= middle])[:limit]
