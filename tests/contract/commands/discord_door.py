"""The examples' lines, asked for on Discord: picked, typed and confirmed as a person does it in the client."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import simcord

from adapters.discord.interactions import Interactions
from adapters.discord.line import Line as DiscordLine
from bot.commands.everything import COMMANDS
from bot.commands.registry import Registry
from bot.domain.events import Who
from bot.domain.model import CommunityId, Role
from bot.errors import RequestError
from bot.locale import translator
from bot.locale.answers import as_text, refusal
from bot.ports.chat import Place
from bot.ports.commands import Answer, Caller, Command, Kind, Line, Progress, no_progress
from bot.ports.moderation import Actor
from tests.contract.commands.doors import ZONE
from tests.contract.commands.scene import Scene
from tests.servers.chat_desk import NotedChat
from tests.servers.discord_server import DiscordServer, Outside, buttons, texts

LOCALES = {"en": "en-GB", "fr": "fr"}
_YES = ("t:do:y:", "t:kept:")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"/signin/[\w-]+")


class Linked(Registry):
    """The scene's registry, at which accounts of Discord are those of the scene's people with the same names."""

    scene: Scene
    outside: Outside

    async def actor(self, community_id: CommunityId, who: Who, own_role: Role) -> Actor:
        return (await self.scene.caller(who.name)).actor

    async def run(
        self,
        caller: Caller,
        name: str,
        values: Mapping[str, str],
        *,
        confirmed: bool = False,
        progress: Progress = no_progress,
    ) -> Answer:
        return await self.outside(super().run(caller, name, values, confirmed=confirmed, progress=progress))


async def opened(server: DiscordServer, scene: Scene) -> None:
    """Let the server be the town's, everywhere in it, and its commands the scene's."""
    registry = Linked(scene.town.commands.house, COMMANDS)
    registry.scene, registry.outside = scene, server.outside
    town = Place(community_id=(await scene.community()).id, channel=None, language="en", zone=ZONE)
    server.client.interactions = Interactions(
        DiscordLine(), commands=registry, chat=NotedChat(at=town), clock=scene.town.clock
    )


def cannot_be_sent(line: Line | None) -> str | None:
    """Why Discord's client does not let anybody send this; None where it does."""
    if line is None:
        return "there is no such command, or it takes no such parameter"
    values = dict(line.values)
    for parameter in line.command.parameters:
        value = values.get(parameter.name)
        if value is None:
            if parameter.required:
                return f"{parameter.name} is required"
        elif not value.strip():
            return f"an empty {parameter.name} is none"
        elif parameter.choices and value not in {each.value for each in parameter.choices}:
            return f"{parameter.name} is not one of its choices"
        elif parameter.kind is Kind.SWITCH and value not in ("yes", "no"):
            return f"{parameter.name} is a switch"
        elif parameter.kind is Kind.NUMBER and not _in_range(value, parameter.least, parameter.most):
            return f"{parameter.name} is no number in its range"
    return None


def _in_range(value: str, least: int | None, most: int | None) -> bool:
    if not value.isdecimal():
        return False
    return (least is None or int(value) >= least) and (most is None or int(value) <= most)


async def at_discord(server: DiscordServer, name: str, line: Line, language: str) -> str:
    """What somebody is shown who asks for it, messages, buttons and files alike."""
    server.client.language = LOCALES[language]
    options = {each: _typed(line.command, each, value) for each, value in line.values}
    result = await server.people[name].slash(server.channel, line.command.name, **options)
    assert result.response is not None, (line, server.env.errors)
    if line.confirmed:
        yes = next((each for each in buttons(result.response) if each.get("custom_id", "").startswith(_YES)), None)
        if yes is not None:
            done = await server.people[name].click(result.response.message, custom_id=yes["custom_id"])
            assert done.acknowledged
    assert server.env.errors == []
    return "\n".join([_all(result.response), *(_all(each) for each in result.followups), *await _files(result)])


def _typed(command: Command, name: str, value: str) -> Any:
    parameter = command.parameter(name)
    assert parameter is not None
    if parameter.kind is Kind.NUMBER:
        return int(value)
    if parameter.kind is Kind.SWITCH:
        return value == "yes"
    return ("file.opml", value.encode()) if parameter.kind is Kind.FILE else value


def _all(message: simcord.ResponseMessage) -> str:
    assert message.ephemeral
    links = [each["url"] for each in buttons(message) if each.get("url")]
    return "\n".join([texts(message), *links])


async def _files(result: simcord.InteractionResult) -> list[str]:
    messages = [each for each in (result.response, *result.followups) if each is not None]
    return [(await file.read()).decode() for each in messages for file in each.attachments]


async def at_the_registry(scene: Scene, name: str, line: Line, language: str) -> str:
    """What the registry itself answers, as plain lines."""
    caller, t = await scene.caller(name, language, ZONE), translator(language)
    try:
        answer = await scene.town.commands.run(caller, line.command.name, dict(line.values), confirmed=line.confirmed)
    except RequestError as refused:
        return refusal(t, refused, ZONE)
    # What an offer would be as a typed line is a button there.
    return "\n".join(each for each in as_text(answer, t, ZONE).split("\n") if not each.startswith("   "))


def lost(answered: str, shown: str) -> Counter[str]:
    """The words that were answered and are not shown."""
    return _words(answered) - _words(shown)


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_TOKEN.sub("/signin/token", text)))
