"""The same table of examples, asked for on Discord: what is shown there says what the registry says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.discord.interactions.definitions import definitions
from bot.commands.everything import COMMANDS
from bot.commands.line import parse
from bot.errors import RequestError
from bot.locale import LANGUAGES
from bot.ports.commands import Line
from tests.contract.commands.discord_door import at_discord, at_the_registry, cannot_be_sent, lost, opened
from tests.contract.commands.doors import typed_line
from tests.contract.commands.example import Example
from tests.contract.commands.scene import PEOPLE, Scene, Template, scene
from tests.contract.commands.test_every_door import CHANGING, EXAMPLES, READING, SPECS, _named
from tests.servers.discord_server import DiscordServer, discord_server


def asked(example: Example) -> Line | None:
    try:
        return parse(example.line, SPECS)
    except RequestError:
        return None


def sent(examples: list[Example]) -> list[Example]:
    """Those that Discord's client lets people send."""
    return [each for each in examples if cannot_be_sent(asked(each)) is None]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[DiscordServer]:
    """A Discord server with the scene's people."""
    async with discord_server(PEOPLE) as made:
        application = made.client.application_id
        assert application is not None
        await made.client.http.bulk_upsert_global_commands(
            application, definitions([each.command for each in COMMANDS])
        )
        made.show_all_commands()
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def still(template: Template, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A scene in which nothing is changed."""
    async with scene(template, tmp_path_factory.mktemp("still")) as played:
        yield played


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("example", sent(READING), ids=_named)
async def test_what_is_read_or_refused_is_shown(
    still: Scene, server: DiscordServer, example: Example, language: str
) -> None:
    line = still.town.commands.read_line(still.line(example.line))
    await opened(server, still)
    answered = await at_the_registry(still, example.by, line, language)
    shown = await at_discord(server, example.by, line, language)
    assert not lost(answered, shown), (answered, shown)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("example", sent(CHANGING), ids=_named)
async def test_what_is_done_is_shown(
    template: Template, tmp_path: Path, server: DiscordServer, example: Example, language: str
) -> None:
    said = []
    for door in ("registry", "discord"):
        async with scene(template, tmp_path) as played:
            for by, before in example.before:
                done = await typed_line(played, by, played.line(before), language)
                assert done.refused is None, (before, done)
            line = played.town.commands.read_line(played.line(example.line))
            await opened(server, played)
            if door == "registry":
                text = await at_the_registry(played, example.by, line, language)
            else:
                text = await at_discord(server, example.by, line, language)
            said.append(text.replace(played.page, "{page}"))
    answered, shown = said
    assert not lost(answered, shown), (answered, shown)


def test_most_examples_can_be_sent() -> None:
    left = {each.line: cannot_be_sent(asked(each)) for each in EXAMPLES if each not in sent(EXAMPLES)}
    assert len(left) < len(EXAMPLES) / 5, left
    assert {asked_for.command.name for each in sent(EXAMPLES) if (asked_for := asked(each)) is not None} == {
        each.name for each in SPECS
    }
