"""The examples' lines, typed in a room of a real homeserver by members with clients of their own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import nio
from nio.crypto.attachments import decrypt_attachment

from bot.commands.everything import COMMANDS
from bot.commands.registry import Registry
from bot.domain.events import Who
from bot.domain.html import plain_text
from bot.domain.model import CommunityId, Role
from bot.errors import RequestError
from bot.locale import translator
from bot.locale.answers import as_text, refusal
from bot.ports.chat import Place
from bot.ports.moderation import Actor
from tests.contract.commands.doors import ZONE
from tests.contract.commands.scene import PEOPLE, Scene
from tests.servers.matrix.door import Bot, listening, said_on
from tests.servers.matrix.people import Crowd, Person

PREFIX = "!tribune"
_HREF = re.compile(r'href="([^"]*)"')
_WITHIN = 60.0  # seconds


class Linked(Registry):
    """The scene's registry, at which accounts of Matrix are those of the scene's people with the same names."""

    scene: Scene

    async def actor(self, community_id: CommunityId, who: Who, own_role: Role) -> Actor:
        return (await self.scene.caller(who.name)).actor


@dataclass
class Town:
    """A room with the scene's people and the bot in it."""

    bot: Bot
    people: Mapping[str, Person]
    room: str


@asynccontextmanager
async def town(crowd: Crowd, *, encrypted: bool = False) -> AsyncIterator[Town]:
    """The scene's people come into a room that the bot is in."""
    tribune = await crowd.comes("Tribune", encrypts=True)
    people = {name: await crowd.comes(name, encrypts=True) for name in PEOPLE}
    first = people["Ada"]
    everybody = [tribune, *(each for each in people.values() if each is not first)]
    room = await first.room("News", encrypted=encrypted, invite=[each.user for each in everybody])
    for each in everybody:
        await each.join(room)
    async with listening(tribune) as bot:
        yield Town(bot, people, room)


async def opened(town: Town, scene: Scene, language: str) -> None:
    """Let the room be the scene's, and its door the scene's."""
    registry = Linked(scene.town.commands.house, COMMANDS)
    registry.scene = scene
    community = (await scene.community()).id
    town.bot.chat.at = Place(community_id=community, channel=None, language=language, zone=ZONE)
    town.bot.opens(registry, scene.town.clock)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What is shown, as plain lines and as HTML is read."""

    plain: str
    html: str


async def at_matrix(town: Town, name: str, line: str) -> Shown:
    """What somebody is shown who types a line, in the thread and in direct messages, files included."""
    person = town.people[name]
    seen = await _told(town, person)
    asked = await person.write(town.room, f"{PREFIX} {line}")
    assert await town.bot.answered(asked)
    answers = await said_on(person, town.room, asked)
    assert answers, f"nobody answered {line}"
    assert all(_is_harmless(each) for each in answers), answers
    private = (await _told(town, person))[len(seen) :] if any("direct" in str(each) for each in answers) else []
    return await shown(person, [*answers, *private])


def _is_harmless(content: Mapping[str, Any]) -> bool:
    return content["m.mentions"] == {} and content["msgtype"] in ("m.notice", "m.file") and "tribune.marker" in content


async def _told(town: Town, person: Person) -> list[dict[str, Any]]:
    """What the bot has told somebody directly; invitations to that are taken."""
    for room in await person.invitations():
        await person.join(room)
    told = []
    for room in await person.rooms_with(town.bot.person.user):
        timeline = await person.timeline(room)
        told += [each["content"] for each in timeline if each["sender"] == town.bot.person.user]
    return [each for each in told if "msgtype" in each]


async def shown(person: Person, contents: Sequence[Mapping[str, Any]]) -> Shown:
    """What messages show, the text of files included."""
    files = [await _file(person, each) for each in contents if each["msgtype"] == "m.file"]
    html = [str(each.get("formatted_body", "")) for each in contents]
    links = [link for each in html for link in _HREF.findall(each)]
    plain = [str(each["body"]) for each in contents]
    return Shown(plain="\n".join([*plain, *files]), html="\n".join([*map(plain_text, html), *links, *files]))


async def _file(person: Person, content: Mapping[str, Any]) -> str:
    file = content.get("file")
    answer = await person.client.download(content["url"] if file is None else file["url"])
    assert isinstance(answer, nio.MemoryDownloadResponse), answer
    body = answer.body
    if file is not None:
        body = decrypt_attachment(body, file["key"]["k"], file["hashes"]["sha256"], file["iv"])
    return body.decode()


async def at_the_registry(scene: Scene, name: str, line: str, language: str) -> str:
    """What the registry itself answers, as plain lines."""
    caller, t = await scene.caller(name, language, ZONE), translator(language)
    try:
        asked = scene.town.commands.read_line(line)
        answer = await scene.town.commands.run(
            caller, asked.command.name, dict(asked.values), confirmed=asked.confirmed
        )
    except RequestError as refused:
        return refusal(t, refused, ZONE)
    # What an offer would be as a typed line is a number there, for who sees formatted text.
    return "\n".join(each for each in as_text(answer, t, ZONE).split("\n") if not each.startswith("   "))
