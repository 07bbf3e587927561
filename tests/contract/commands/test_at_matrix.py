"""The same table of examples, typed in a room of Matrix: what is shown there says what the registry says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.locale import LANGUAGES
from tests.contract.commands.doors import typed_line
from tests.contract.commands.example import Example
from tests.contract.commands.matrix_door import Shown, Town, at_matrix, at_the_registry, opened, town
from tests.contract.commands.scene import Scene, Template, scene
from tests.contract.commands.test_every_door import CHANGING, READING, _named
from tests.servers.matrix.people import crowd
from tests.servers.matrix.synapse import Synapse

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"/signin/[\w-]+")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rooms(synapse: Synapse) -> AsyncIterator[Town]:
    """A room with the scene's people."""
    async with crowd(synapse) as people, town(people) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def still(template: Template, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A scene in which nothing is changed."""
    async with scene(template, tmp_path_factory.mktemp("still")) as played:
        yield played


def lost(answered: str, shown: Shown) -> tuple[Counter[str], set[str]]:
    """The words that were answered and are not shown: as lines, and as HTML, where a table says what its columns are
    once."""
    answered, plain, html = (_TOKEN.sub("/signin/token", each) for each in (answered, shown.plain, shown.html))
    said = Counter(_WORD.findall(answered))
    return said - Counter(_WORD.findall(plain)), set(said) - set(_WORD.findall(html))


NOTHING: tuple[Counter[str], set[str]] = (Counter(), set())


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("example", READING, ids=_named)
async def test_what_is_read_or_refused_is_shown(still: Scene, rooms: Town, example: Example, language: str) -> None:
    line = still.line(example.line)
    await opened(rooms, still, language)
    answered = await at_the_registry(still, example.by, line, language)
    shown = await at_matrix(rooms, example.by, line)
    assert lost(answered, shown) == NOTHING, (answered, shown)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("example", CHANGING, ids=_named)
async def test_what_is_done_is_shown(
    template: Template, tmp_path: Path, rooms: Town, example: Example, language: str
) -> None:
    answered, shown = "", Shown(plain="", html="")
    for door in ("registry", "room"):
        async with scene(template, tmp_path) as played:
            for by, before in example.before:
                done = await typed_line(played, by, played.line(before), language)
                assert done.refused is None, (before, done)
            line = played.line(example.line)
            if door == "registry":
                answered = (await at_the_registry(played, example.by, line, language)).replace(played.page, "{page}")
            else:
                await opened(rooms, played, language)
                found = await at_matrix(rooms, example.by, line)
                shown = Shown(
                    plain=found.plain.replace(played.page, "{page}"), html=found.html.replace(played.page, "{page}")
                )
    assert lost(answered, shown) == NOTHING, (answered, shown)
