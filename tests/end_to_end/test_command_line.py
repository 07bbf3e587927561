"""The command line, as people type it: what it prints, its exit status, and what it leaves alone."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.servers.running import ROOT, start

CONFIG = """
[tribune]
contact = "me@example.org"
[database]
url = "{url}"
[web]
port = 0
[[communities]]
slug = "town"
name = "Town"
[[communities.sections]]
slug = "news"
name = "News"
[[feeds]]
address = "{feed}"
channels = ["news"]
"""


@pytest.fixture
def config(tmp_path: Path, empty_database_url: str) -> Path:
    path = tmp_path / "config.toml"
    sample = (ROOT / "examples" / "sample-feed.xml").as_uri()
    path.write_text(CONFIG.format(url=empty_database_url, feed=sample), encoding="utf-8")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'var' / 'tribune.db'}"
    return str(asyncio.run(request.getfixturevalue("postgres").new(empty=True)))


async def tribune(*arguments: str | Path, environ: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *map(str, arguments)),
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_a_bad_configuration_ends_with_a_line_for_each_fault_and_touches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("[tribune]\ncontact = 3\n[polling]\nintervall = '5m'\n", encoding="utf-8")
    for command in (["run"], ["check"], ["invite"], ["db", "upgrade"], ["db", "prune"]):
        status, out, err = await tribune("--config", path, *command)
        assert (status, out) == (2, "")
        assert err.splitlines() == [
            f'{path}: tribune.contact: is a number; write a text in quotes, such as "this"',
            f'{path}: polling.intervall: is no key of Tribune\'s; did you mean "interval"?',
            f"{path}: communities: is missing; write it",
        ]
    assert [each.name for each in tmp_path.iterdir()] == ["bad.toml"]


async def test_check_says_what_a_start_would_do_and_changes_nothing(config: Path) -> None:
    for _ in range(2):
        status, out, err = await tribune("--config", config, "check")
        assert (status, err) == (0, "")
        assert "schema: there is none yet: a start makes it" in out
        assert "4 new: would be written into the database" in out
    assert not (config.parent / "var").exists()


async def test_what_was_started_is_checked_backed_up_restored_and_pruned(config: Path) -> None:
    running = await start(config)
    backup = config.parent / "backup.gz"
    assert (await tribune("--config", config, "db", "backup", backup))[0] == 0
    link = await tribune("--config", config, "invite", "--role", "moderator", "--name", "Ann")
    assert link[0] == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/signin/[\w-]{40,}\n", link[1])
    status, _, err = await tribune("--config", config, "db", "restore", backup)
    assert (status, err.count("\n")) == (1, 1)
    assert f"process {running.process.pid} on " in err
    assert await running.stop() == 0
    assert "4 same: in the database as configured" in (await tribune("--config", config, "check"))[1]
    assert (await tribune("--config", config, "db", "restore", backup))[0] == 0
    assert (await tribune("--config", config, "db", "prune", "--days", "1"))[0] == 0


async def test_a_second_one_says_who_holds_the_database(config: Path) -> None:
    running = await start(config)
    status, out, err = await tribune("--config", config, "run")
    assert (status, out) == (1, "")
    assert err.startswith("tribune: Tribune is running on this database: process ")
    assert str(running.process.pid) in err
    assert await running.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_well_within_ten_seconds(config: Path, number: signal.Signals) -> None:
    running = await start(config)
    began = time.monotonic()
    running.process.send_signal(number)
    assert await asyncio.wait_for(running.process.wait(), 12) == 0
    assert await running.stop() == 0
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("command", [["invite"], ["db", "backup", "x"], ["db", "prune", "--days", "1"]])
async def test_what_needs_a_database_says_that_there_is_none(config: Path, command: list[str]) -> None:
    status, out, err = await tribune("--config", config, *command)
    assert (status, out) == (1, "")
    assert re.fullmatch(r"tribune: there is no database at \S+ yet: start Tribune, or `tribune db upgrade`\n", err)
    assert "password" not in err


async def test_the_database_is_made_by_hand_too(config: Path) -> None:
    assert (await tribune("--config", config, "db", "upgrade"))[1].endswith("has the schema of this version now.\n")
    assert (await tribune("--config", config, "db", "upgrade"))[1].endswith("has the schema of this version already.\n")
    assert "start Tribune once" in (await tribune("--config", config, "invite"))[2]


async def test_help_imports_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "aiohttp", "pydantic", "rich", "structlog")
    code = f"import sys, bot.__main__; print([name for name in {heavy} if name in sys.modules])"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert out == b"[]\n"
