"""The command line beside a running Tribune: both write, and the bot acts on what the other wrote."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from storage import open_store
from tests.servers.running import ROOT, Running, get_json, running

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>The Slate</title>
{items}
</channel></rss>
"""
ITEM = "<item><guid isPermaLink='false'>{0}</guid><title>Item {0}</title><description>Text {0}.</description></item>"

CONFIG = """
[tribune]
contact = "test@example.org"

[database]
url = "sqlite+aiosqlite:///{folder}/tribune.db"

[[communities]]
slug = "town"
name = "Town"
sections = [{{ slug = "news", name = "News" }}]

[[feeds]]
address = "file://{folder}/feed.xml"
channels = ["news"]
"""


def write_feed(folder: Path, count: int) -> None:
    items = "\n".join(ITEM.format(number) for number in range(count))
    (folder / "feed.xml").write_text(FEED.format(items=items), encoding="utf-8")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    write_feed(tmp_path, 2)
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")
    return path


async def command(config: Path, *words: str) -> tuple[int, str]:
    """Run `tribune` with these words; its exit status and all that it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "--config", str(config), *words, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def totals(tribune: Running) -> AsyncIterator[object]:
    async with aiohttp.ClientSession() as session:
        while True:
            yield (await get_json(session, f"{tribune.base}/api/articles"))["total"]
            await asyncio.sleep(0.05)


async def until(tribune: Running, total: int) -> float:
    """Seconds until the page has so many articles."""
    before = time.monotonic()
    async with asyncio.timeout(20):
        async for found in totals(tribune):
            if found == total:
                return time.monotonic() - before
    raise AssertionError


async def test_what_the_command_line_writes_is_acted_on_while_the_bot_runs(config: Path, tmp_path: Path) -> None:
    async with running(config) as tribune:
        await until(tribune, 2)
        write_feed(tmp_path, 3)
        store = await open_store(f"sqlite+aiosqlite:///{tmp_path}/tribune.db")
        async with store.read() as tx:
            (feed,) = await tx.feeds.all()
        await store.write(lambda tx: tx.feeds.poll_soon(feed.id, datetime.now(UTC)))
        await store.close()
        await until(tribune, 3)


async def test_invite_backup_and_prune_work_while_the_bot_runs_and_restore_does_not(
    config: Path, tmp_path: Path
) -> None:
    async with running(config) as tribune:
        await until(tribune, 2)
        status, said = await command(config, "invite", "--role", "moderator", "--name", "Grace")
        assert (status, "/signin/" in said) == (0, True), said
        backup = tmp_path / "backup.gz"
        status, said = await command(config, "db", "backup", str(backup))
        assert (status, backup.exists()) == (0, True), said
        status, said = await command(config, "db", "prune", "--days", "400")
        assert status == 0, said
        status, said = await command(config, "db", "restore", str(backup))
        assert status == 1
        assert str(tribune.process.pid) in said
    status, said = await command(config, "db", "restore", str(backup))
    assert status == 0, said
    async with running(config) as tribune:
        await until(tribune, 2)


async def test_check_says_what_a_start_would_do_and_touches_nothing(config: Path, tmp_path: Path) -> None:
    status, said = await command(config, "check")
    assert status == 0, said
    assert "feed.xml" in said
    assert not (tmp_path / "tribune.db").exists()


async def test_a_faulty_configuration_ends_with_a_line_for_each_fault(config: Path, tmp_path: Path) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("contact =", "contcat =").replace('"news"]', '"newz"]'), encoding="utf-8")
    for words in (["run"], ["check"], ["db", "upgrade"]):
        status, said = await command(config, *words)
        lines = [line for line in said.splitlines() if line.strip()]
        assert status == 2
        assert len(lines) >= 2
        assert all(str(config) in line for line in lines), said
        assert "contact" in said
        assert "news" in said
    assert not (tmp_path / "tribune.db").exists()
