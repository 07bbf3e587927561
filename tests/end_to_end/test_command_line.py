"""The command line beside a running Tribune: both write, and the bot acts on what the other wrote."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from storage import open_store
from tests.servers.feed_server import FeedServer, Page
from tests.servers.running import ROOT, Running, get_json, running

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>The Slate</title>
{items}
</channel></rss>
"""
ITEM = "<item><guid isPermaLink='false'>{0}</guid><title>Item {0}</title><description>Text {0}.</description></item>"

OTHERS = "\n".join(ITEM.format(f"other-{number}") for number in range(3))

CONFIG = """
[tribune]
contact = "test@example.org"

[database]
url = "sqlite+aiosqlite:///{folder}/tribune.db"

[polling]
allowed_hosts = ["127.0.0.1"]

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


async def answer(config: Path, *words: str) -> list[dict[str, Any]]:
    """What a command answers to programs."""
    status, said = await command(config, *words, "--json")
    assert status == 0, said
    found = json.loads(said)["answer"]
    assert isinstance(found, list)
    return found


async def at_a_terminal(config: Path, reply: str, *words: str) -> int:
    """Run `tribune` where somebody sits who answers its question; its exit status."""
    ours, theirs = pty.openpty()
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "--config", str(config), *words, cwd=ROOT,
            stdin=theirs, stdout=theirs, stderr=theirs,
        )  # fmt: skip
        os.write(ours, f"{reply}\n".encode())
        async with asyncio.timeout(30):
            return await process.wait()
    finally:
        os.close(theirs)
        os.close(ours)


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


async def test_a_feed_that_is_added_is_polled_and_posted_by_the_running_bot(config: Path) -> None:
    async with running(config) as tribune, FeedServer() as server:
        await until(tribune, 2)
        server.put("/more.xml", Page(body=FEED.format(items=OTHERS).encode()))
        status, said = await command(config, "feed", "add", server.url("/more.xml"), "news", "--backlog", "3")
        assert status == 0, said
        await until(tribune, 5)


async def test_what_is_paused_gets_nothing_more(config: Path, tmp_path: Path) -> None:
    async with running(config) as tribune:
        await until(tribune, 2)
        status, said = await command(config, "feed", "pause", "1", "--json")
        assert status == 0, said
        listed = await answer(config, "feed", "show", "1")
        assert "pause" in json.dumps(listed).casefold()


async def test_what_cannot_be_undone_wants_a_yes(config: Path) -> None:
    async with running(config) as tribune:
        await until(tribune, 2)
        status, said = await command(config, "feed", "remove", "1")
        assert (status, said.count("\n"), "Add --yes to do it." in said) == (1, 1, True), said
        status, said = await command(config, "feed", "remove", "1", "--json")
        assert (status, list(json.loads(said))) == (1, ["refused"])
        assert await at_a_terminal(config, "n", "feed", "remove", "1") == 1
        assert (await answer(config, "feed", "list"))[0]["total"] == 1
        assert await at_a_terminal(config, "y", "feed", "remove", "1") == 0
        assert (await answer(config, "feed", "list"))[0]["total"] == 0


async def test_for_whom_it_is_asked(config: Path) -> None:
    async with running(config) as tribune:
        await until(tribune, 2)
        status, said = await command(config, "--as", "Nobody", "feed", "list")
        assert (status, said) == (1, "tribune: There is no member “Nobody” here.\n")
        status, said = await command(config, "--community", "city", "feed", "list")
        assert (status, said) == (1, "tribune: There is no community “city”. There are: town.\n")
        status, said = await command(config, "--language", "fr", "feed", "show", "17")
        assert (status, said.startswith("tribune: Il n'y a pas de flux")) == (1, True), said


async def test_without_a_database_it_says_how_to_make_one(config: Path, tmp_path: Path) -> None:
    status, said = await command(config, "help")
    assert (status, said.count("\n")) == (1, 1)
    assert "tribune db upgrade" in said
    assert not (tmp_path / "tribune.db").exists()


async def test_invite_backup_and_prune_work_while_the_bot_runs_and_restore_does_not(
    config: Path, tmp_path: Path
) -> None:
    async with running(config) as tribune:
        await until(tribune, 2)
        status, said = await command(config, "role", "invite", "--role", "moderator", "--name", "Grace")
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
