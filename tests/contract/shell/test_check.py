"""What `tribune check` says of channels on their networks, and of servers; nothing is changed by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import discord
import pytest
from rich.console import Console

from bot.app import check
from bot.check_view import plain_lines, print_report
from bot.config import Config, load
from bot.domain.model import Ref
from bot.errors import NetworkUnavailable
from bot.ports.network import CanInspect
from tests.servers.chat import Chat

TEXT = """
[tribune]
contact = "test@example.org"
[database]
url = "sqlite+aiosqlite:///{folder}/tribune.db"
[[communities]]
slug = "town"
name = "Town"
servers = ["chat:1"]
[[communities.sections]]
slug = "news"
name = "News"
[[communities.channels]]
slug = "square"
ref = "chat:11"
name = "Square"
[[communities.channels]]
slug = "lost"
ref = "chat:404"
name = "Lost"
[[communities.channels]]
slug = "elsewhere"
ref = "other:1"
name = "Elsewhere"
"""


def configured(folder: Path) -> Config:
    file = folder / "config.toml"
    file.write_text(TEXT.format(folder=folder), encoding="utf-8")
    return load(file, {})


async def test_each_channel_is_looked_at_on_its_network(tmp_path: Path) -> None:
    chat = Chat()
    chat.put("11", "1", "square", lacks=("Create threads",))

    @asynccontextmanager
    async def networks(config: Config) -> AsyncIterator[Mapping[str, CanInspect]]:
        yield {"chat": chat}

    report = await check(configured(tmp_path), networks)
    lines = list(plain_lines(report))
    assert "server: chat:server/1: new" in lines
    assert "on its network: chat:11: square: the bot lacks: Create threads" in lines
    assert "on its network: chat:404: cannot be asked: chat:404 is not there" in lines
    assert chat.asked == [Ref("chat:11"), Ref("chat:404")]
    assert not (tmp_path / "tribune.db").exists()

    chat.put("11", "1", "square")
    assert "on its network: chat:11: square: nothing is missing" in plain_lines(
        await check(configured(tmp_path), networks)
    )
    chat.silent = NetworkUnavailable("it is away")
    console = Console(record=True, force_terminal=True, width=120)
    print_report(await check(configured(tmp_path), networks), console)
    assert "cannot be asked: it is away" in console.export_text()


async def test_without_a_network_nobody_is_asked(tmp_path: Path) -> None:
    assert not [line for line in plain_lines(await check(configured(tmp_path))) if "on its network" in line]


async def test_discord_is_asked_without_being_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:9/nobody")
    file = tmp_path / "config.toml"
    text = TEXT.format(folder=tmp_path).replace('ref = "chat:11"', 'ref = "discord:11"')
    file.write_text(text + '[discord]\ntoken = { env = "TOKEN" }\n', encoding="utf-8")
    lines = list(plain_lines(await check(load(file, {"TOKEN": "secret-token"}))))
    assert [line for line in lines if "on its network" in line] == [
        "on its network: discord:11: cannot be asked: Discord cannot be reached"
    ]
    assert "secret-token" not in "\n".join(lines)
