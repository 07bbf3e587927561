"""The servers of communities as they are configured."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load
from bot.errors import ConfigError

HEAD = '[tribune]\ncontact = "test@example.org"\n'


def write(folder: Path, *servers: str) -> Path:
    file = folder / "config.toml"
    tables = [f'[[communities]]\nslug = "c{n}"\nname = "C"\nservers = {each}\n' for n, each in enumerate(servers)]
    file.write_text(HEAD + "".join(tables), encoding="utf-8")
    return file


def test_a_server_is_named_as_people_copy_it(tmp_path: Path) -> None:
    config = load(write(tmp_path, '["discord:1", "discord:server/2"]'), {})
    assert config.communities[0].servers == ("discord:server/1", "discord:server/2")


@pytest.mark.parametrize(
    ("servers", "fault"),
    [
        (('["discord:1"]', '["discord:1"]'), "another server"),
        (('["discord:1", "discord:1"]',), "another server"),
        (('["web:news"]',), "no server"),
        (('["1234"]',), "no server"),
    ],
)
def test_what_cannot_be_is_a_fault(tmp_path: Path, servers: tuple[str, ...], fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        load(write(tmp_path, *servers), {})
