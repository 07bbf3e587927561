"""The scene, built once for all tests of commands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.contract.commands.scene import Template, build, published


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A scene that nobody has played in, with its feeds served."""
    with published() as base:
        yield asyncio.run(build(tmp_path_factory.mktemp("scene"), base))
